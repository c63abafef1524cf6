/** One package of an archive's index: the fields that resolution and download read, relations unparsed. */
export interface PackageRecord {
    readonly name: string;
    readonly version: string;
    readonly architecture: string;
    /** `same`, `foreign`, `allowed` or empty. */
    readonly multiArch: string;
    readonly priority: string;
    readonly preDepends: string;
    readonly depends: string;
    readonly provides: string;
    readonly conflicts: string;
    readonly breaks: string;
    /** Relative to the repository. */
    readonly path: string;
    readonly sizeBytes: number;
    readonly sha256: string;
}

const FIELDS = [
    "Package",
    "Version",
    "Architecture",
    "Multi-Arch",
    "Priority",
    "Pre-Depends",
    "Depends",
    "Provides",
    "Conflicts",
    "Breaks",
    "Filename",
    "Size",
    "SHA256",
] as const;

const POSITIONS: ReadonlyMap<string, number> = new Map(
    FIELDS.map((field, position) => [field.toLowerCase(), position]),
);

const PROVIDES = FIELDS.indexOf("Provides");
const PATH = FIELDS.indexOf("Filename");
const SIZE = FIELDS.indexOf("Size");
const SHA256 = FIELDS.indexOf("SHA256");
const HASH = /^[0-9a-f]{64}$/;
const NUMBER = /^\d{1,15}$/;

export interface IndexLine {
    readonly name: string;
    /** Values in the order of the fields, separated by tabs, with a newline at the end. */
    readonly line: string;
    /** Names of Provides, without versions. */
    readonly provides: readonly string[];
}

/** The line of the compact index that stands for a paragraph; undefined when it is no installable package. */
export function toIndexLine(paragraph: string): IndexLine | undefined {
    // One more than there are fields, for continuation lines of those that are not wanted.
    const values: string[] = [...FIELDS.map(() => ""), ""];
    let position: number | undefined;
    for (let start = 0; start < paragraph.length;) {
        const newline = paragraph.indexOf("\n", start);
        const end = newline < 0 ? paragraph.length : newline;
        if (isContinuation(paragraph, start)) {
            values[position ?? FIELDS.length] += ` ${paragraph.slice(start, end).trim()}`;
        } else {
            const colon = paragraph.indexOf(":", start);
            position = POSITIONS.get(paragraph.slice(start, colon).toLowerCase());
            if (position !== undefined) {
                values[position] = paragraph
                    .slice(colon + 1, end)
                    .trim()
                    .replaceAll("\t", " ");
            }
        }
        start = end + 1;
    }
    const [name, version] = values;
    if (!name || !version || !values[PATH] || !HASH.test(values[SHA256] ?? "") || !NUMBER.test(values[SIZE] ?? "")) {
        return undefined;
    }
    return {
        name,
        line: `${values.slice(0, FIELDS.length).join("\t")}\n`,
        provides: providedNames(values[PROVIDES] ?? ""),
    };
}

function isContinuation(text: string, start: number): boolean {
    return text[start] === " " || text[start] === "\t";
}

function providedNames(provides: string): string[] {
    return provides === "" ? [] : provides.split(",").map((relation) => relation.trim().split(/[\s(:]/, 1)[0] ?? "");
}

export function fromIndexLine(line: string): PackageRecord {
    const values = line.split("\t");
    const value = (position: number): string => values[position] ?? "";
    return {
        name: value(0),
        version: value(1),
        architecture: value(2),
        multiArch: value(3),
        priority: value(4),
        preDepends: value(5),
        depends: value(6),
        provides: value(7),
        conflicts: value(8),
        breaks: value(9),
        path: value(10),
        sizeBytes: Number(value(11)),
        sha256: value(12),
    };
}

/** Cuts a stream of text into paragraphs. A paragraph beyond `limit` characters is an error of the caller's making. */
export async function* splitParagraphs(
    chunks: AsyncIterable<Uint8Array>,
    tooLong: () => Error,
    limit = 1 << 20,
): AsyncIterable<string> {
    let rest = "";
    for await (const chunk of chunks) {
        const text = rest + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
        let start = 0;
        for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n", start)) {
            yield text.slice(start, end);
            start = end + 2;
        }
        rest = text.slice(start);
        if (rest.length > limit) {
            throw tooLong();
        }
    }
    if (rest.trim() !== "") {
        yield rest;
    }
}
