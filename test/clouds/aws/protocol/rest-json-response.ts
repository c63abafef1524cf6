import type { Member, ServiceModel, Structure } from "../model/shapes.ts";
import { shapeOf } from "../model/shapes.ts";
import { checkAnswer } from "./answer.ts";
import type { Failure } from "./failure.ts";

export interface RestAnswer {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body: Buffer;
}

/** https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html; its timestamps are seconds since 1970. */
export function restAnswer(model: ServiceModel, operation: string, output: Structure): RestAnswer {
    const name = checkAnswer(model, operation, output);
    const shape = name === undefined ? undefined : shapeOf(model, name);
    const members = Object.entries(shape?.members ?? {}).filter(([member]) => output[member] !== undefined);
    const headers: Record<string, string> = {};
    const json: Structure = {};
    for (const [member, { location, locationName = member }] of members) {
        if (location === "header") {
            headers[locationName] = String(output[member]);
        } else if (member !== shape?.payload) {
            json[locationName] = output[member];
        }
    }
    const status = model.operations[operation]?.http.responseCode ?? 200;
    if (shape?.payload !== undefined) {
        const body = Buffer.from(output[shape.payload] as Uint8Array);
        return { status, headers: { ...headers, "content-type": "application/octet-stream" }, body };
    }
    return { status, headers: { ...headers, ...JSON_TYPE }, body: toJson(json) };
}

/** @param failure with a code that is an exception of the model, or one that AWS's front door answers with */
export function restFailure(model: ServiceModel, failure: Failure): RestAnswer {
    const shape = model.shapes[failure.code];
    const declared: Readonly<Record<string, Member>> = shape?.members ?? { message: { shape: "String" } };
    const messageName = declared.Message === undefined ? "message" : "Message";
    return {
        status: shape?.error?.httpStatusCode ?? failure.status,
        headers: { ...JSON_TYPE, "x-amzn-ErrorType": failure.code },
        body: toJson({ [messageName]: failure.message, ...failure.members }),
    };
}

const JSON_TYPE = { "content-type": "application/json" };

function toJson(value: unknown): Buffer {
    return Buffer.from(JSON.stringify(withSeconds(value)));
}

function withSeconds(value: unknown): unknown {
    if (value instanceof Date) {
        return value.getTime() / 1000;
    }
    if (Array.isArray(value)) {
        return value.map(withSeconds);
    }
    if (typeof value === "object" && value !== null) {
        return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withSeconds(member)]));
    }
    return value;
}
