import { readFileSync } from "node:fs";
import path from "node:path";
import { FIGURES, formatTable, GROUPS, judge } from "../../../tools/bench/measure/figures.ts";
import { selectGroups } from "../../../tools/bench/measure/selection.ts";

const page = readFileSync(path.join(__dirname, "../../../docs/performance.md"), "utf8");

test("a figure holds up to its bar, and not above", () => {
    expect(judge({ "size-smallest": 24.001, "size-fast": 28, "boots-failed": 1 })).toEqual([
        { figure: "size-fast", value: 28, unit: "MB", bar: 28, holds: true },
        { figure: "size-smallest", value: 24.001, unit: "MB", bar: 24, holds: false },
        { figure: "boots-failed", value: 1, unit: "boots", bar: 0, holds: false },
    ]);
});

test("what is shown is what was judged", () => {
    expect(judge({ "preview-to-plain": 1.30049 })).toEqual([
        { figure: "preview-to-plain", value: 1.3, unit: "ratio", bar: 1.3, holds: true },
    ]);
    expect(judge({ "preview-to-plain": Number.NaN })).toMatchObject([{ holds: false }]);
});

test("the table is Markdown", () => {
    expect(formatTable(judge({ "size-fast": 28.5, "boots-failed": 0 }))).toBe(
        [
            "| figure       | value | unit  | bar | holds |",
            "| ------------ | ----- | ----- | --- | ----- |",
            "| size-fast    | 28.5  | MB    | 28  | NO    |",
            "| boots-failed | 0     | boots | 0   | yes   |",
        ].join("\n"),
    );
});

test("groups are chosen by name, and measured in one order", () => {
    expect(selectGroups(undefined)).toEqual(GROUPS.filter((group) => group !== "growth"));
    expect(selectGroups("growth")).toEqual(["growth"]);
    expect(selectGroups("boot, size")).toEqual(["size", "boot"]);
    expect(() => selectGroups("size,weight")).toThrow(
        '--only size,weight: no group is called "weight"; there are size, build, linuxkit, preview, boot, boots, upload, growth',
    );
});

test.each(FIGURES.map(({ name, bar }) => [name, bar] as const))(
    "docs/performance.md tells what %s means",
    (name, bar) => {
        const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\``));
        expect(row?.split("|").map((cell) => cell.trim())).toContain(String(bar));
    },
);
