import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { control, SIDE_PREFIX } from "../control/api.ts";
import type { RestRequest } from "../protocol/rest-json-request.ts";
import type { Dispatcher } from "./dispatch.ts";
import { dispatch } from "./dispatch.ts";

/** More than a block, and more than any form; an object and a part of one are larger. */
const BODY_LIMIT = 2 * 1_048_576;
const OBJECT_LIMIT = 512 * 1_048_576;

export function httpServer(dispatcher: Dispatcher): Server {
    return createServer((incoming, response) => {
        respond(dispatcher, incoming, response).catch((error: unknown) => {
            console.error(error);
            response.destroy();
        });
    });
}

async function respond(dispatcher: Dispatcher, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    if (request === undefined) {
        response.writeHead(413).end();
        return;
    }
    if (request.path.startsWith(SIDE_PREFIX)) {
        await respondAside(dispatcher, request, response);
        return;
    }
    const requestId = randomUUID();
    const outcome = await dispatch(dispatcher, request, requestId);
    if (outcome === "cut") {
        incoming.socket.destroy();
    } else if (outcome !== "hang") {
        const { status, headers, body } = outcome;
        response
            .writeHead(status, { "content-length": body.length, ...headers, "x-amzn-requestid": requestId })
            .end(body);
    }
}

async function respondAside(
    dispatcher: Dispatcher,
    { method, path, body }: RestRequest,
    response: ServerResponse,
): Promise<void> {
    const [status, answer] = await answerAside(dispatcher, method, path, body.toString("utf8"));
    response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(answer, null, 4)}\n`);
}

async function answerAside(
    dispatcher: Dispatcher,
    method: string,
    path: string,
    body: string,
): Promise<[number, unknown]> {
    try {
        return [200, await control(dispatcher, method, path, body)];
    } catch (error) {
        return [400, { error: (error as Error).message }];
    }
}

async function readRequest(incoming: IncomingMessage): Promise<RestRequest | undefined> {
    const pieces: Buffer[] = [];
    const limit = incoming.headers.authorization?.includes("/s3/aws4_request") === true ? OBJECT_LIMIT : BODY_LIMIT;
    let length = 0;
    for await (const piece of incoming as AsyncIterable<Buffer>) {
        length += piece.length;
        if (length > limit) {
            return undefined;
        }
        pieces.push(piece);
    }
    const [path = "/", query = ""] = (incoming.url ?? "/").split("?");
    const headers = Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.join(",") : value!,
        ]),
    );
    return {
        method: incoming.method ?? "GET",
        path,
        query: new URLSearchParams(query),
        headers,
        body: Buffer.concat(pieces),
    };
}
