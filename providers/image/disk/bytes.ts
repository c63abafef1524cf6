export const SECTOR_BYTES = 512;
export const MIB = 1 << 20;

/** The next multiple of `unit`, for numbers that bit operations would cut. */
export function alignUp(value: number, unit: number): number {
    return Math.ceil(value / unit) * unit;
}
