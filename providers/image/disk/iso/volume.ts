import type { Payload } from "../input";
import { joined, payloadOf } from "../payload";
import type { Piece } from "../pieces";
import { bootDescriptor, primaryDescriptor, terminator } from "./descriptors";
import { directoryRecord, inSectors } from "./encode";
import { CD_SECTOR_BYTES } from "./file";
import { DESCRIPTORS, type Extent, type IsoDirectory, type IsoLayout, pathRecordBytes } from "./layout";

export interface IsoContent {
    /** Of the whole volume. */
    readonly sectors: number;
    readonly catalog: Buffer;
    /** Contents, by path, that were known only when their place was: as many bytes as were planned. */
    readonly replaced?: ReadonlyMap<string, Buffer>;
}

/** All that stands on a volume. */
export function isoPieces(layout: IsoLayout, { sectors, catalog, replaced }: IsoContent): Piece[] {
    const { pathTable, directories, files } = layout;
    return [
        piece(DESCRIPTORS.primary, primaryDescriptor(layout, sectors), "the volume's descriptor"),
        piece(DESCRIPTORS.boot, bootDescriptor(layout.catalog), "the boot record"),
        piece(DESCRIPTORS.terminator, terminator(), "the descriptors' terminator"),
        piece(pathTable.little, pathTableOf(layout, "little"), "the path table"),
        piece(pathTable.big, pathTableOf(layout, "big"), "the path table"),
        ...directories.map((placed) =>
            piece(placed.sector, directoryContent(placed, layout), `the directory /${placed.directory.path}`),
        ),
        piece(layout.catalog, catalog, "the boot catalog"),
        ...files.map(({ file, sector }) => {
            const bytes = replaced?.get(file.path);
            return piece(sector, bytes ?? joined(file.parts), `/${file.path}`);
        }),
    ];
}

function piece(sector: number, content: Buffer | Payload, name: string): Piece {
    const payload = Buffer.isBuffer(content) ? payloadOf(content) : content;
    return { offset: sector * CD_SECTOR_BYTES, payload, name };
}

/** Itself, its parent, and what is in it (ECMA-119, 6.8.2.2). */
function directoryContent(placed: Extent & { readonly directory: IsoDirectory }, layout: IsoLayout): Buffer {
    const parent = layout.directories.find(({ directory }) => directory.path === parentOf(placed.directory.path));
    const own = [
        directoryRecord({ identifier: Buffer.from([0]), ...extentOf(placed), isDirectory: true }),
        directoryRecord({ identifier: Buffer.from([1]), ...extentOf(parent ?? placed), isDirectory: true }),
    ];
    const children = placed.directory.children.map(({ path, identifier }) => {
        const inner = layout.directories.find(({ directory }) => directory.path === path);
        const file = layout.files.find((each) => each.file.path === path);
        const extent = extentOf(inner ?? file ?? placed);
        return directoryRecord({ identifier: Buffer.from(identifier), ...extent, isDirectory: inner !== undefined });
    });
    return inSectors([...own, ...children]);
}

function extentOf({ sector, sizeBytes }: Extent): Extent {
    return { sector, sizeBytes };
}

/** ECMA-119, 9.4. */
function pathTableOf({ directories }: IsoLayout, order: "little" | "big"): Buffer {
    const records = directories.map(({ directory: { path, identifier }, sector }) => {
        const bytes = Buffer.alloc(pathRecordBytes(identifier));
        const parent = directories.findIndex(({ directory }) => directory.path === parentOf(path)) + 1;
        bytes[0] = Math.max(1, identifier.length);
        if (order === "little") {
            bytes.writeUInt32LE(sector, 2);
            bytes.writeUInt16LE(parent, 6);
        } else {
            bytes.writeUInt32BE(sector, 2);
            bytes.writeUInt16BE(parent, 6);
        }
        bytes.write(identifier, 8, "latin1");
        return bytes;
    });
    return Buffer.concat(records);
}

/** The root is its own parent. */
function parentOf(path: string): string {
    return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
}
