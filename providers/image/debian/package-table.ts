import { readFile } from "node:fs/promises";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { fromIndexLine, type IndexLine, type PackageRecord, toIndexLine } from "./index-text";

/** Rises when a line's fields change, so that an older file in the store is not read as a newer one. */
export const TABLE_FORMAT = 1;

const MAGIC = `linuxkit-debian-index ${TABLE_FORMAT} `;
const HEADER_BYTES = 64;
const LINES_A_CHUNK = 4096;
const NEWLINE = 0x0a;
const TAB = 0x09;

/**
 * A compact package index: a header, lines of packages sorted by name, then lines `virtual<TAB>provider provider...`
 * sorted by virtual name. Lookups are binary searches over the bytes, so opening one costs a read and no parsing.
 */
export interface PackageTable {
    /** Every version of the package, in the index's order. */
    packages(name: string): readonly PackageRecord[];
    /** Names of the packages that have `name` in Provides. */
    providers(name: string): readonly string[];
    names(): Iterable<string>;
}

/** Collects lines, then gives the table's bytes; holds one copy of the text, in chunks. */
export class TableWriter {
    private readonly lines: { readonly name: string; readonly bytes: Buffer }[] = [];
    private readonly provided = new Map<string, Set<string>>();

    add(paragraph: string): void {
        const line = toIndexLine(paragraph);
        if (line !== undefined) {
            this.lines.push({ name: ownCopy(line.name), bytes: Buffer.from(line.line, "latin1") });
            this.addProvides(line);
        }
    }

    private addProvides(line: IndexLine): void {
        for (const virtual of line.provides) {
            const names = this.provided.get(virtual) ?? new Set();
            this.provided.set(ownCopy(virtual), names.add(ownCopy(line.name)));
        }
    }

    *chunks(): Iterable<Buffer> {
        const packages = this.lines.sort((a, b) => compareNames(a.name, b.name)).map((line) => line.bytes);
        const packagesBytes = packages.reduce((sum, line) => sum + line.length, 0);
        yield Buffer.from(`${MAGIC}${packagesBytes}`.padEnd(HEADER_BYTES - 1) + "\n", "latin1");
        for (let start = 0; start < packages.length; start += LINES_A_CHUNK) {
            yield Buffer.concat(packages.slice(start, start + LINES_A_CHUNK));
        }
        const virtuals = [...this.provided].sort(([a], [b]) => compareNames(a, b));
        yield Buffer.from(
            virtuals.map(([virtual, names]) => `${virtual}\t${[...names].join(" ")}\n`).join(""),
            "latin1",
        );
    }
}

/** A piece of a string keeps the whole string in memory; a copy does not. */
function ownCopy(text: string): string {
    return Buffer.from(text, "latin1").toString("latin1");
}

function compareNames(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

/** Opens the table at `path`. A file that is none, or was cut short, is an error. */
export async function openTable(path: string): Promise<PackageTable> {
    const bytes = await readFile(path);
    const header = bytes.toString("latin1", 0, HEADER_BYTES);
    const end = HEADER_BYTES + Number(header.slice(MAGIC.length));
    if (!header.startsWith(MAGIC) || !(end <= bytes.length) || bytes.at(-1) !== NEWLINE) {
        throw new LinuxKitError("DebianIndex", `The package index ${path} in the store is damaged: delete it.`, {
            path,
        });
    }
    return tableOf(bytes.subarray(HEADER_BYTES, end), bytes.subarray(end));
}

function tableOf(packages: Buffer, virtuals: Buffer): PackageTable {
    return {
        packages: (name) => linesOf(packages, name).map(fromIndexLine),
        providers: (name) => linesOf(virtuals, name).flatMap((line) => line.slice(name.length + 1).split(" ")),
        names: () => namesOf(packages),
    };
}

function* namesOf(lines: Buffer): Iterable<string> {
    for (let start = 0; start < lines.length; start = lines.indexOf(NEWLINE, start) + 1) {
        yield lines.toString("latin1", start, lines.indexOf(TAB, start));
    }
}

/** Start of the line that holds `offset`. */
function lineStart(lines: Buffer, offset: number): number {
    return offset === 0 ? 0 : lines.lastIndexOf(NEWLINE, offset - 1) + 1;
}

/** Order of the line's name against `name`. */
function compareLine(lines: Buffer, start: number, name: Buffer): number {
    return lines.compare(name, 0, name.length, start, lines.indexOf(TAB, start));
}

function linesOf(lines: Buffer, name: string): string[] {
    const wanted = Buffer.from(name, "latin1");
    let low = 0;
    let high = lines.length;
    while (low < high) {
        const start = lineStart(lines, (low + high) >>> 1);
        if (compareLine(lines, start, wanted) < 0) {
            low = lines.indexOf(NEWLINE, start) + 1;
        } else {
            high = start;
        }
    }
    const found: string[] = [];
    for (let start = low; start < lines.length && compareLine(lines, start, wanted) === 0;) {
        const end = lines.indexOf(NEWLINE, start);
        found.push(lines.toString("latin1", start, end));
        start = end + 1;
    }
    return found;
}
