import { LinuxKitError } from "../../../sdk/assembly/error";
import { type Cursor, openCursor } from "../codec";
import { type CpioHeader, HEADER_BYTES, MAGIC, PATH_MAX, TRAILER, fileTypes, pad } from "./header";

/** An entry as the kernel reads it. */
export interface CpioEntry extends CpioHeader {
    /** A symlink's target, else empty. */
    readonly target: string;
    /** A file's content, to be read before the next entry is asked for. */
    chunks(): AsyncGenerator<Buffer, void, undefined>;
}

/** The entries of one complete cpio, read as init/initramfs.c does; anything that it would stumble over is an error. */
export async function* readCpio(
    source: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<CpioEntry, void, undefined> {
    const cursor = openCursor(source, () => damaged("it is truncated"));
    try {
        for (let header = await readHeader(cursor); header.name !== TRAILER; header = await readHeader(cursor)) {
            yield* readEntry(header, cursor);
        }
        for await (const chunk of cursor.rest()) {
            if (chunk.some((byte) => byte !== 0)) {
                throw damaged("there is something after its trailer");
            }
        }
    } finally {
        await cursor.close();
    }
}

async function* readEntry(header: CpioHeader, cursor: Cursor): AsyncGenerator<CpioEntry, void, undefined> {
    const isLink = (header.mode & 0o170000) === fileTypes.symlink;
    if (isLink && header.sizeBytes >= PATH_MAX) {
        throw damaged(`a link has a target of ${header.sizeBytes} bytes`);
    }
    const target = isLink ? (await cursor.required(header.sizeBytes)).toString() : "";
    let left = isLink ? 0 : header.sizeBytes;
    yield {
        ...header,
        target,
        async *chunks() {
            while (left > 0) {
                const chunk = await cursor.piece(left);
                left -= chunk.length;
                yield chunk;
            }
        },
    };
    await cursor.skip(left + pad(header.sizeBytes) - header.sizeBytes);
}

async function readHeader(cursor: Cursor): Promise<CpioHeader> {
    const bytes = await cursor.required(HEADER_BYTES);
    const text = bytes.toString("latin1");
    if (!text.startsWith(MAGIC) || !/^[0-9a-fA-F]+$/.test(text)) {
        throw damaged("no header stands where one should");
    }
    const field = (index: number) => Number.parseInt(text.slice(6 + index * 8, 14 + index * 8), 16);
    const nameBytes = field(11);
    if (nameBytes < 2 || nameBytes > PATH_MAX) {
        throw damaged(`a name has ${nameBytes} bytes`);
    }
    const name = await cursor.required(pad(HEADER_BYTES + nameBytes) - HEADER_BYTES);
    if (name.indexOf(0) !== nameBytes - 1) {
        throw damaged("a name does not end where its header says");
    }
    return {
        inode: field(0),
        mode: field(1),
        uid: field(2),
        gid: field(3),
        links: field(4),
        mtime: field(5),
        sizeBytes: field(6),
        major: field(9),
        minor: field(10),
        name: name.toString("utf8", 0, nameBytes - 1),
    };
}

function damaged(reason: string): LinuxKitError {
    return new LinuxKitError("CpioDamaged", `the cpio archive is damaged: ${reason}`, { reason });
}
