import type { CompressOptions } from "../codec";
import type { EntryStream } from "../tree/entry";

/** How to make one segment. */
export interface SegmentRecipe {
    /** Key of the component it belongs to. */
    readonly component: string;
    /** Everything its entries depend on, as JSON data; with the compression it makes the segment's name in the store. */
    readonly madeOf: unknown;
    readonly compression: CompressOptions;
    /** Called when the store does not hold the segment. */
    readonly open: () => Promise<OpenedTree>;
    /** Paths of files of which the record keeps the text. */
    readonly captured: readonly string[];
}

export interface OpenedTree {
    readonly entries: EntryStream;
    /** What the user should know; complete once the entries have been read. */
    readonly notes: readonly string[];
}

/** What later segments have to fit to: `mode` holds the type too, `target` is a symlink's. */
export type IndexedEntry = readonly [path: string, mode: number, uid: number, gid: number, target?: string];

export interface SegmentRecord {
    /** Of the cpio, uncompressed. */
    readonly contentBytes: number;
    readonly contentSha256: string;
    readonly index: readonly IndexedEntry[];
    /** What each hard link is another name of, by its path: in a cpio it is a symlink. */
    readonly hardlinks: Readonly<Record<string, string>>;
    /** Extended attributes by path and name, base64 of their bytes: a cpio cannot hold them. */
    readonly xattrs: Readonly<Record<string, Readonly<Record<string, string>>>>;
    readonly captured: Readonly<Record<string, string>>;
    readonly notes: readonly string[];
}
