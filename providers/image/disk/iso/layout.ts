import { totalBytes } from "../payload";
import { directoryRecord, inSectors } from "./encode";
import { CD_SECTOR_BYTES, type IsoFile, checkSize, identifierOf } from "./file";

export interface IsoDirectory {
    /** Empty for the root. */
    readonly path: string;
    readonly identifier: string;
    /** What is directly in it, in the order of the identifiers. */
    readonly children: readonly { readonly path: string; readonly identifier: string }[];
}

/** A place in sectors of 2,048 bytes. */
export interface Extent {
    readonly sector: number;
    readonly sizeBytes: number;
}

/** Where everything on a volume stands. */
export interface IsoLayout {
    readonly directories: readonly (Extent & { readonly directory: IsoDirectory })[];
    readonly files: readonly (Extent & { readonly file: IsoFile })[];
    readonly pathTable: { readonly little: number; readonly big: number; readonly sizeBytes: number };
    readonly catalog: number;
    /** First sector behind the files: of an image that the volume does not list. */
    readonly end: number;
}

/** The descriptors: one for the volume, one for El Torito, the terminator (ECMA-119, 8.1: from sector 16 on). */
export const DESCRIPTORS = { primary: 16, boot: 17, terminator: 18 } as const;

/**
 * A volume with the files in their order.
 * @throws LinuxKitError FileTooLarge, DiskName
 */
export function layOutIso(files: readonly IsoFile[]): IsoLayout {
    files.forEach(checkSize);
    const tree = directoriesOf(files);
    const pathBytes = tree.reduce((sum, { identifier }) => sum + pathRecordBytes(identifier), 0);
    const little = DESCRIPTORS.terminator + 1;
    const big = little + sectorsOf(pathBytes);
    let next = big + sectorsOf(pathBytes);
    const place = (sizeBytes: number): Extent => {
        const sector = next;
        next += sectorsOf(sizeBytes);
        return { sector, sizeBytes };
    };
    const directories = tree.map((directory) => ({ directory, ...place(directoryBytes(directory)) }));
    const catalog = place(CD_SECTOR_BYTES).sector;
    const placed = files.map((file) => ({ file, ...place(totalBytes(file.parts)) }));
    return { directories, files: placed, pathTable: { little, big, sizeBytes: pathBytes }, catalog, end: next };
}

export function pathRecordBytes(identifier: string): number {
    const length = Math.max(1, identifier.length);
    return 8 + length + (length % 2);
}

function sectorsOf(sizeBytes: number): number {
    return Math.ceil(sizeBytes / CD_SECTOR_BYTES);
}

/** The root, then what is in it, level by level (ECMA-119, 6.9.1). */
function directoriesOf(files: readonly IsoFile[]): IsoDirectory[] {
    const paths = files.map(({ path }) => path);
    const found: IsoDirectory[] = [directoryAt("", paths)];
    for (const { path, children } of found) {
        const prefix = path === "" ? "" : `${path}/`;
        const inner = children.filter((child) => paths.some((file) => file.startsWith(`${child.path}/`)));
        found.push(...inner.map((child) => directoryAt(prefix + child.path.slice(prefix.length), paths)));
    }
    return found;
}

function directoryAt(path: string, paths: readonly string[]): IsoDirectory {
    const prefix = path === "" ? "" : `${path}/`;
    const below = paths.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length));
    const names = [...new Set(below.map((rest) => rest.split("/")[0] ?? ""))];
    const children = names.map((name) => ({
        path: prefix + name,
        identifier: identifierOf(name, !below.includes(name)),
    }));
    const own = path.slice(path.lastIndexOf("/") + 1);
    return {
        path,
        identifier: path === "" ? "" : identifierOf(own, true),
        children: children.toSorted((a, b) => (a.identifier < b.identifier ? -1 : 1)),
    };
}

function directoryBytes({ children }: IsoDirectory): number {
    const nowhere = { sector: 0, sizeBytes: 0, isDirectory: false };
    const identifiers = ["\0", "\u0001", ...children.map(({ identifier }) => identifier)];
    return inSectors(
        identifiers.map((identifier) => directoryRecord({ identifier: Buffer.from(identifier), ...nowhere })),
    ).length;
}
