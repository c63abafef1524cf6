import { LinuxKitError } from "../../../sdk/assembly/error";
import { type Chunks, type Cursor, ZSTD_MAGIC, gzipMember, openCursor, zstdDecompress, zstdFrame } from "../codec";
import { type CpioEntry, readCpio } from "../cpio";

const ALIGNMENT = 4;

export interface ReadInitrdOptions {
    /** Gets every byte of the cpios. */
    readonly observe?: (chunk: Buffer) => void;
}

/**
 * The entries of an initrd, segment after segment, found as init/initramfs.c finds them: zeros are skipped, then a
 * compression's magic begins, at a multiple of four, a segment that holds one complete cpio. Raw cpios are not taken:
 * we write none.
 * What the kernel would stumble over, often without a word, is an error.
 */
export async function* readInitrd(
    source: Chunks,
    options: ReadInitrdOptions = {},
): AsyncGenerator<CpioEntry, void, undefined> {
    const cursor = openCursor(source, () => damaged("it is truncated"));
    try {
        for (let magic = await nextMagic(cursor); magic !== undefined; magic = await nextMagic(cursor)) {
            yield* readCpio(observed(unpacked(magic, cursor), options.observe));
        }
    } finally {
        await cursor.close();
    }
}

/** The word that a segment begins with, undefined at the end of the initrd. */
async function nextMagic(cursor: Cursor): Promise<Buffer | undefined> {
    const padding = await cursor.required(-cursor.position & (ALIGNMENT - 1));
    if (padding.some((byte) => byte !== 0)) {
        throw damaged("a segment is followed by something else than zeros");
    }
    for (;;) {
        const word = await cursor.header(ALIGNMENT);
        if (word === undefined || word.some((byte) => byte !== 0)) {
            return word;
        }
    }
}

function unpacked(magic: Buffer, cursor: Cursor): AsyncGenerator<Buffer, void, undefined> {
    if (magic.readUInt32LE() === ZSTD_MAGIC) {
        return zstdDecompress(zstdFrame(magic, cursor));
    }
    if (magic.readUInt16BE() === 0x1f8b) {
        cursor.unread(magic);
        return gzipMember(cursor);
    }
    throw damaged("no segment of a known compression begins where one should, at a multiple of four");
}

async function* observed(
    chunks: AsyncIterable<Buffer>,
    observe: (chunk: Buffer) => void = () => {},
): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of chunks) {
        observe(chunk);
        yield chunk;
    }
}

function damaged(reason: string): LinuxKitError {
    return new LinuxKitError("InitrdDamaged", `the initrd is damaged: ${reason}`, { reason });
}
