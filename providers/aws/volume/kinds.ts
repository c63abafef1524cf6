/** What sort of volume it is. */
export interface VolumeKind {
    readonly type: VolumeType;
    readonly iops?: number;
    /** In MiB/s. */
    readonly throughput?: number;
}

export type VolumeType = "gp3" | "gp2" | "io2" | "io1" | "st1" | "sc1" | "standard";

type Range = readonly [least: number, most: number];

interface Limits {
    readonly sizeGiB: Range;
    readonly iops?: Range;
    readonly iopsPerGiB?: number;
    readonly throughput?: Range;
}

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
const limits: Readonly<Record<VolumeType, Limits>> = {
    gp3: { sizeGiB: [1, 65_536], iops: [3000, 80_000], iopsPerGiB: 500, throughput: [125, 2000] },
    gp2: { sizeGiB: [1, 16_384] },
    io2: { sizeGiB: [4, 65_536], iops: [100, 256_000], iopsPerGiB: 1000 },
    io1: { sizeGiB: [4, 16_384], iops: [100, 64_000], iopsPerGiB: 50 },
    st1: { sizeGiB: [125, 16_384] },
    sc1: { sizeGiB: [125, 16_384] },
    standard: { sizeGiB: [1, 1024] },
};

export const volumeTypes = Object.keys(limits) as readonly VolumeType[];

const isType = (type: unknown): type is VolumeType => volumeTypes.includes(type as VolumeType);

/** IOPS and throughput that a type has where nothing is said, so that a refresh shows another value. */
export function defaultPerformance(type: unknown): Partial<VolumeKind> {
    return type === "gp3" ? { iops: 3000, throughput: 125 } : {};
}

/** What of a volume's performance can be said of its type: of others AWS shows what follows from the size. */
export function declarable({ type, iops, throughput }: { type: string; iops?: number; throughput?: number }): {
    readonly iops?: number;
    readonly throughput?: number;
} {
    const known: Partial<Limits> = isType(type) ? limits[type] : {};
    return {
        ...(known.iops === undefined || iops === undefined ? {} : { iops }),
        ...(known.throughput === undefined || throughput === undefined ? {} : { throughput }),
    };
}

/** What is wrong with a type, a size, IOPS and a throughput that are all known. */
export function kindProblems(
    { type, iops, throughput }: Partial<VolumeKind>,
    sizeGiB: number | undefined,
): readonly (readonly [property: "size" | "iops" | "throughput", reason: string])[] {
    if (!isType(type)) {
        return [];
    }
    const known = limits[type];
    return [
        ...outside("size", sizeGiB, known.sizeGiB, type, "GiB"),
        ...outside("iops", iops, known.iops, type, "IOPS"),
        ...outside("throughput", throughput, known.throughput, type, "MiB/s"),
        ...missingIops(type, iops),
        ...(sizeGiB === undefined || iops === undefined ? [] : denseIops(known, type, iops, sizeGiB)),
        ...(type !== "gp3" || iops === undefined || iops < 3000 || throughput === undefined
            ? []
            : thinIops(iops, throughput)),
    ];
}

function outside<P extends string>(
    property: P,
    value: number | undefined,
    range: Range | undefined,
    type: string,
    unit: string,
): (readonly [P, string])[] {
    if (value === undefined) {
        return [];
    }
    if (range === undefined) {
        return [[property, `cannot be said of ${type}: leave it out, or use another type`]];
    }
    const [least, most] = range;
    return value >= least && value <= most
        ? []
        : [[property, `${value} ${unit} is not from ${least} to ${most}, which ${type} can have`]];
}

function missingIops(type: VolumeType, iops: number | undefined): (readonly ["iops", string])[] {
    const isMissing = (type === "io1" || type === "io2") && iops === undefined;
    return isMissing ? [["iops", `is missing: ${type} has none by default`]] : [];
}

function denseIops(
    { iops: range, iopsPerGiB }: Limits,
    type: VolumeType,
    iops: number,
    sizeGiB: number,
): (readonly ["iops", string])[] {
    const most = Math.max((iopsPerGiB ?? Infinity) * sizeGiB, range?.[0] ?? 0);
    return iops > most
        ? [["iops", `${iops} is more than the ${most} that ${type} of ${sizeGiB} GiB can have (${iopsPerGiB} a GiB)`]]
        : [];
}

function thinIops(iops: number, throughput: number): (readonly ["throughput", string])[] {
    return throughput * 4 > iops
        ? [["throughput", `${throughput} MiB/s needs ${throughput * 4} IOPS, four for each, and there are ${iops}`]]
        : [];
}
