/** What a run measures together; `--only` chooses among them. */
export const GROUPS = ["size", "build", "linuxkit", "preview", "boot", "boots", "upload", "growth"] as const;

export type Group = (typeof GROUPS)[number];

export interface Figure {
    readonly name: string;
    readonly group: Group;
    readonly unit: "MB" | "ratio" | "boots";
    /** The most that the figure may be. */
    readonly bar: number;
}

export const FIGURES = [
    { name: "size-fast", group: "size", unit: "MB", bar: 28 },
    { name: "size-smallest", group: "size", unit: "MB", bar: 24 },
    { name: "build-cold-to-native", group: "build", unit: "ratio", bar: 2 },
    { name: "build-changed-to-cold", group: "build", unit: "ratio", bar: 0.15 },
    { name: "build-unchanged-to-cold", group: "build", unit: "ratio", bar: 0.05 },
    { name: "build-cold-memory", group: "build", unit: "MB", bar: 300 },
    { name: "linuxkit-cold", group: "linuxkit", unit: "ratio", bar: 0.4 },
    { name: "linuxkit-changed", group: "linuxkit", unit: "ratio", bar: 0.15 },
    { name: "linuxkit-unchanged", group: "linuxkit", unit: "ratio", bar: 0.08 },
    { name: "linuxkit-memory", group: "linuxkit", unit: "ratio", bar: 1 },
    { name: "raw-bios-to-initrd", group: "linuxkit", unit: "ratio", bar: 1.4 },
    { name: "raw-efi-to-initrd", group: "linuxkit", unit: "ratio", bar: 1.4 },
    { name: "preview-to-plain", group: "preview", unit: "ratio", bar: 1.3 },
    { name: "boot-ready-to-bare", group: "boot", unit: "ratio", bar: 1.7 },
    { name: "boot-pong-to-bare", group: "boot", unit: "ratio", bar: 1.7 },
    { name: "boots-failed", group: "boots", unit: "boots", bar: 0 },
    { name: "upload-to-plain", group: "upload", unit: "ratio", bar: 1.3 },
    { name: "upload-memory", group: "upload", unit: "MB", bar: 300 },
] as const satisfies readonly Figure[];

export type FigureName = (typeof FIGURES)[number]["name"];

/** Values of some figures, in their units. */
export type Values = Partial<Readonly<Record<FigureName, number>>>;

export interface Judged {
    readonly figure: FigureName;
    readonly value: number;
    readonly unit: Figure["unit"];
    readonly bar: number;
    readonly holds: boolean;
}

/** The figures that have a value, rounded to three decimals, in the order of `FIGURES`. */
export function judge(values: Values): Judged[] {
    return FIGURES.flatMap(({ name, unit, bar }) => {
        const measured = values[name];
        if (measured === undefined) {
            return [];
        }
        const value = Math.round(measured * 1000) / 1000;
        return [{ figure: name, value, unit, bar, holds: value <= bar }];
    });
}

export function formatTable(judged: readonly Judged[]): string {
    const rows = judged.map(({ figure, value, unit, bar, holds }) => [
        figure,
        String(value),
        unit,
        String(bar),
        holds ? "yes" : "NO",
    ]);
    const head = ["figure", "value", "unit", "bar", "holds"];
    const widths = head.map((title, column) => Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)));
    const line = (cells: readonly string[]): string =>
        `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
    return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
