import type { ServiceModel, Shape, Structure } from "../../model/shapes.ts";
import { shapeOf } from "../../model/shapes.ts";
import { checkAnswer } from "../answer.ts";
import type { Failure } from "../failure.ts";
import type { RestAnswer } from "../rest-json-response.ts";
import { escape, members } from "../xml-response.ts";

const XML = { "content-type": "application/xml" };
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html */
export function restXmlAnswer(model: ServiceModel, operation: string, output: Structure): RestAnswer {
    const { http } = model.operations[operation]!;
    const name = checkAnswer(model, operation, output);
    const shape = name === undefined ? undefined : shapeOf(model, name);
    const headers = headersOf(model, shape, output);
    const status = output.ContentRange === undefined ? (http.responseCode ?? 200) : 206;
    if (http.method === "HEAD" || shape === undefined) {
        return { status, headers, body: Buffer.alloc(0) };
    }
    if (shape.payload !== undefined) {
        return { status, headers, body: Buffer.from((output[shape.payload] ?? []) as Uint8Array) };
    }
    const inBody = Object.entries(shape.members ?? {}).filter(([, { location }]) => location === undefined);
    if (inBody.length === 0) {
        return { status, headers, body: Buffer.alloc(0) };
    }
    // Those of S3's answers are named after what they are, not after their shape.
    const root = `${operation
        .replace(/^ListObjectsV2$/, "ListBucket")
        .replace(/^List(Buckets)$/, "ListAllMyBuckets")
        .replace(/^CreateMultipartUpload$/, "InitiateMultipartUpload")}Result`;
    const content = members(model, { ...shape, members: Object.fromEntries(inBody) }, output);
    const body = `${HEAD}<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${content}</${root}>`;
    return { status, headers: { ...headers, ...XML }, body: Buffer.from(body) };
}

function headersOf(model: ServiceModel, shape: Shape | undefined, output: Structure): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const [name, { location, locationName = name, shape: type }] of Object.entries(shape?.members ?? {})) {
        const value = output[name];
        if (value === undefined) {
            continue;
        }
        if (location === "header") {
            headers[locationName.toLowerCase()] = headerText(shapeOf(model, type), value as string | number | Date);
        } else if (location === "headers") {
            for (const [key, text] of Object.entries(value as Record<string, string>)) {
                headers[`${locationName}${key}`] = text;
            }
        }
    }
    return headers;
}

function headerText({ type }: Shape, value: string | number | Date): string {
    return type === "timestamp" ? (value as Date).toUTCString() : String(value);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; clients ignore it in answers to HEAD. */
export function restXmlFailure({ code, message, status, members: more }: Failure, requestId: string): RestAnswer {
    const detail = Object.entries(more).map(([name, text]) => `<${name}>${escape(text)}</${name}>`);
    const error = `<Error><Code>${code}</Code><Message>${escape(message)}</Message>${detail.join("")}<RequestId>${requestId}</RequestId></Error>`;
    return { status, headers: XML, body: Buffer.from(HEAD + error) };
}
