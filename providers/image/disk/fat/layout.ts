import { LinuxKitError } from "../../../../sdk/assembly/error";
import { type Aligner, BLOCK_BYTES, createAligner, unaligned } from "../align";
import { SECTOR_BYTES, alignUp } from "../bytes";
import { totalBytes } from "../payload";
import type { FatFile } from "./file";
import { type FatDirectory, allDirectories, directoryBytes, directoryTree } from "./tree";
import { type Geometry, type VolumeKind, geometriesOf } from "./geometry";

/** Offsets of `Placed` count from the first cluster. */
export interface Placed {
    readonly offset: number;
    readonly sizeBytes: number;
}

export interface PlacedFile extends Placed {
    readonly file: FatFile;
    /** Of each part, in order. */
    readonly offsets: readonly number[];
}

export interface PlacedDirectory extends Placed {
    readonly directory: FatDirectory;
}

/** Where everything on a volume stands; offsets in bytes from the volume's start unless said otherwise. */
export interface FatLayout extends Geometry {
    /** Of the volume on its disk. */
    readonly startBytes: number;
    readonly reservedSectors: number;
    readonly tableSectors: number;
    /** Of FAT16's root directory, which has a place of its own; else 0. */
    readonly rootEntries: number;
    readonly rootOffset: number;
    /** Of the first cluster, which is number 2. */
    readonly dataOffset: number;
    readonly clusters: number;
    readonly sizeBytes: number;
    readonly root: FatDirectory;
    readonly directories: readonly PlacedDirectory[];
    readonly files: readonly PlacedFile[];
}

const MAX_FILE_BYTES = 2 ** 32 - 1;
const TABLES = 2;
const CD_SECTOR_BYTES = 2048;
const ENTRY_BYTES = 32;
/** What mkfs.fat gives it. */
const MIN_ROOT_BYTES = 512 * ENTRY_BYTES;

/**
 * The smallest volume that holds the files, each contiguous, in their order. `disk`: FAT32, with parts of files at blocks
 * of the disk where that is worth it. `removable`: FAT16 as long as that is large enough, which UEFI has for CDs (section
 * 13.3.1.1).
 * @throws LinuxKitError FileTooLarge, DiskTooLarge, DiskName
 */
export function layOutFat(files: readonly FatFile[], kind: VolumeKind, startBytes: number): FatLayout {
    const root = directoryTree(files);
    const total = totalBytes(files.flatMap(({ parts }) => parts));
    for (const geometry of geometriesOf(kind)) {
        const placed = placeAll(root, files, geometry, kind);
        const clusters = Math.max(geometry.minClusters, Math.ceil(placed.end / geometry.clusterBytes));
        const rootBytes = geometry.bits === 16 ? fixedRootBytes(root) : 0;
        if (clusters <= geometry.maxClusters) {
            return {
                ...geometry,
                ...frame(geometry, clusters, rootBytes, kind, startBytes),
                clusters,
                root,
                startBytes,
                ...placed,
            };
        }
    }
    const message = `The files of a disk are ${total} bytes large, which no FAT volume takes.`;
    throw new LinuxKitError("DiskTooLarge", message, { sizeBytes: total });
}

/** First cluster of what stands at an offset. */
export function clusterAt(layout: FatLayout, offset: number): number {
    return 2 + offset / layout.clusterBytes;
}

interface Everything {
    readonly directories: readonly PlacedDirectory[];
    readonly files: readonly PlacedFile[];
    readonly end: number;
}

/** Directories before files; FAT16's root has a place of its own. */
function placeAll(root: FatDirectory, files: readonly FatFile[], geometry: Geometry, kind: VolumeKind): Everything {
    let end = 0;
    const directories = allDirectories(root)
        .slice(geometry.bits === 16 ? 1 : 0)
        .map((directory) => {
            const placed = { directory, offset: end, sizeBytes: directoryBytes(directory) };
            end = alignUp(end + placed.sizeBytes, geometry.clusterBytes);
            return placed;
        });
    const total = totalBytes(files.flatMap(({ parts }) => parts));
    const align = kind === "disk" ? createAligner(total) : unaligned;
    const placedFiles = files.map((file) => {
        const placed = placeFile(file, end, geometry.clusterBytes, align);
        end = alignUp(placed.offset + placed.sizeBytes, geometry.clusterBytes);
        return placed;
    });
    return { directories, files: placedFiles, end };
}

function placeFile(file: FatFile, from: number, clusterBytes: number, align: Aligner): PlacedFile {
    let end = from;
    const offsets = file.parts.map((part, index) => {
        const offset = align(end, part.sizeBytes, index === 0 ? clusterBytes : 4);
        end = offset + part.sizeBytes;
        return offset;
    });
    const offset = offsets[0] ?? from;
    if (end - offset > MAX_FILE_BYTES) {
        throw new LinuxKitError(
            "FileTooLarge",
            `/${file.path} is ${end - offset} bytes large, and a FAT volume takes files under 4 GiB (${MAX_FILE_BYTES} bytes).`,
            { file: file.path, sizeBytes: end - offset },
        );
    }
    return { file, offset, sizeBytes: end - offset, offsets };
}

function fixedRootBytes(root: FatDirectory): number {
    return Math.max(MIN_ROOT_BYTES, alignUp(directoryBytes(root), SECTOR_BYTES));
}

/** What stands before the first cluster, which begins at a block of the disk, or at a CD's sector. */
function frame(geometry: Geometry, clusters: number, rootBytes: number, kind: VolumeKind, startBytes: number) {
    const tableSectors = Math.ceil(((clusters + 2) * (geometry.bits / 8)) / SECTOR_BYTES);
    const behind = TABLES * tableSectors * SECTOR_BYTES + rootBytes;
    const unit = kind === "disk" ? BLOCK_BYTES : Math.max(geometry.clusterBytes, CD_SECTOR_BYTES);
    const dataOffset = alignUp(startBytes + geometry.minReserved * SECTOR_BYTES + behind, unit) - startBytes;
    return {
        tableSectors,
        rootEntries: rootBytes / ENTRY_BYTES,
        dataOffset,
        rootOffset: dataOffset - rootBytes,
        reservedSectors: (dataOffset - behind) / SECTOR_BYTES,
        sizeBytes: dataOffset + clusters * geometry.clusterBytes,
    };
}
