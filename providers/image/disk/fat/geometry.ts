import { SECTOR_BYTES } from "../bytes";

export type VolumeKind = "disk" | "removable";

export interface Geometry {
    readonly bits: 16 | 32;
    readonly clusterBytes: number;
    /** The number of clusters is what tells FAT16 and FAT32 apart: 65,525; kept clear of by what mkfs.fat keeps. */
    readonly minClusters: number;
    readonly maxClusters: number;
    readonly minReserved: number;
}

const fat32 = { bits: 32, minClusters: 65_536, minReserved: 32 } as const;
const fat16 = { bits: 16, minClusters: 4_096, maxClusters: 65_500, minReserved: 1 } as const;

/** Up to how large a volume a cluster size serves, as Windows and mkfs.fat have it. */
const CLUSTERS: readonly (readonly [sectors: number, upToBytes: number])[] = [
    [1, 260 * 2 ** 20],
    [8, 8 * 2 ** 30],
    [16, 16 * 2 ** 30],
    [32, 32 * 2 ** 30],
    [64, 2 ** 41],
];

/** What a volume may be, the better first. */
export function geometriesOf(kind: VolumeKind): readonly Geometry[] {
    const large = CLUSTERS.map(([sectors, upToBytes]) => {
        const clusterBytes = sectors * SECTOR_BYTES;
        return { ...fat32, clusterBytes, maxClusters: Math.floor(upToBytes / clusterBytes) };
    });
    const tiny = { ...fat16, clusterBytes: SECTOR_BYTES, maxClusters: 16_384 };
    const small = [4, 8, 16, 32, 64].map((sectors) => ({ ...fat16, clusterBytes: sectors * SECTOR_BYTES }));
    return kind === "disk" ? large : [tiny, ...small, ...large.slice(1)];
}
