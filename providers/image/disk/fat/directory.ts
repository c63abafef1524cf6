import { GENERATED_MTIME } from "../../tree/content";
import { attributes } from "./file";
import { type FatLayout, clusterAt } from "./layout";
import { type FatName, fatNames } from "./name";
import { type FatDirectory, nameOf } from "./tree";

const ENTRY_BYTES = 32;
const LABEL = "LINUXKIT";

/** The volume's label, padded to eleven bytes. */
export const VOLUME_LABEL = Buffer.from(LABEL.padEnd(11), "latin1");

interface EntryFields {
    readonly attributes: number;
    readonly cluster: number;
    readonly sizeBytes: number;
}

/** The entries of a directory (section "FAT Directory Structure"). */
export function directoryContent(directory: FatDirectory, layout: FatLayout): Buffer {
    const inner = directory.directories.map(({ path }) => ({ path, fields: directoryFields(path, layout) }));
    const files = directory.files.map(({ path }) => ({ path, fields: fileFields(path, layout) }));
    const entries = [...inner, ...files];
    const names = fatNames(entries.map(({ path }) => nameOf(path)));
    const own = directory.path === "" ? [label()] : dots(directory.path, layout);
    return Buffer.concat([...own, ...entries.map(({ path, fields }) => named(names.get(nameOf(path)), fields))]);
}

function label(): Buffer {
    return entry(VOLUME_LABEL, { attributes: attributes.volumeLabel, cluster: 0, sizeBytes: 0 });
}

/** A directory's parent is cluster 0 where that is the root. */
function dots(path: string, layout: FatLayout): Buffer[] {
    const parent = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : undefined;
    const above = { attributes: attributes.directory, cluster: 0, sizeBytes: 0 };
    return [
        entry(Buffer.from(".".padEnd(11)), directoryFields(path, layout)),
        entry(Buffer.from("..".padEnd(11)), parent === undefined ? above : directoryFields(parent, layout)),
    ];
}

function directoryFields(path: string, layout: FatLayout): EntryFields {
    const placed = layout.directories.find(({ directory }) => directory.path === path);
    return { attributes: attributes.directory, cluster: clusterAt(layout, placed?.offset ?? 0), sizeBytes: 0 };
}

function fileFields(path: string, layout: FatLayout): EntryFields {
    const placed = layout.files.find(({ file }) => file.path === path);
    const { offset = 0, sizeBytes = 0, file } = placed ?? {};
    return {
        attributes: file?.attributes ?? attributes.archive,
        cluster: sizeBytes === 0 ? 0 : clusterAt(layout, offset),
        sizeBytes,
    };
}

function named(name: FatName | undefined, fields: EntryFields): Buffer {
    return name === undefined ? Buffer.alloc(0) : Buffer.concat([name.long, entry(name.short, fields)]);
}

function entry(short: Buffer, fields: EntryFields): Buffer {
    const bytes = Buffer.alloc(ENTRY_BYTES);
    short.copy(bytes);
    bytes[11] = fields.attributes;
    const { date, time } = fatTime(GENERATED_MTIME);
    bytes.writeUInt16LE(time, 14);
    bytes.writeUInt16LE(date, 16);
    bytes.writeUInt16LE(date, 18);
    bytes.writeUInt16LE(fields.cluster >>> 16, 20);
    bytes.writeUInt16LE(time, 22);
    bytes.writeUInt16LE(date, 24);
    bytes.writeUInt16LE(fields.cluster & 0xffff, 26);
    bytes.writeUInt32LE(fields.sizeBytes, 28);
    return bytes;
}

function fatTime(seconds: number): { readonly date: number; readonly time: number } {
    const at = new Date(seconds * 1000);
    return {
        date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
        time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
    };
}
