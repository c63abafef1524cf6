import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";

import { LinuxKitError } from "../../../../sdk/assembly/error";
import { isGzip, isZstd } from "../unpack";
import { readStart } from "./read-at";
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
 * @throws LinuxKitError OciUnreadable
 */
export async function openLocalFiles(place: string): Promise<LocalFiles> {
    const status = await stat(place).catch((cause: unknown) => {
        throw unreadable(place, `it cannot be opened (${(cause as { code?: string }).code ?? String(cause)})`, cause);
    });
    if (status.isDirectory()) {
        return folderFiles(place);
    }
    const start = await readStart(place, 4);
    if (isGzip(start) || isZstd(start)) {
        const unpack = isGzip(start) ? "gunzip" : "unzstd";
        throw unreadable(
            place,
            `it is compressed as a whole, and its parts are read where they lie: unpack it once with ${unpack}`,
        );
    }
    return tarFiles(place);
}

function folderFiles(folder: string): LocalFiles {
    return {
        place: folder,
        async find(name) {
            const file = path.join(folder, name);
            const status = await stat(file).catch(() => undefined);
            return status?.isFile() === true
                ? { sizeBytes: status.size, chunks: () => createReadStream(file, { highWaterMark: READ_BYTES }) }
                : undefined;
        },
    };
}

async function tarFiles(tar: string): Promise<LocalFiles> {
    const members = await indexTar(tar).catch((cause: unknown) => {
        throw cause instanceof LinuxKitError ? unreadable(tar, cause.message, cause) : cause;
    });
    return {
        place: tar,
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
        yield* createReadStream(tar, { start: offset, end: offset + sizeBytes - 1, highWaterMark: READ_BYTES });
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
