import type { Artifact, BuiltComponent } from "../../image/plan";

/** What each component takes in the image, the largest first, and the files that were written, as lines for people. */
export function sizeTable(components: readonly BuiltComponent[], files: Readonly<Record<string, Artifact>>): string {
    const largest = components.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
    return table([
        ["component", "in the initrd"],
        ...largest.map(({ key, sizeBytes }) => [key, size(sizeBytes)] as const),
        ["", ""],
        ["file", "size"],
        ...Object.entries(files).map(([file, { sizeBytes }]) => [file, size(sizeBytes)] as const),
    ]);
}

function size(bytes: number): string {
    return bytes < 1e5 ? `${(bytes / 1e3).toFixed(2)} kB` : `${(bytes / 1e6).toFixed(2)} MB`;
}

function table(rows: readonly (readonly [string, string])[]): string {
    const width = Math.max(...rows.map(([name]) => name.length));
    const values = Math.max(...rows.map(([, value]) => value.length));
    const lines = rows.map(([name, value]) => `${name.padEnd(width)}  ${value.padStart(values)}`.trimEnd());
    return `${lines.join("\n")}\n`;
}
