import { LinuxKitError } from "../../../sdk/assembly/error";
import { primaryDescriptor, terminator } from "../disk/iso/descriptors";
import { type Extent, type FolderBytes, folderBytes, foldersOf, type IsoFolder } from "./iso-directory";
import { ContinuationArea } from "./rock-ridge";
import { type FileTree, type OpenEntries, readTree, type TreeNode } from "./tree";

const SECTOR_BYTES = 2048;
/** ECMA-119, 6.2.1: the descriptors begin behind the system area. */
const FIRST_DESCRIPTOR = 16;
const FIRST_TABLE = FIRST_DESCRIPTOR + 2;
const MAX_FILE_BYTES = 2 ** 32 - 1;
const MAX_FOLDERS = 0xffff;

/**
 * A root filesystem as ISO 9660 with Rock Ridge, as upstream's `genisoimage -R` makes it: folders, then contents in the
 * entries' order. The entries are read twice, the output is never revisited. Folders may lie deeper than the eight levels
 * of ECMA-119: Linux does not mind.
 *
 * Follows ECMA-119, SUSP 1.10 and RRIP 1.10. Extended attributes have no place there. Errors: `FileTooLarge` for 4 GiB and
 * more, `DiskFolders` for more than 65,535 folders, `TreeMalformed`, `EntrySize`.
 */
export async function* iso(open: OpenEntries): AsyncGenerator<Buffer, void, undefined> {
    const tree = await readTree(open);
    const layout = layOut(tree);
    yield Buffer.alloc(FIRST_DESCRIPTOR * SECTOR_BYTES);
    yield descriptor(layout);
    yield terminator();
    yield pathTable(layout, "little");
    yield pathTable(layout, "big");
    for (const { bytes } of layout.contents) {
        yield bytes;
    }
    yield continuationBytes(layout);
    for await (const { file, chunks } of tree.contents(hasContent)) {
        yield* chunks();
        yield Buffer.alloc(-sizeOf(file) & (SECTOR_BYTES - 1));
    }
}

interface Layout {
    readonly folders: readonly IsoFolder[];
    readonly contents: readonly FolderBytes[];
    readonly extents: ReadonlyMap<TreeNode, Extent>;
    readonly tableBytes: number;
    readonly area: ContinuationArea;
    /** Of the whole. */
    readonly sectors: number;
}

function layOut(tree: FileTree): Layout {
    tree.files.forEach(checkFile);
    const folders = foldersOf(tree.root);
    checkFolders(folders);
    const tableBytes = folders.reduce((sum, { identifier }) => sum + pathRecordBytes(identifier), 0);
    const extents = new Map<TreeNode, Extent>();
    let next = FIRST_TABLE + 2 * sectorsOf(tableBytes);
    const place = (node: TreeNode, sizeBytes: number): void => {
        extents.set(node, { sector: next, sizeBytes });
        next += sectorsOf(sizeBytes);
    };
    // Once for the lengths, which do not depend on what the numbers are, and again with the numbers.
    const nowhere: Extent = { sector: 0, sizeBytes: 0 };
    const draft = new ContinuationArea(0);
    const drafts = folders.map((folder) => folderBytes(folder, parentOf(folders, folder), () => nowhere, draft));
    folders.forEach(({ node }, index) => place(node, drafts[index]?.bytes.length ?? 0));
    const area = new ContinuationArea(next);
    next += draft.sectors;
    tree.files.filter(hasContent).forEach((file) => place(file, sizeOf(file)));
    const extentOf = (node: TreeNode): Extent => extents.get(node) ?? nowhere;
    const contents = folders.map((folder) => folderBytes(folder, parentOf(folders, folder), extentOf, area));
    return { folders, contents, extents, tableBytes, area, sectors: next };
}

function descriptor({ folders, extents, tableBytes, sectors }: Layout): Buffer {
    const root = folders[0]?.node;
    const extent = root === undefined ? undefined : extents.get(root);
    const directory = { path: "", identifier: "", children: [] };
    const pathTables = { little: FIRST_TABLE, big: FIRST_TABLE + sectorsOf(tableBytes), sizeBytes: tableBytes };
    const directories = extent === undefined ? [] : [{ ...extent, directory }];
    return primaryDescriptor({ directories, files: [], pathTable: pathTables, catalog: 0, end: sectors }, sectors);
}

/** ECMA-119, 9.4. */
function pathTable({ folders, extents, tableBytes }: Layout, order: "little" | "big"): Buffer {
    const records = folders.map(({ node, parent, identifier }) => {
        const bytes = Buffer.alloc(pathRecordBytes(identifier));
        const { sector } = extents.get(node) ?? { sector: 0 };
        bytes[0] = Math.max(1, identifier.length);
        if (order === "little") {
            bytes.writeUInt32LE(sector, 2);
            bytes.writeUInt16LE(parent + 1, 6);
        } else {
            bytes.writeUInt32BE(sector, 2);
            bytes.writeUInt16BE(parent + 1, 6);
        }
        bytes.write(identifier, 8, "latin1");
        return bytes;
    });
    return Buffer.concat(records, sectorsOf(tableBytes) * SECTOR_BYTES);
}

function continuationBytes({ contents, area }: Layout): Buffer {
    const bytes = Buffer.alloc(area.sectors * SECTOR_BYTES);
    for (const { continuations } of contents) {
        continuations.forEach(({ place, bytes: part }) => part.copy(bytes, place.offset));
    }
    return bytes;
}

function parentOf(folders: readonly IsoFolder[], { node, parent }: IsoFolder): TreeNode {
    return folders[parent]?.node ?? node;
}

function pathRecordBytes(identifier: string): number {
    const length = Math.max(1, identifier.length);
    return 8 + length + (length % 2);
}

function sectorsOf(sizeBytes: number): number {
    return Math.ceil(sizeBytes / SECTOR_BYTES);
}

function hasContent(file: TreeNode): boolean {
    return sizeOf(file) > 0;
}

function sizeOf({ entry }: TreeNode): number {
    return entry.type === "file" ? entry.sizeBytes : 0;
}

function checkFile(file: TreeNode): void {
    const sizeBytes = sizeOf(file);
    if (sizeBytes > MAX_FILE_BYTES) {
        const text = `/${file.entry.path} is ${sizeBytes} bytes large, and an ISO 9660 volume takes files under 4 GiB (${MAX_FILE_BYTES} bytes).`;
        throw new LinuxKitError("FileTooLarge", text, { file: file.entry.path, sizeBytes });
    }
}

function checkFolders({ length }: readonly IsoFolder[]): void {
    if (length > MAX_FOLDERS) {
        const text = `the image has ${length} folders, and an ISO 9660 volume may have ${MAX_FOLDERS}: take kernel+erofs`;
        throw new LinuxKitError("DiskFolders", text, { folders: length });
    }
}
