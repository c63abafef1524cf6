import type { OperationModel, ServiceModel, Shape, Structure } from "../model/shapes.ts";
import { shapeOf } from "../model/shapes.ts";
import { violations } from "../model/violations.ts";
import { Failure } from "./failure.ts";

export interface RestRequest {
    readonly method: string;
    /** Undecoded. */
    readonly path: string;
    readonly query: URLSearchParams;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer;
}

/**
 * Reads a REST request: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 * @throws Failure with EBS's own codes
 */
export function parseRest(model: ServiceModel, request: RestRequest): { operation: string; input: Structure } {
    for (const [operation, declared] of Object.entries(model.operations)) {
        const labels =
            declared.http.method === request.method ? matchUri(declared.http.requestUri, request.path) : undefined;
        if (labels !== undefined) {
            return { operation, input: readInput(model, declared, request, labels) };
        }
    }
    throw new Failure("UnknownOperationException", `No operation has ${request.method} ${request.path}`, 404);
}

function matchUri(template: string, path: string): Record<string, string> | undefined {
    const wanted = template.split("/");
    const given = path.split("/");
    if (wanted.length !== given.length) {
        return undefined;
    }
    const labels: Record<string, string> = {};
    for (const [index, part] of wanted.entries()) {
        const label = /^\{(\w+)\}$/.exec(part)?.[1];
        if (label !== undefined) {
            labels[label] = decodeURIComponent(given[index]!);
        } else if (part !== given[index]) {
            return undefined;
        }
    }
    return labels;
}

function readInput(
    model: ServiceModel,
    operation: OperationModel,
    request: RestRequest,
    labels: Readonly<Record<string, string>>,
): Structure {
    const shape = shapeOf(model, operation.input!.shape);
    const members = Object.entries(shape.members ?? {});
    const input: Structure = shape.payload === undefined ? bodyMembers(model, shape, request.body) : {};
    if (shape.payload !== undefined) {
        input[shape.payload] = request.body;
    }
    refuseUnknownQuery(shape, request.query);
    for (const [name, { shape: type, location, locationName = name }] of members) {
        const text = {
            uri: labels[locationName],
            querystring: request.query.get(locationName) ?? undefined,
            header: request.headers[locationName.toLowerCase()],
            headers: undefined,
        }[location ?? "uri"];
        if (location !== undefined && text !== undefined) {
            input[name] = scalar(shapeOf(model, type), text, name);
        }
    }
    refuseViolations(model, operation.input!.shape, input);
    return input;
}

function refuseUnknownQuery(shape: Shape, query: URLSearchParams): void {
    const known = Object.values(shape.members ?? {}).filter(({ location }) => location === "querystring");
    const unknown = [...query.keys()].find((key) => !known.some(({ locationName }) => locationName === key));
    // The SDK for JavaScript names the operation in `x-id`, as S3's interface wants it.
    if (unknown !== undefined && unknown !== "x-id") {
        throw new Failure("ValidationException", `The query parameter ${unknown} is not known`);
    }
}

function refuseViolations(model: ServiceModel, shapeName: string, input: Structure): void {
    const found = violations(model, shapeName, input);
    if (found.length > 0) {
        const sentences = found.map(
            ({ value, path, constraint }) =>
                `${value === null ? "Value" : `Value '${typeof value === "string" ? value : JSON.stringify(value)}'`} at '${path.map(lowerFirst).join(".")}' failed to satisfy constraint: ${constraint}`,
        );
        const count = `${found.length} validation error${found.length === 1 ? "" : "s"} detected`;
        throw new Failure("ValidationException", `${count}: ${sentences.join("; ")}`);
    }
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

function bodyMembers(model: ServiceModel, shape: Shape, body: Buffer): Structure {
    if (body.length === 0) {
        return {};
    }
    const parsed = parseJson(body);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
        throw serialization("the body must be an object");
    }
    for (const name of Object.keys(parsed)) {
        if (shape.members?.[name] === undefined || shape.members[name].location !== undefined) {
            throw new Failure("ValidationException", `The member ${name} is not known`);
        }
    }
    return parsed as Structure;
}

function parseJson(body: Buffer): unknown {
    try {
        return JSON.parse(body.toString("utf8"));
    } catch {
        throw serialization("the body is not JSON");
    }
}

const serialization = (reason: string): Failure => new Failure("SerializationException", reason);

function scalar(shape: Shape, text: string, name: string): unknown {
    if (shape.type === "integer" || shape.type === "long") {
        if (!/^-?\d+$/.test(text)) {
            throw serialization(`${name}: ${text} is not of type ${shape.type}`);
        }
        return Number(text);
    }
    return text;
}
