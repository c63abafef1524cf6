import type { Content, EntryStream } from "../tree/entry";
import { INTERPRETER_PACKAGES } from "./data/interpreters";

/** Where programs are looked for by name, on a merged /usr. */
const PROGRAM = /^usr\/s?bin\/[^/]+$/;
/** As much of a script as Linux reads for its first line. */
const HEAD_BYTES = 256;

/**
 * The same entries. Once all have been read, `notes` says of each interpreter that no entry brings which program wants it:
 * packages do not depend on what Debian calls essential, a shell for example.
 */
export async function* noteInterpreters(entries: EntryStream, notes: string[]): EntryStream {
    const present = new Set<string>();
    const wanted = new Map<string, string>();
    for await (const entry of entries) {
        if (!PROGRAM.test(entry.path)) {
            yield entry;
            continue;
        }
        present.add(entry.path);
        const want = (head: string): void =>
            interpretersOf(head).forEach((path) => wanted.set(path, wanted.get(path) ?? entry.path));
        const isProgram = entry.type === "file" && (entry.mode & 0o111) !== 0;
        yield isProgram ? { ...entry, content: headed(entry.content, want) } : entry;
    }
    const missing = [...wanted].filter(([path]) => PROGRAM.test(merged(path)) && !present.has(merged(path)));
    notes.push(...missing.map(([path, program]) => noteOf(path, program)));
}

/** The same bytes; `onHead` gets the first of them once they have been read. */
function headed(content: Content, onHead: (text: string) => void): Content {
    return {
        sizeBytes: content.sizeBytes,
        async *chunks() {
            let head = "";
            for await (const chunk of content.chunks()) {
                head += chunk.toString("latin1", 0, HEAD_BYTES - head.length);
                yield chunk;
            }
            onHead(head);
        },
    };
}

/** The interpreter of a first line (execve(2)); of env(1) also the program that it looks for. */
function interpretersOf(head: string): string[] {
    const [, path, name] = /^#![ \t]*(\/\S+)(?:[ \t]+(?:-S[ \t]+)?([^\s=-][^\s=]*)(?=\s))?/.exec(head) ?? [];
    if (path === undefined) {
        return [];
    }
    return merged(path) === "usr/bin/env" && name !== undefined ? [path, `/usr/bin/${name}`] : [path];
}

function merged(path: string): string {
    return path.slice(1).replace(/^(?=s?bin\/)/, "usr/");
}

function noteOf(interpreter: string, program: string): string {
    const name = INTERPRETER_PACKAGES.get(interpreter.slice(interpreter.lastIndexOf("/") + 1));
    const advice =
        name === undefined
            ? "add the package that has it"
            : `add it with debian.packages([..., ${JSON.stringify(name)}])`;
    return `/${program} needs ${interpreter}, which none of the packages has: if you run it, ${advice}`;
}
