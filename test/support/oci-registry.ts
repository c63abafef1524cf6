import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

import { allBlobs, type MadeBlob, type MadeImage } from "./oci-image";

/** A handler for what a good registry would not do; false lets the registry answer. */
export type Misbehaviour = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface RegistryOptions {
    readonly auth?: "basic" | "bearer";
    /** User name and password that it takes. @default robot, secret */
    readonly credentials?: readonly [user: string, password: string];
    /** Refresh token that its token server takes. */
    readonly identityToken?: string;
    /** Whether its token server gives tokens to those who say nothing of themselves. @default false */
    readonly anonymous?: boolean;
    readonly tls?: { readonly key: string; readonly cert: string };
}

export interface FakeRegistry {
    /** `127.0.0.1:<port>`: the registry's part of a reference. */
    readonly host: string;
    readonly url: string;
    /** What was asked for, in order. */
    readonly requests: {
        readonly method: string;
        readonly path: string;
        readonly headers: IncomingMessage["headers"];
    }[];
    /** By path without query. */
    readonly misbehaviours: Map<string, Misbehaviour>;
    /** Makes an image known under "library/redis:7", replacing what the tag stood for. */
    push(name: string, image: MadeImage): void;
    close(): Promise<void>;
}

/** The part of an OCI distribution registry that a pull needs, on a free port of loopback; images by "library/redis:7". */
export async function serveRegistry(
    images: Readonly<Record<string, MadeImage>>,
    options: RegistryOptions = {},
): Promise<FakeRegistry> {
    const content = new Map<string, MadeBlob>();
    const requests: FakeRegistry["requests"] = [];
    const misbehaviours: FakeRegistry["misbehaviours"] = new Map();
    const answer = (request: IncomingMessage, response: ServerResponse) => {
        const { pathname } = new URL(request.url ?? "/", "http://registry");
        requests.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers });
        if (misbehaviours.get(pathname)?.(request, response) !== true) {
            respond(request, response, content, options);
        }
    };
    const server = options.tls === undefined ? createServer(answer) : createTlsServer(options.tls, answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const push = (name: string, image: MadeImage) => publish(name, image, content);
    Object.entries(images).forEach(([name, image]) => push(name, image));
    const url = `${options.tls === undefined ? "http" : "https"}://${host}`;
    return { host, url, requests, misbehaviours, push, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
}

function publish(name: string, image: MadeImage, content: Map<string, MadeBlob>): void {
    const [repository = "", tag = "latest"] = name.split(":");
    content.set(`/v2/${repository}/manifests/${tag}`, image.manifest);
    for (const blob of allBlobs(image)) {
        content.set(`/v2/${repository}/manifests/${blob.digest}`, blob);
        content.set(`/v2/${repository}/blobs/${blob.digest}`, blob);
    }
}

function respond(
    request: IncomingMessage,
    response: ServerResponse,
    content: ReadonlyMap<string, MadeBlob>,
    options: RegistryOptions,
): void {
    const { pathname } = new URL(request.url ?? "/", "http://registry");
    if (pathname === "/token") {
        void giveToken(request, response, options);
        return;
    }
    const challenge = challengeOf(request, pathname, options);
    if (challenge !== undefined) {
        response.writeHead(401, { "www-authenticate": challenge });
        response.end(errorBody("UNAUTHORIZED"));
    } else if (pathname === "/v2/") {
        response.end("{}");
    } else {
        sendBlob(request, response, content.get(pathname));
    }
}

function sendBlob(request: IncomingMessage, response: ServerResponse, blob: MadeBlob | undefined): void {
    if (blob === undefined) {
        const isManifest = request.url?.includes("/manifests/") === true;
        response.writeHead(404).end(errorBody(isManifest ? "MANIFEST_UNKNOWN" : "BLOB_UNKNOWN"));
        return;
    }
    const total = blob.bytes.length;
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const headers = { "content-type": blob.mediaType, "docker-content-digest": blob.digest };
    if (start > 0) {
        response.writeHead(206, { ...headers, "content-range": `bytes ${start}-${total - 1}/${total}` });
    } else {
        response.writeHead(200, { ...headers, "content-length": total });
    }
    response.end(request.method === "HEAD" ? undefined : blob.bytes.subarray(start));
}

function errorBody(code: string): string {
    return JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] });
}

function basicOf({ credentials = ["robot", "secret"] }: RegistryOptions): string {
    return `Basic ${Buffer.from(credentials.join(":")).toString("base64")}`;
}

/** The challenge for a request that does not say who asks. */
function challengeOf(request: IncomingMessage, path: string, options: RegistryOptions): string | undefined {
    const given = request.headers.authorization;
    const repository = /^\/v2\/(.+)\/(?:manifests|blobs)\//.exec(path)?.[1];
    if (options.auth === undefined) {
        return undefined;
    }
    if (options.auth === "basic") {
        return given === basicOf(options) ? undefined : 'Basic realm="a registry"';
    }
    const scope = repository === undefined ? "" : `,scope="repository:${repository}:pull"`;
    const realm = `${options.tls === undefined ? "http" : "https"}://${request.headers.host}/token`;
    return given === `Bearer ${tokenFor(`repository:${repository}:pull`)}`
        ? undefined
        : `Bearer realm="${realm}",service="a registry"${scope}`;
}

function tokenFor(scope: string): string {
    return Buffer.from(`token for ${scope}`).toString("base64url");
}

/** GET with a password (Docker's token specification), POST with a refresh token (its OAuth2 variant). */
async function giveToken(request: IncomingMessage, response: ServerResponse, options: RegistryOptions): Promise<void> {
    const query = new URL(request.url ?? "/", "http://registry").searchParams;
    const form = new URLSearchParams(request.method === "POST" ? await textOf(request) : "");
    const { authorization } = request.headers;
    const isKnown =
        request.method === "POST"
            ? form.get("grant_type") === "refresh_token" && form.get("refresh_token") === options.identityToken
            : authorization === basicOf(options) || (authorization === undefined && options.anonymous === true);
    const scope = query.get("scope") ?? form.get("scope") ?? "";
    const service = query.get("service") ?? form.get("service");
    if (!isKnown || service !== "a registry") {
        response.writeHead(401).end(errorBody("UNAUTHORIZED"));
        return;
    }
    response.end(JSON.stringify({ token: tokenFor(scope), expires_in: 300 }));
}

async function textOf(request: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
        chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks).toString();
}
