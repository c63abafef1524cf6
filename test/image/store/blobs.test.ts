import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
    blobPath,
    type BlobSource,
    ensureBlob,
    hasBlob,
    readBlob,
    withLock,
} from "../../../providers/image/store/blobs";
import { fakeEnvironment, removeTemporaryDirectories } from "../debian/support/environment";

type Handler = (request: IncomingMessage, response: ServerResponse, attempt: number) => void;

jest.setTimeout(60_000);

const CONTENT = randomBytes(300_000);
const servers: Server[] = [];

afterAll(async () => {
    await Promise.all(
        servers.map((server) => {
            server.closeAllConnections();
            return new Promise((resolve) => server.close(resolve));
        }),
    );
    removeTemporaryDirectories();
});

interface Served {
    readonly source: BlobSource;
    readonly requests: IncomingMessage[];
}

async function serve(handler: Handler, content = CONTENT): Promise<Served> {
    const requests: IncomingMessage[] = [];
    const server = createServer((request, response) => {
        requests.push(request);
        handler(request, response, requests.length);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
    const sha256 = createHash("sha256").update(content).digest("hex");
    return { source: { url, sha256, sizeBytes: content.length }, requests };
}

const whole: Handler = (_, response) => void response.end(CONTENT);

const ranged: Handler = (request, response) => {
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const range = `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}`;
    response.writeHead(start > 0 ? 206 : 200, start > 0 ? { "content-range": range } : {}).end(CONTENT.subarray(start));
};

function putPartial(storeDirectory: string, source: BlobSource, bytes: Buffer): void {
    mkdirSync(join(storeDirectory, "partial"), { recursive: true });
    writeFileSync(join(storeDirectory, "partial", source.sha256), bytes);
}

describe("ensureBlob", () => {
    it("downloads once, verifies, and gives the store's path", async () => {
        const { source, requests } = await serve(whole);
        const env = fakeEnvironment();
        const path = await ensureBlob(source, env);
        expect(path).toBe(blobPath(env.storeDirectory, source.sha256));
        expect(readFileSync(path).equals(CONTENT)).toBe(true);
        await ensureBlob(source, env);
        expect(requests).toHaveLength(1);
        expect(readdirSync(join(env.storeDirectory, "partial"))).toEqual([]);
    });

    it("tells how far it is", async () => {
        const { source } = await serve(whole);
        const told: number[] = [];
        await ensureBlob(source, fakeEnvironment(), (bytes) => told.push(bytes));
        expect(told).toEqual(told.toSorted((a, b) => a - b));
        expect(told.at(-1)).toBe(CONTENT.length);
    });

    it("goes on from where an earlier attempt stopped", async () => {
        const { source, requests } = await serve(ranged);
        const env = fakeEnvironment();
        putPartial(env.storeDirectory, source, CONTENT.subarray(0, 100_000));
        await ensureBlob(source, env);
        expect(requests.map((request) => request.headers.range)).toEqual(["bytes=100000-"]);
    });

    it("takes the whole file from a server that knows no ranges", async () => {
        const { source, requests } = await serve(whole);
        const env = fakeEnvironment();
        putPartial(env.storeDirectory, source, CONTENT.subarray(0, 100_000));
        await ensureBlob(source, env);
        expect(requests).toHaveLength(1);
        expect(await hasBlob(env.storeDirectory, source)).toBe(true);
    });

    it("starts again where what an earlier attempt left is wrong", async () => {
        const { source, requests } = await serve(ranged);
        const env = fakeEnvironment();
        putPartial(env.storeDirectory, source, Buffer.alloc(100_000));
        await ensureBlob(source, env);
        expect(requests.map((request) => request.headers.range)).toEqual(["bytes=100000-", undefined]);
    });

    it("uses an earlier attempt that is whole without asking the server", async () => {
        const { source, requests } = await serve(whole);
        const env = fakeEnvironment();
        putPartial(env.storeDirectory, source, CONTENT);
        await ensureBlob(source, env);
        expect(requests).toHaveLength(0);
    });

    it("tries again after 503, twice", async () => {
        const { source, requests } = await serve((request, response, attempt) =>
            attempt <= 2 ? response.writeHead(503).end() : whole(request, response, attempt),
        );
        await ensureBlob(source, fakeEnvironment());
        expect(requests).toHaveLength(3);
    });

    it("gives up on a server that answers 503 every time", async () => {
        const { source, requests } = await serve((_, response) => void response.writeHead(503).end());
        await expect(ensureBlob(source, fakeEnvironment())).rejects.toMatchObject({
            code: "DownloadStatus",
            temporary: true,
        });
        expect(requests).toHaveLength(4);
    });

    it("does not try again after 404", async () => {
        const { source, requests } = await serve((_, response) => void response.writeHead(404).end());
        await expect(ensureBlob(source, fakeEnvironment())).rejects.toMatchObject({
            code: "DownloadStatus",
            fields: { status: 404 },
        });
        expect(requests).toHaveLength(1);
    });

    it("goes on after a connection that broke", async () => {
        const { source, requests } = await serve((request, response, attempt) => {
            if (attempt > 1) {
                ranged(request, response, attempt);
                return;
            }
            response.writeHead(200, { "content-length": CONTENT.length });
            response.write(CONTENT.subarray(0, 150_000), () => setTimeout(() => response.destroy(), 50));
        });
        await ensureBlob(source, fakeEnvironment());
        expect(requests[1]?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
    });

    it("calls a file that always ends too early truncated", async () => {
        const { source } = await serve((_, response) => void response.end(CONTENT.subarray(0, 1000)));
        await expect(ensureBlob(source, fakeEnvironment())).rejects.toMatchObject({
            code: "DownloadTruncated",
            message: expect.stringContaining("1000 of 300000 bytes"),
        });
    });

    it("stops reading a file that is longer than it should be", async () => {
        const { source } = await serve((_, response) => void response.end(Buffer.concat([CONTENT, CONTENT])));
        await expect(ensureBlob(source, fakeEnvironment())).rejects.toMatchObject({ code: "DownloadSize" });
    });

    it("refuses another content, and keeps none of it", async () => {
        const { source, requests } = await serve((_, response) => void response.end(Buffer.alloc(CONTENT.length)));
        const env = fakeEnvironment();
        await expect(ensureBlob(source, env)).rejects.toMatchObject({
            code: "DownloadHash",
            fields: { expected: source.sha256 },
        });
        expect(requests).toHaveLength(1);
        expect(existsSync(join(env.storeDirectory, "partial", source.sha256))).toBe(false);
        expect(await hasBlob(env.storeDirectory, source)).toBe(false);
    });

    it("ends at once when the build is called off", async () => {
        const stop = new AbortController();
        const { source } = await serve((_, response) => {
            response.writeHead(200, { "content-length": CONTENT.length }).write(CONTENT.subarray(0, 10));
            setTimeout(() => stop.abort(new Error("called off")), 50);
        });
        await expect(ensureBlob(source, fakeEnvironment({ signal: stop.signal }))).rejects.toThrow("called off");
    });

    it("names the server but no credentials", async () => {
        const { source } = await serve((request, response) => {
            response.writeHead(request.headers.authorization === `Basic ${btoa("user:secret")}` ? 403 : 500).end();
        });
        const url = source.url.replace("//", "//user:secret@");
        const error = await ensureBlob({ ...source, url }, fakeEnvironment()).catch((caught: unknown) => caught);
        expect(error).toMatchObject({ fields: { status: 403 } });
        expect(JSON.stringify([(error as Error).message, error])).not.toContain("secret");
    });

    it("lets two at once download one file", async () => {
        const { source, requests } = await serve((request, response, attempt) => {
            setTimeout(() => whole(request, response, attempt), 200);
        });
        const env = fakeEnvironment();
        const paths = await Promise.all([ensureBlob(source, env), ensureBlob(source, { ...env })]);
        expect(new Set(paths).size).toBe(1);
        expect(requests).toHaveLength(1);
    });
});

describe("withLock", () => {
    it("lets another process finish first, and then finds what that has made", async () => {
        const { source, requests } = await serve(whole);
        const env = fakeEnvironment();
        const path = blobPath(env.storeDirectory, source.sha256);
        const lock = join(env.storeDirectory, "partial", `${source.sha256}.lock`);
        mkdirSync(lock, { recursive: true });
        setTimeout(() => {
            mkdirSync(join(env.storeDirectory, "blobs", "sha256"), { recursive: true });
            writeFileSync(path, CONTENT);
            rmSync(lock, { recursive: true });
        }, 300);
        expect(await ensureBlob(source, env)).toBe(path);
        expect(requests).toHaveLength(0);
    });

    it("takes over from a process that died", async () => {
        const env = fakeEnvironment();
        const path = join(env.storeDirectory, "partial", "x");
        mkdirSync(`${path}.lock`, { recursive: true });
        const past = new Date(Date.now() - 60_000);
        utimesSync(`${path}.lock`, past, past);
        expect(await withLock(path, env, () => Promise.resolve("done"))).toBe("done");
        expect(existsSync(`${path}.lock`)).toBe(false);
    });
});

describe("readBlob", () => {
    it("removes a blob that is not what its name says", async () => {
        const { source } = await serve(whole);
        const env = fakeEnvironment();
        const path = await ensureBlob(source, env);
        writeFileSync(path, Buffer.alloc(CONTENT.length));
        await expect(async () => {
            for await (const _ of readBlob(env.storeDirectory, source.sha256));
        }).rejects.toMatchObject({ code: "StoreDamaged" });
        expect(existsSync(path)).toBe(false);
    });
});
