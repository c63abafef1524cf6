import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, Scalar, type Node, type Pair } from "yaml";
import { kindOf, member, suggestion } from "../read/findings";
import { leaf, list, type Located, type LocatedEntry, record } from "./located";
import type { Position, YamlProblems } from "./problems";
import { plainScalar } from "./scalars";
import { parameterTag, tagNames } from "./tags";

/** A YAML text, and what it is called in messages. */
export interface YamlText {
    readonly name: string;
    readonly text: string;
    /** Folder that `@pkg:` paths are relative to; absent of what came over the network. */
    readonly folder?: string;
}

/** The path of a file, YAML text (what holds a line break or a "{"), or one that was read before. */
export type YamlSource = string | YamlText;

/** No assembly is this deep; the parser's and our own recursion end long after. */
const mostLevels = 64;

const tooDeep = `is nested deeper than ${mostLevels} levels`;

/** What aliases of one text may stand for altogether: gopkg.in/yaml.v3 bounds it too. */
const mostAliased = 100_000;

/**
 * Reads one text; undefined when it cannot be read, as the problems then say.
 * An empty text is an empty record, as it is to linuxkit.
 */
export function parseYaml(source: YamlText, problems: YamlProblems): Located | undefined {
    try {
        return new Parser(source, problems).parse();
    } catch (error) {
        if (!(error instanceof Error) || error.name !== "RangeError") {
            throw error;
        }
        return problems.reject(startOf(source.name), tooDeep);
    }
}

export function startOf(file: string): Position {
    return { file, line: 1, column: 1, path: "" };
}

class Parser {
    readonly #lines = new LineCounter();
    readonly #anchors = new Map<string, Located | "open">();
    #aliased = 0;

    constructor(
        private readonly source: YamlText,
        private readonly problems: YamlProblems,
    ) {}

    parse(): Located | undefined {
        const documents = parseAllDocuments(this.source.text, {
            lineCounter: this.#lines,
            prettyErrors: false,
            // The library's own look for them compares each key to each.
            uniqueKeys: false,
            logLevel: "silent",
        });
        if ("empty" in documents) {
            return record(new Map(), startOf(this.source.name));
        }
        // What follows a document's first error mostly follows from it.
        const errors = documents.flatMap((document) => document.errors.slice(0, 1));
        for (const { message, pos } of errors) {
            const isDeep = message.includes("call stack");
            this.problems.reject(this.at(pos[0], ""), isDeep ? tooDeep : `is no YAML: ${message}`);
        }
        const filled = documents.filter(({ contents }) => !isEmpty(contents));
        for (const { range } of filled.slice(1)) {
            this.problems.reject(this.at(range[0], ""), "is a second document; give each its own file, in a list");
        }
        if (errors.length > 0 || filled.length > 1) {
            return undefined;
        }
        const root = filled[0]?.contents;
        return root ? this.located(root, "", 0) : record(new Map(), startOf(this.source.name));
    }

    private at(offset: number, path: string): Position {
        const { line, col } = this.#lines.linePos(offset);
        return { file: this.source.name, line: Math.max(1, line), column: Math.max(1, col), path };
    }

    private place(node: Node, path: string): Position {
        return this.at(node.range?.[0] ?? 0, path);
    }

    private located(node: Node, path: string, level: number): Located {
        const at = this.place(node, path);
        if (level > mostLevels) {
            this.problems.reject(at, tooDeep);
            return leaf(null, at);
        }
        if (isAlias(node)) {
            return this.aliased(node.source, at);
        }
        const anchor = "anchor" in node ? node.anchor : undefined;
        if (anchor !== undefined) {
            this.#anchors.set(anchor, "open");
        }
        const found = this.content(node, at, level);
        if (anchor !== undefined) {
            this.#anchors.set(anchor, found);
        }
        return found;
    }

    private content(node: Node, at: Position, level: number): Located {
        const tag = this.ownTag(node, at);
        if (isSeq(node)) {
            const items = node.items.map((item, index) =>
                this.located(item as Node, `${at.path}[${index}]`, level + 1),
            );
            return list(items, at, tag);
        }
        if (isMap(node)) {
            return record(this.entries(node.items as readonly Pair<Node, Node | null>[], at, level), at, tag);
        }
        const value = isScalar(node) ? plainScalar(node) : null;
        return leaf(value, at, tag);
    }

    private aliased(name: string, at: Position): Located {
        const found = this.#anchors.get(name);
        if (found === undefined || found === "open") {
            this.problems.reject(at, `*${name} stands for ${found === "open" ? "what it is a part of" : "nothing"}`);
            return leaf(null, at);
        }
        this.#aliased += found.size;
        if (this.#aliased > mostAliased) {
            this.problems.reject(at, `aliases stand for more than ${mostAliased} values`);
            return leaf(null, at);
        }
        return found;
    }

    private entries(pairs: readonly Pair<Node, Node | null>[], at: Position, level: number): Map<string, LocatedEntry> {
        const entries = new Map<string, LocatedEntry>();
        const merged: Located[] = [];
        for (const { key, value } of pairs) {
            const name = this.key(key, at);
            const place = this.place(key, name === undefined ? at.path : member(at.path, name));
            const found = value === null ? leaf(null, place) : this.located(value, place.path, level + 1);
            if (isMergeKey(key)) {
                merged.push(found);
            } else if (name !== undefined && entries.has(name)) {
                this.problems.reject(place, `is there twice; the first is in line ${entries.get(name)?.at.line}`);
            } else if (name !== undefined) {
                entries.set(name, { at: place, value: found });
            }
        }
        merged.forEach((found) => this.merge(found, entries));
        return entries;
    }

    private key(key: Node, at: Position): string | undefined {
        const value = isAlias(key) ? this.aliasedKey(key.source) : isScalar(key) ? plainScalar(key) : undefined;
        if (typeof value === "string") {
            return value;
        }
        const found = value === undefined ? "a list or an object" : kindOf(value);
        return this.problems.reject(this.place(key, at.path), `a key must be a string, not ${found}`);
    }

    private aliasedKey(name: string): unknown {
        const found = this.#anchors.get(name);
        return found !== undefined && found !== "open" && found.kind === "leaf" ? found.value : undefined;
    }

    /** `<<`, as gopkg.in/yaml.v3 reads it: what is there already stays. */
    private merge(from: Located, into: Map<string, LocatedEntry>): void {
        if (from.kind === "list") {
            from.items.forEach((item) => this.merge(item, into));
        } else if (from.kind === "record") {
            [...from.entries].filter(([key]) => !into.has(key)).forEach(([key, entry]) => into.set(key, entry));
        } else {
            this.problems.reject(from.at, "<< must stand for an object, or a list of objects");
        }
    }

    private ownTag(node: Node, at: Position): string | undefined {
        const tag = node.tag;
        if (tag === undefined || tag === "!" || /^tag:yaml\.org,2002:(str|int|float|bool|null|map|seq)$/.test(tag)) {
            return undefined;
        }
        if (!tagNames.includes(tag)) {
            this.problems.reject(at, `${tag} is no tag of an assembly${suggestion(tag, tagNames)}`);
        } else if (tag === parameterTag && !isScalar(node)) {
            this.problems.reject(at, `${tag} takes the name of a parameter: ${tag} password`);
        }
        return tag;
    }
}

function isEmpty(contents: unknown): boolean {
    return contents === null || (isScalar(contents) && contents.value === null && contents.source === "");
}

function isMergeKey(key: Node): boolean {
    return isScalar(key) && key.type === Scalar.PLAIN && key.source === "<<";
}
