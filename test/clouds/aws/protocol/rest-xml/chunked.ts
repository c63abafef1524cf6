import { Failure } from "../failure.ts";
import type { RestRequest } from "../rest-json-request.ts";

/**
 * Undoes the encoding `aws-chunked`, whose trailer has headers:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function unchunked(request: RestRequest): RestRequest {
    if (request.headers["x-amz-content-sha256"] !== "STREAMING-UNSIGNED-PAYLOAD-TRAILER") {
        return request;
    }
    const pieces: Buffer[] = [];
    let position = 0;
    for (;;) {
        const { text, next } = line(request.body, position);
        const size = Number.parseInt(text, 16);
        if (!/^[0-9a-f]+$/i.test(text) || next + size > request.body.length) {
            throw new Failure("IncompleteBody", "The request body terminated unexpectedly");
        }
        position = next;
        if (size === 0) {
            break;
        }
        pieces.push(request.body.subarray(next, next + size));
        position = next + size + 2;
    }
    const body = Buffer.concat(pieces);
    if (Number(request.headers["x-amz-decoded-content-length"]) !== body.length) {
        throw new Failure("IncompleteBody", "The body does not have x-amz-decoded-content-length bytes");
    }
    const { "content-encoding": _chunked, "content-length": _length, ...headers } = request.headers;
    return { ...request, body, headers: { ...headers, ...trailer(request.body, position) } };
}

function line(body: Buffer, from: number): { readonly text: string; readonly next: number } {
    const end = body.indexOf("\r\n", from);
    if (end === -1) {
        throw new Failure("IncompleteBody", "The request body terminated unexpectedly");
    }
    return { text: body.toString("latin1", from, end), next: end + 2 };
}

function trailer(body: Buffer, from: number): Record<string, string> {
    const lines = body.toString("latin1", from).split("\r\n").filter(Boolean);
    return Object.fromEntries(
        lines.map((each) => {
            const colon = each.indexOf(":");
            return [each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim()];
        }),
    );
}
