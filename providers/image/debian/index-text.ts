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

/** Position of Provides in a line of the compact index. */
const PROVIDES = FIELDS.indexOf("Provides");

export interface IndexLine {
    readonly name: string;
    /** Values in the order of the fields, separated by tabs, with a newline at the end. */
    readonly line: string;
    /** Names of Provides, without versions. */
    readonly provides: readonly string[];
}

/** The line of the compact index that stands for a paragraph; undefined when it is no installable package. */
export function toIndexLine(paragraph: string): IndexLine | undefined {
    const values: string[] = FIELDS.map(() => "");
    let position: number | undefined;
    for (const line of paragraph.split("\n")) {
        if (line.startsWith(" ") || line.startsWith("\t")) {
            if (position !== undefined) {
                values[position] += ` ${line.trim()}`;
            }
            continue;
        }
        const colon = line.indexOf(":");
        position = POSITIONS.get(line.slice(0, colon).toLowerCase());
        if (position !== undefined) {
            values[position] = line
                .slice(colon + 1)
                .trim()
                .replaceAll("\t", " ");
        }
    }
    const [name, version] = values;
    if (!name || !version || !values.at(-1) || !values.at(-3)) {
        return undefined;
    }
    return { name, line: `${values.join("\t")}\n`, provides: providedNames(values[PROVIDES] ?? "") };
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
