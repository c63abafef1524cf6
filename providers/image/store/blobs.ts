import { createHash } from "node:crypto";
import { open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { lock } from "proper-lockfile";
import type { BuildEnvironment } from "../environment";
import { privateDirectory } from "./directory";
import { DownloadError, get, pause, withRetries } from "./download";
import { fileChunks } from "./file-chunks";
import { redactUrl } from "./redact";

const READ_BYTES = 1 << 18;

/** A file of which the hash and size are known before it is fetched. */
export interface BlobSource {
    readonly url: string;
    /** Hex SHA-256. */
    readonly sha256: string;
    readonly sizeBytes: number;
}

type BlobEnvironment = Pick<BuildEnvironment, "storeDirectory" | "fetch" | "signal">;

export function blobPath(storeDirectory: string, sha256: string): string {
    return join(storeDirectory, "blobs", "sha256", sha256);
}

function partialPath(storeDirectory: string, sha256: string): string {
    return join(storeDirectory, "partial", sha256);
}

async function sizeOf(path: string): Promise<number | undefined> {
    return stat(path).then(
        (status) => status.size,
        () => undefined,
    );
}

/** Whether the store holds the whole blob. Its bytes are verified when they are read: see `readBlob`. */
export async function hasBlob(
    storeDirectory: string,
    source: Pick<BlobSource, "sha256" | "sizeBytes">,
): Promise<boolean> {
    return (await sizeOf(blobPath(storeDirectory, source.sha256))) === source.sizeBytes;
}

/**
 * Makes sure the store holds the blob and gives its path. What is missing is downloaded, from where an earlier attempt
 * stopped, verified, and only then put in its place; another process that wants the same blob waits for it.
 *
 * @param onBytes told how many bytes of the blob are there so far, including those of an earlier attempt
 * @throws DownloadError
 */
export async function ensureBlob(
    source: BlobSource,
    env: BlobEnvironment,
    onBytes: (bytes: number) => void = () => {},
): Promise<string> {
    const path = blobPath(env.storeDirectory, source.sha256);
    if (!(await hasBlob(env.storeDirectory, source))) {
        const partial = partialPath(env.storeDirectory, source.sha256);
        await withLock(partial, env, async () => {
            if (!(await hasBlob(env.storeDirectory, source))) {
                await withRetries(() => downloadTo(partial, source, env, onBytes), env);
                await privateDirectory(dirname(path));
                await rename(partial, path);
            }
        });
    }
    onBytes(source.sizeBytes);
    return path;
}

/** Bytes of a blob of the store. When they are not what its name says, it is removed and the last step is an error. */
export async function* readBlob(storeDirectory: string, sha256: string): AsyncIterable<Buffer> {
    const path = blobPath(storeDirectory, sha256);
    const hash = createHash("sha256");
    for await (const chunk of fileChunks(path, { highWaterMark: READ_BYTES })) {
        hash.update(chunk);
        yield chunk;
    }
    if (hash.digest("hex") !== sha256) {
        await rm(path, { force: true });
        throw new DownloadError("StoreDamaged", `${path} was damaged and has been removed: run again.`, true, { path });
    }
}

async function downloadTo(
    partial: string,
    source: BlobSource,
    env: BlobEnvironment,
    onBytes: (bytes: number) => void,
): Promise<void> {
    const start = await resumePoint(partial, source);
    if (start < source.sizeBytes) {
        const headers: Record<string, string> = start > 0 ? { range: `bytes=${start}-` } : {};
        await get(source.url, headers, env, async (answer) => {
            const from = answer.status === 206 ? start : 0;
            await writeBody(partial, from, answer.status === 416 ? [] : answer.body, source, onBytes);
        });
    }
    await verify(partial, source, start > 0);
}

/** How much of an earlier attempt can be used. */
async function resumePoint(partial: string, source: BlobSource): Promise<number> {
    const size = (await sizeOf(partial)) ?? 0;
    return size <= source.sizeBytes ? size : 0;
}

async function writeBody(
    partial: string,
    from: number,
    body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    source: BlobSource,
    onBytes: (bytes: number) => void,
): Promise<void> {
    const file = await open(partial, from > 0 ? "r+" : "w");
    try {
        const end = await writeChunks(file, from, body, source, onBytes);
        await file.truncate(end);
        await file.sync();
        if (end < source.sizeBytes) {
            throw truncated(source, end);
        }
    } finally {
        await file.close();
    }
}

async function writeChunks(
    file: FileHandle,
    from: number,
    body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    source: BlobSource,
    onBytes: (bytes: number) => void,
): Promise<number> {
    let position = from;
    for await (const chunk of body) {
        if (position + chunk.length > source.sizeBytes) {
            throw tooLong(source);
        }
        await file.write(chunk, 0, chunk.length, position);
        position += chunk.length;
        onBytes(position);
    }
    return position;
}

async function verify(partial: string, source: BlobSource, resumed: boolean): Promise<void> {
    const hash = createHash("sha256");
    for await (const chunk of fileChunks(partial, { highWaterMark: READ_BYTES })) {
        hash.update(chunk);
    }
    const actual = hash.digest("hex");
    if (actual !== source.sha256) {
        await rm(partial, { force: true });
        throw wrongHash(source, actual, resumed);
    }
}

/** Runs `task` while no other process of this store does the same for `path`. */
export async function withLock<T>(
    path: string,
    env: Pick<BlobEnvironment, "fetch" | "signal">,
    task: () => Promise<T>,
): Promise<T> {
    await privateDirectory(dirname(path));
    const release = await acquire(path, env);
    try {
        return await task();
    } finally {
        await release().catch(() => {});
    }
}

async function acquire(path: string, env: Pick<BlobEnvironment, "fetch" | "signal">): Promise<() => Promise<void>> {
    for (;;) {
        env.signal.throwIfAborted();
        try {
            // A lock lost to a long pause costs a second download of the same bytes, never wrong ones.
            return await lock(path, { realpath: false, stale: 10_000, update: 2_000, onCompromised: () => {} });
        } catch (error) {
            if ((error as { code?: string }).code !== "ELOCKED") {
                throw error;
            }
        }
        await pause(100, env);
    }
}

function truncated(source: BlobSource, end: number): DownloadError {
    const url = redactUrl(source.url);
    return new DownloadError("DownloadTruncated", `${url} ended after ${end} of ${source.sizeBytes} bytes.`, true, {
        url,
        sizeBytes: source.sizeBytes,
        received: end,
    });
}

function tooLong(source: BlobSource): DownloadError {
    const url = redactUrl(source.url);
    return new DownloadError(
        "DownloadSize",
        `${url} is longer than the ${source.sizeBytes} bytes that its index says.`,
        false,
        { url, sizeBytes: source.sizeBytes },
    );
}

function wrongHash(source: BlobSource, actual: string, resumed: boolean): DownloadError {
    const url = redactUrl(source.url);
    return new DownloadError(
        "DownloadHash",
        `${url} has the SHA-256 ${actual}, but its index says ${source.sha256}.`,
        resumed,
        { url, expected: source.sha256, actual },
    );
}
