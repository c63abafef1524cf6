import { LinuxKitError } from "../../../../sdk/assembly/error";
import { BLOCK_BYTES, placeAtBlocks, placeInOrder } from "../align";
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

/** A kernel looks for an initrd's next segment at a multiple of this. */
const PART_ALIGNMENT = 4;
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
                ...frame(geometry, clusters, rootBytes, kind, startBytes + placed.origin),
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
    readonly origin: number;
}

/** Directories before files; FAT16's root has a place of its own. */
function placeAll(root: FatDirectory, files: readonly FatFile[], geometry: Geometry, kind: VolumeKind): Everything {
    const { bits, clusterBytes } = geometry;
    const inClusters = allDirectories(root)
        .slice(bits === 16 ? 1 : 0)
        .map((directory) => ({ directory, sizeBytes: directoryBytes(directory), unit: clusterBytes }));
    const first = placeInOrder(0, inClusters);
    const directories = inClusters.map(({ directory, sizeBytes }, index) => ({
        directory,
        sizeBytes,
        offset: first.offsets[index] ?? 0,
    }));
    const parts = files.flatMap(({ parts: own }) =>
        own.map(({ sizeBytes }, index) => ({ sizeBytes, unit: index === 0 ? clusterBytes : PART_ALIGNMENT })),
    );
    const { offsets, end, origin } = (kind === "disk" ? placeAtBlocks : placeInOrder)(first.end, parts);
    return { directories, files: grouped(files, offsets), end, origin };
}

/** Gives each file the offsets of its own parts. */
function grouped(files: readonly FatFile[], offsets: readonly number[]): PlacedFile[] {
    let used = 0;
    return files.map((file) => {
        const own = offsets.slice(used, used + file.parts.length);
        used += file.parts.length;
        const offset = own[0] ?? 0;
        const sizeBytes = (own.at(-1) ?? 0) + (file.parts.at(-1)?.sizeBytes ?? 0) - offset;
        checkSize(file, sizeBytes);
        return { file, offset, sizeBytes, offsets: own };
    });
}

function checkSize({ path }: FatFile, sizeBytes: number): void {
    if (sizeBytes > MAX_FILE_BYTES) {
        throw new LinuxKitError(
            "FileTooLarge",
            `/${path} is ${sizeBytes} bytes large, and a FAT volume takes files under 4 GiB (${MAX_FILE_BYTES} bytes).`,
            { file: path, sizeBytes },
        );
    }
}

function fixedRootBytes(root: FatDirectory): number {
    return Math.max(MIN_ROOT_BYTES, alignUp(directoryBytes(root), SECTOR_BYTES));
}

/** What stands before the first cluster, which is where the origin of all places comes to a block, or to a CD's sector. */
function frame(geometry: Geometry, clusters: number, rootBytes: number, kind: VolumeKind, ahead: number) {
    const tableSectors = Math.ceil(((clusters + 2) * (geometry.bits / 8)) / SECTOR_BYTES);
    const behind = TABLES * tableSectors * SECTOR_BYTES + rootBytes;
    const unit = kind === "disk" ? BLOCK_BYTES : Math.max(geometry.clusterBytes, CD_SECTOR_BYTES);
    const dataOffset = alignUp(ahead + geometry.minReserved * SECTOR_BYTES + behind, unit) - ahead;
    return {
        tableSectors,
        rootEntries: rootBytes / ENTRY_BYTES,
        dataOffset,
        rootOffset: dataOffset - rootBytes,
        reservedSectors: (dataOffset - behind) / SECTOR_BYTES,
        sizeBytes: dataOffset + clusters * geometry.clusterBytes,
    };
}
