import type { Member, ServiceModel, Shape, Structure } from "../model/shapes.ts";
import { shapeOf } from "../model/shapes.ts";
import { checkAnswer } from "./answer.ts";
import type { Failure } from "./failure.ts";

/** EC2's answer: https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html#response-serialization */
export function ec2Answer(model: ServiceModel, operation: string, output: Structure, requestId: string): string {
    const content = outputMembers(model, operation, output);
    const root = `${operation}Response`;
    return `${HEAD}<${root} xmlns="${namespaceOf(model)}/"><requestId>${requestId}</requestId>${content}</${root}>`;
}

/** STS's answer: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#response-serialization */
export function queryAnswer(model: ServiceModel, operation: string, output: Structure, requestId: string): string {
    const content = outputMembers(model, operation, output);
    const result = `<${operation}Result>${content}</${operation}Result>`;
    const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
    return `${HEAD}<${operation}Response xmlns="${namespaceOf(model)}">${result}${metadata}</${operation}Response>`;
}

export function ec2Failure({ code, message }: Failure, requestId: string): string {
    const error = `<Error><Code>${code}</Code><Message>${escape(message)}</Message></Error>`;
    return `${HEAD}<Response><Errors>${error}</Errors><RequestID>${requestId}</RequestID></Response>`;
}

export function queryFailure({ code, message, status }: Failure, requestId: string): string {
    const type = status < 500 ? "Sender" : "Receiver";
    const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${escape(message)}</Message></Error>`;
    return `${HEAD}<ErrorResponse>${error}<RequestId>${requestId}</RequestId></ErrorResponse>`;
}

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

function namespaceOf(model: ServiceModel): string {
    return model.metadata.xmlNamespace ?? "";
}

function outputMembers(model: ServiceModel, operation: string, output: Structure): string {
    const name = checkAnswer(model, operation, output);
    return name === undefined ? "" : members(model, shapeOf(model, name), output);
}

export function members(model: ServiceModel, shape: Shape, value: Structure): string {
    return Object.entries(shape.members ?? {})
        .filter(([name]) => value[name] !== undefined)
        .map(([name, member]) => memberElement(model, member, member.locationName ?? name, value[name]))
        .join("");
}

function memberElement(model: ServiceModel, { shape: name }: Member, tag: string, value: unknown): string {
    const { flattened, member: item } = shapeOf(model, name);
    return flattened === true
        ? (value as unknown[]).map((each) => element(model, item!.shape, tag, each)).join("")
        : element(model, name, tag, value);
}

function element(model: ServiceModel, shapeName: string, tag: string, value: unknown): string {
    return `<${tag}>${contentOf(model, shapeOf(model, shapeName), value)}</${tag}>`;
}

function contentOf(model: ServiceModel, shape: Shape, value: unknown): string {
    switch (shape.type) {
        case "structure":
            return members(model, shape, value as Structure);
        case "list": {
            const { shape: item, locationName = "member" } = shape.member!;
            return (value as unknown[]).map((each) => element(model, item, locationName, each)).join("");
        }
        case "timestamp":
            return (value as Date).toISOString();
        case "blob":
            return Buffer.from(value as Uint8Array).toString("base64");
        default:
            return escape(String(value));
    }
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Carriage returns would be read as line feeds. */
export const escape = (text: string): string =>
    text.replace(/[&<>"]/g, (found) => ESCAPES[found]!).replaceAll("\r", "&#xD;");
