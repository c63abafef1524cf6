import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Entry } from "../tree/entry";
import { exactly } from "../tree/exactly";
import { encodeGnuTarget, encodeHeader, encodePax, fitsHeader } from "./encode-header";
import { BLOCK_BYTES } from "./tar-header";

/** An entry, and further records of its extended header. */
export interface TarMember {
    readonly entry: Entry;
    readonly records?: Readonly<Record<string, string>>;
    /**
     * How the target of a symlink is told that does not fit a header.
     * @default "pax"
     */
    readonly longTarget?: "pax" | "gnu";
}

/** Extended attributes in an extended header, as GNU tar, libarchive and Go have them. */
const XATTR = "SCHILY.xattr.";

/**
 * A tar (POSIX.1-2001 pax) of the entries in their order. tar-stream would do but for extended attributes, which it takes
 * as text: a file capability is bytes.
 * @throws LinuxKitError EntryInexpressible, EntrySize
 */
export async function* writeTar(
    members: AsyncIterable<TarMember> | Iterable<TarMember>,
): AsyncGenerator<Buffer, void, undefined> {
    for await (const { entry, records = {}, longTarget = "pax" } of members) {
        const sizeBytes = entry.type === "file" ? entry.content.sizeBytes : 0;
        const { linkpath, ...others } = overflow(entry, sizeBytes);
        const isGnu = longTarget === "gnu" && entry.type === "symlink";
        const pax = { ...records, ...xattrRecords(entry), ...others, ...(isGnu || !linkpath ? {} : { linkpath }) };
        if (isGnu && linkpath) {
            yield encodeGnuTarget(linkpath);
        }
        if (Object.keys(pax).length > 0) {
            yield encodePax(entry.path, pax);
        }
        checkDevice(entry);
        yield encodeHeader(entry, sizeBytes);
        if (entry.type === "file") {
            yield* exactly(entry);
            yield Buffer.alloc(-sizeBytes & (BLOCK_BYTES - 1));
        }
    }
    yield Buffer.alloc(2 * BLOCK_BYTES);
}

function xattrRecords({ path, xattrs = {} }: Entry): Record<string, Buffer> {
    const named = Object.keys(xattrs).find((name) => name.includes("="));
    if (named !== undefined) {
        throw inexpressible(path, `its extended attribute ${JSON.stringify(named)} has an equals sign in its name`);
    }
    return Object.fromEntries(Object.entries(xattrs).map(([name, value]) => [XATTR + name, value]));
}

/** What does not fit into the fields of a header. */
function overflow(entry: Entry, sizeBytes: number): Record<string, string> {
    const target = "target" in entry ? entry.target : "";
    const values = { path: entry.path, linkpath: target, size: sizeBytes, uid: entry.uid, gid: entry.gid };
    const records = Object.entries({ ...values, mtime: entry.mtime }).filter(([key, value]) => !fitsHeader(key, value));
    return Object.fromEntries(records.map(([key, value]) => [key, String(value)]));
}

/** An extended header has no standard record for a device's numbers. */
function checkDevice(entry: Entry): void {
    if ("major" in entry && !(fitsHeader("device", entry.major) && fitsHeader("device", entry.minor))) {
        throw inexpressible(entry.path, `its device numbers are ${entry.major} and ${entry.minor}`);
    }
}

function inexpressible(path: string, reason: string): LinuxKitError {
    return new LinuxKitError("EntryInexpressible", `/${path} cannot be put into a tar: ${reason}`, {
        entry: path,
        reason,
    });
}
