import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import path from "node:path";

import { LinuxKitError } from "../../../../sdk/assembly/error";
import { type Chunks, gunzip, xzDecompress, zstdDecompress } from "../../codec";
import type { BuildEnvironment } from "../../environment";
import { type Memory, remembered } from "../../memory";
import { withLock } from "../../store/blobs";
import { fileChunks } from "../../store/file-chunks";
import { SealBroken, readPayload, readSealed, seal } from "../../store/sealed";
import { isGzip, isZstd } from "../unpack";
import { readStart } from "./read-at";

const READ_BYTES = 1 << 18;
const XZ = Buffer.from("\xfd7zXZ\0", "latin1");

type Unpack = (source: Chunks) => AsyncIterable<Buffer>;
type PackedEnvironment = Pick<BuildEnvironment, "storeDirectory" | "fetch" | "signal" | "progress">;

/** How a file is unpacked that is packed as a whole, as of `docker save | gzip`; undefined for one that is not. */
export async function packingOf(file: string): Promise<Unpack | undefined> {
    const start = await readStart(file, XZ.length);
    return isGzip(start) ? gunzip : isZstd(start) ? zstdDecompress : start.equals(XZ) ? xzDecompress : undefined;
}

/**
 * The content of a packed file, in the store: its parts are read where they lie. What was unpacked once is found by the
 * digest of the packed bytes, and made again where it was damaged since.
 * @throws LinuxKitError CodecDamaged, and OciGone where the file changes meanwhile
 */
export async function ensureUnpacked(file: string, unpack: Unpack, env: PackedEnvironment): Promise<string> {
    const digest = await digestOnce(file, env);
    const target = path.join(env.storeDirectory, "archives", digest);
    await withLock(path.join(env.storeDirectory, "partial", `archive-${digest}`), env, async () => {
        if (!(await isIntact(target, env))) {
            env.progress({ message: `unpacking ${file}` });
            await seal(target, (append) => copy(file, unpack, digest, append, env.signal));
            await remembered(intact, env, target, () => Promise.resolve(true));
        }
    });
    return target;
}

const intact: Memory<true> = new WeakMap();

/**
 * Whether the store has it whole. All of it is hashed when first asked: its parts are read out of order, and what they
 * make their readers stumble over would be laid to the packed file.
 */
async function isIntact(target: string, env: PackedEnvironment): Promise<boolean> {
    const sealed = await readSealed(target);
    if (sealed === undefined) {
        return false;
    }
    const verify = async () => {
        for await (const _ of readPayload(target, sealed)) {
            env.signal.throwIfAborted();
        }
        return true as const;
    };
    return remembered(intact, env, target, verify).catch((error: unknown) => {
        if (error instanceof SealBroken) {
            return false;
        }
        throw error;
    });
}

async function copy(
    file: string,
    unpack: Unpack,
    digest: string,
    append: (chunk: Buffer) => Promise<void>,
    signal: AbortSignal,
): Promise<null> {
    const hash = createHash("sha256");
    for await (const chunk of unpack(hashed(file, hash))) {
        signal.throwIfAborted();
        await append(chunk);
    }
    if (hash.digest("hex") !== digest) {
        throw new LinuxKitError("OciGone", `${file} has changed while it was read: run again`, { place: file });
    }
    return null;
}

async function* hashed(file: string, hash: { update(chunk: Buffer): unknown }): AsyncIterable<Buffer> {
    for await (const chunk of fileChunks(file, { highWaterMark: READ_BYTES })) {
        hash.update(chunk);
        yield chunk;
    }
}

const digests: Memory<string> = new WeakMap();

/** Many components are made from one archive, and each asks several times. */
async function digestOnce(file: string, env: PackedEnvironment): Promise<string> {
    const { size, mtimeMs, ino } = await stat(file);
    return remembered(digests, env, [file, size, mtimeMs, ino].join("\0"), async () => {
        const hash = createHash("sha256");
        for await (const _ of hashed(file, hash)) {
            env.signal.throwIfAborted();
        }
        return hash.digest("hex");
    });
}
