import { stat } from "node:fs/promises";
import path from "node:path";

import { LinuxKitError } from "../../../../sdk/assembly/error";
import type { BuildEnvironment } from "../../environment";
import { fileChunks } from "../../store/file-chunks";
import { ensureUnpacked, packingOf } from "./packed";
import { indexTar } from "./tar-index";

const READ_BYTES = 1 << 18;

/** A file of a layout or an archive. */
export interface LocalFile {
    readonly sizeBytes: number;
    chunks(): AsyncIterable<Buffer>;
}

/** The files of a folder or of a tar, by their names in it. */
export interface LocalFiles {
    /** Where they lie, for messages. */
    readonly place: string;
    find(name: string): Promise<LocalFile | undefined>;
}

/**
 * A folder, or a tar, be it packed as a whole.
 * @throws LinuxKitError OciUnreadable
 */
export async function openLocalFiles(place: string, env: BuildEnvironment): Promise<LocalFiles> {
    const status = await stat(place).catch((cause: unknown) => {
        throw unreadable(place, `it cannot be opened (${(cause as { code?: string }).code ?? String(cause)})`, cause);
    });
    if (status.isDirectory()) {
        return folderFiles(place);
    }
    const unpack = await packingOf(place);
    return explained(place, async () => {
        const tar = unpack === undefined ? place : await ensureUnpacked(place, unpack, env);
        return tarFiles(tar, place);
    });
}

async function explained<T>(place: string, task: () => Promise<T>): Promise<T> {
    try {
        return await task();
    } catch (cause) {
        const isOfContent = cause instanceof LinuxKitError && /^(Codec.*|ArchiveRefused)$/.test(cause.code);
        throw isOfContent ? unreadable(place, cause.message, cause) : cause;
    }
}

function folderFiles(folder: string): LocalFiles {
    return {
        place: folder,
        async find(name) {
            const file = path.join(folder, name);
            const status = await stat(file).catch(() => undefined);
            return status?.isFile() === true
                ? { sizeBytes: status.size, chunks: () => fileChunks(file, { highWaterMark: READ_BYTES }) }
                : undefined;
        },
    };
}

async function tarFiles(tar: string, place: string): Promise<LocalFiles> {
    const members = await indexTar(tar);
    return {
        place,
        find(name) {
            const member = members.get(name);
            return Promise.resolve(member && { sizeBytes: member.sizeBytes, chunks: () => bytesOf(tar, member) });
        },
    };
}

async function* bytesOf(
    tar: string,
    { offset, sizeBytes }: { offset: number; sizeBytes: number },
): AsyncIterable<Buffer> {
    if (sizeBytes > 0) {
        yield* fileChunks(tar, { start: offset, end: offset + sizeBytes - 1, highWaterMark: READ_BYTES });
    }
}

export function unreadable(place: string, reason: string, cause?: unknown): LinuxKitError {
    return new LinuxKitError(
        "OciUnreadable",
        `the image ${place} cannot be used: ${reason}`,
        { place, reason },
        { cause },
    );
}
