/** Fields of one paragraph by lower-case name; continuation lines are joined by newlines (deb822(5)). */
export type Paragraph = ReadonlyMap<string, string>;

/** Parses a whole control-like text: paragraphs of `Name: value` with indented continuation lines and `#` comments. */
export function parseParagraphs(text: string): Paragraph[] {
    const paragraphs: Map<string, string>[] = [];
    let current: Map<string, string> | undefined;
    let field = "";
    for (const line of text.split(/\r?\n/)) {
        if (line.startsWith("#")) {
            continue;
        }
        if (line.trim() === "") {
            current = undefined;
            continue;
        }
        if (current === undefined) {
            current = new Map();
            field = "";
            paragraphs.push(current);
        }
        if (line.startsWith(" ") || line.startsWith("\t")) {
            const value = line.trim();
            current.set(field, `${current.get(field) ?? ""}\n${value === "." ? "" : value}`);
            continue;
        }
        const colon = line.indexOf(":");
        field = line.slice(0, Math.max(colon, 0)).toLowerCase();
        current.set(field, line.slice(colon + 1).trim());
    }
    return paragraphs;
}
