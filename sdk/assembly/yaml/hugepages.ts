const units = [
    ["GB", 2 ** 30],
    ["MB", 2 ** 20],
    ["KB", 2 ** 10],
] as const;

/** The kernel's name of a page size, "2MB" of 2097152: LinuxKit's schema has bytes where its runtimes want names. */
export function hugepageName(bytes: number): string {
    const unit = units.find(([, size]) => bytes >= size && bytes % size === 0);
    return unit === undefined ? `${bytes}B` : `${bytes / unit[1]}${unit[0]}`;
}

/** Bytes of a page size's name; undefined where the name is not the one for its bytes. */
export function hugepageBytes(name: string): number | undefined {
    const [, count, suffix] = /^(\d+)([KMG]B)$/.exec(name) ?? [];
    const size = units.find(([unit]) => unit === suffix)?.[1];
    const bytes = size === undefined ? NaN : Number(count) * size;
    return Number.isSafeInteger(bytes) && hugepageName(bytes) === name ? bytes : undefined;
}
