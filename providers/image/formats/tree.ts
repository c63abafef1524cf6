import type { TarMember } from "../archive";
import type { CpioEntry } from "../cpio";
import { type Segment, type SegmentRecord, segmentEntries } from "../segments";
import { generatedDirectory } from "../tree/compose";
import { type BuiltContents, isBootable } from "../plan";
import { GENERATED_MTIME, contentOf } from "../tree/content";
import type { Content, Entry, EntryHeader } from "../tree/entry";
import type { FormatInput } from "./format";
import { type OriginOf, originsOf } from "./origins";
import { kernelPayload, ucodePayload } from "./payloads";

const TYPE_MASK = 0o170000;
const MODE_MASK = 0o7777;

/** The whole image as LinuxKit's tar has it: what boots it in `boot`, then the segments' entries in their order. */
export async function* imageMembers({ plan, parts }: FormatInput): AsyncGenerator<TarMember, void, undefined> {
    const origins = originsOf(plan);
    for (const entry of bootEntries(parts.image)) {
        yield { entry, records: { ...origins("kernel", entry.path) } };
    }
    for (const segment of parts.segments) {
        yield* segmentMembers(segment, origins);
    }
}

function bootEntries(image: BuiltContents): Entry[] {
    if (!isBootable(image)) {
        return [];
    }
    const ucode = ucodePayload({ image });
    return [
        generatedDirectory("boot"),
        generatedFile("boot/cmdline", contentOf(image.cmdline)),
        generatedFile("boot/kernel", kernelPayload({ image })),
        ...(ucode === undefined ? [] : [generatedFile("boot/ucode.cpio", ucode)]),
    ];
}

export function generatedFile(path: string, content: Content): Entry {
    return { type: "file", path, mode: 0o644, uid: 0, gid: 0, mtime: GENERATED_MTIME, content };
}

async function* segmentMembers(segment: Segment, origins: OriginOf): AsyncGenerator<TarMember, void, undefined> {
    const restore = restorer(segment.sealed.record);
    for await (const entry of segmentEntries(segment)) {
        yield { entry: restore(entry), records: { ...origins(segment.component, entry.name) } };
    }
}

/** Gives back to an entry of a cpio what a cpio cannot hold: that it is a hard link, and extended attributes. */
function restorer(record: SegmentRecord): (entry: CpioEntry) => Entry {
    const hardlinks = new Map(Object.entries(record.hardlinks));
    const xattrs = new Map(Object.entries(record.xattrs));
    const linked = new Set(hardlinks.values());
    const modes = new Map(record.index.flatMap(([path, mode]) => (linked.has(path) ? [[path, mode] as const] : [])));
    return (entry) => {
        const target = hardlinks.get(entry.name);
        const attributes = xattrs.get(entry.name);
        const restored: Entry =
            target === undefined
                ? plainEntry(entry)
                : { ...headerOf(entry), type: "hardlink", target, mode: (modes.get(target) ?? 0) & MODE_MASK };
        return attributes === undefined ? restored : { ...restored, xattrs: decoded(attributes) };
    };
}

function decoded(attributes: Readonly<Record<string, string>>): Record<string, Buffer> {
    return Object.fromEntries(Object.entries(attributes).map(([name, text]) => [name, Buffer.from(text, "base64")]));
}

function headerOf({ name, mode, uid, gid, mtime }: CpioEntry): EntryHeader {
    return { path: name, mode: mode & MODE_MASK, uid, gid, mtime };
}

function plainEntry(entry: CpioEntry): Entry {
    const header = headerOf(entry);
    const { major, minor } = entry;
    switch (entry.mode & TYPE_MASK) {
        case 0o040000:
            return { ...header, type: "directory" };
        case 0o120000:
            return { ...header, type: "symlink", target: entry.target };
        case 0o020000:
            return { ...header, type: "character", major, minor };
        case 0o060000:
            return { ...header, type: "block", major, minor };
        case 0o010000:
            return { ...header, type: "fifo" };
        default:
            return { ...header, type: "file", content: { sizeBytes: entry.sizeBytes, chunks: () => entry.chunks() } };
    }
}
