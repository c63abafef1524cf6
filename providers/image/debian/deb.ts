import { LinuxKitError } from "../../../sdk/assembly/error";
import { type ArchiveLimits, readTar } from "../archive";
import { type Chunks, type Cursor, gunzip, openCursor, xzDecompress, zstdDecompress } from "../codec";
import type { EntryStream } from "../tree/entry";
import { explained } from "../tree/explained";

const MAGIC = "!<arch>\n";
const HEADER_BYTES = 60;

const DECODERS: Readonly<Record<string, (chunks: Chunks) => Chunks>> = {
    "": (chunks) => chunks,
    ".gz": gunzip,
    ".xz": xzDecompress,
    ".zst": zstdDecompress,
};

/** What a package's control archive holds, as text by file name: `control`, `postinst`, `conffiles`... */
export type ControlFiles = ReadonlyMap<string, string>;

const CONTROL_LIMITS: Partial<ArchiveLimits> = { maxEntries: 1000, maxTotalBytes: 32 << 20, maxEntryBytes: 16 << 20 };
const DATA_LIMITS: Partial<ArchiveLimits> = { maxTotalBytes: 16 * 2 ** 30 };

/** Reads the control archive of a .deb (deb(5)); `name` is what errors call it. */
export async function readControl(deb: Chunks, name: string): Promise<ControlFiles> {
    try {
        return await readControlFiles(deb, name);
    } catch (error) {
        throw named(error, name);
    }
}

async function readControlFiles(deb: Chunks, name: string): Promise<ControlFiles> {
    const files = new Map<string, string>();
    const cursor = openCursor(deb, () => malformed(name, "it is truncated"));
    try {
        const member = await findMember(cursor, "control.tar", name);
        for await (const entry of readTar(member.content(), CONTROL_LIMITS)) {
            if (entry.type === "file") {
                files.set(entry.path, await textOf(entry.content.chunks()));
            }
        }
    } finally {
        await cursor.close();
    }
    return files;
}

async function textOf(chunks: Chunks): Promise<string> {
    const parts: Buffer[] = [];
    for await (const chunk of chunks) {
        parts.push(Buffer.from(chunk));
    }
    return Buffer.concat(parts).toString("utf8");
}

/** The entries of a .deb's data archive (deb(5)). The source is read to its end, so what checks its hash there does so. */
export function readData(deb: Chunks, name: string): EntryStream {
    return explained(readDataEntries(deb, name), (error) => named(error, name));
}

/** Errors of codecs and of the tar reader do not know what they read. */
function named(cause: unknown, name: string): unknown {
    if (!(cause instanceof LinuxKitError) || cause.fields["package"] !== undefined) {
        return cause;
    }
    const message = `The package ${name} cannot be read: ${cause.message}`;
    return new LinuxKitError(cause.code, message, { ...cause.fields, package: name }, { cause });
}

async function* readDataEntries(deb: Chunks, name: string): EntryStream {
    const cursor = openCursor(deb, () => malformed(name, "it is truncated"));
    try {
        const member = await findMember(cursor, "data.tar", name);
        yield* readTar(member.content(), DATA_LIMITS);
        for await (const _ of cursor.rest()) {
            // Only the end matters here.
        }
    } finally {
        await cursor.close();
    }
}

interface Member {
    content(): Chunks;
}

/** Advances to the member `<stem><suffix>` of the ar archive, whose suffix says how it is packed. */
async function findMember(cursor: Cursor, stem: string, name: string): Promise<Member> {
    const magic = await cursor.required(MAGIC.length);
    if (magic.toString("latin1") !== MAGIC) {
        throw malformed(name, "it is no ar archive");
    }
    for (;;) {
        const header = await cursor.header(HEADER_BYTES);
        if (header === undefined) {
            throw malformed(name, `it holds no ${stem}`);
        }
        const member = parseHeader(header, name);
        const decode = member.file.startsWith(stem) ? DECODERS[member.file.slice(stem.length)] : undefined;
        if (decode !== undefined) {
            return { content: () => decode(cursor.body(member.sizeBytes)) };
        }
        if (member.file.startsWith(stem)) {
            throw malformed(name, `${member.file} is packed in a way that is not supported`);
        }
        await cursor.skip(member.sizeBytes + (member.sizeBytes % 2));
    }
}

function parseHeader(header: Buffer, name: string): { readonly file: string; readonly sizeBytes: number } {
    const text = header.toString("latin1");
    const size = text.slice(48, 58).trim();
    if (text.slice(58) !== "`\n" || !/^\d{1,10}$/.test(size)) {
        throw malformed(name, "a member's header is damaged");
    }
    return { file: text.slice(0, 16).trim().replace(/\/$/, ""), sizeBytes: Number(size) };
}

function malformed(name: string, reason: string): LinuxKitError {
    return new LinuxKitError("DebianPackage", `The package ${name} cannot be read: ${reason}.`, {
        package: name,
        reason,
    });
}
