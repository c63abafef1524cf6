import { readFileSync } from "node:fs";
import path from "node:path";

import { formats } from "../../../providers/image/formats/table";

const COLUMNS = 5;

/** Cells of the table's rows, without the padding. */
function documented(): string[][] {
    const text = readFileSync(path.resolve(__dirname, "../../../docs/formats.md"), "utf8");
    const rows = [...text.matchAll(/^\| `.*\|$/gm)].map(([row]) => row.split("|").slice(1, -1));
    return rows.map((cells) => cells.map((cell) => cell.trim())).filter(({ length }) => length === COLUMNS);
}

test("the documentation has every format, with its files, architectures and size", () => {
    const rows = Object.entries(formats).map(([name, { summary, files, architectures, isSized }]) => [
        `\`${name}\``,
        summary,
        Object.values(files)
            .map((suffix) => `\`<name>${suffix}\``)
            .join(", "),
        architectures.join(", "),
        isSized ? "yes" : "",
    ]);
    expect(documented()).toEqual(rows);
});
