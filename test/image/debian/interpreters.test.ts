import { noteInterpreters } from "../../../providers/image/debian/interpreters";
import { contentOf } from "../../../providers/image/tree/content";
import type { Content, Entry } from "../../../providers/image/tree/entry";
import { readTree } from "./support/read-tree";

const common = { mode: 0o755, uid: 0, gid: 0, mtime: 0 };
const file = (path: string, text: string, mode = 0o755): Entry => ({
    ...common,
    type: "file",
    path,
    mode,
    content: contentOf(text),
});
const link = (path: string, target: string): Entry => ({ ...common, type: "symlink", path, target });

async function notesOf(...entries: readonly Entry[]): Promise<readonly string[]> {
    const notes: string[] = [];
    // eslint-disable-next-line @typescript-eslint/require-await
    async function* stream() {
        yield* entries;
    }
    const nodes = await readTree(noteInterpreters(stream(), notes));
    expect(nodes.map(({ path }) => path)).toEqual(entries.map(({ path }) => path));
    return notes;
}

test("an interpreter that nothing brings is named once, with a program that wants it and the package to add", async () => {
    const notes = await notesOf(
        file("usr/bin/first", "#! /bin/sh -e\n"),
        file("usr/sbin/second", "#!/bin/sh\n"),
        file("usr/bin/third", "#!/usr/bin/tclsh\n"),
    );
    expect(notes).toEqual([
        '/usr/bin/first needs /bin/sh, which none of the packages has: if you run it, add it with debian.packages([..., "dash"])',
        "/usr/bin/third needs /usr/bin/tclsh, which none of the packages has: if you run it, add the package that has it",
    ]);
});

test("one that comes before or after the program is no news, nor one that is a link", async () => {
    const shell = [link("usr/bin/sh", "dash"), file("usr/bin/dash", "\x7fELF")];
    const program = file("usr/bin/program", "#!/bin/sh\n");
    expect(await notesOf(...shell, program)).toEqual([]);
    expect(await notesOf(program, ...shell)).toEqual([]);
});

test("env is wanted, and what it is to find", async () => {
    const told = (first: string) => notesOf(file("usr/bin/program", `${first}\n`), file("usr/bin/env", "\x7fELF"));
    const python = [expect.stringContaining("/usr/bin/program needs /usr/bin/python3,")];
    expect(await told("#!/usr/bin/env python3")).toEqual(python);
    expect(await told("#!/usr/bin/env -S python3 -u")).toEqual(python);
    expect(await told("#!/usr/bin/env A=1 python3")).toEqual([]);
    expect(await notesOf(file("usr/bin/program", "#!/usr/bin/env\n"))).toEqual([
        expect.stringContaining('debian.packages([..., "coreutils"])'),
    ]);
});

test("only programs in the folders of PATH count", async () => {
    const notes = await notesOf(
        file("usr/bin/example", "#!/bin/sh\n", 0o644),
        file("usr/share/doc/x/example", "#!/bin/sh\n"),
        file("usr/bin/plain", "echo hello\n"),
        file("usr/bin/own", "#!/opt/own/interpreter\n"),
        link("usr/bin/linked", "/bin/sh"),
    );
    expect(notes).toEqual([]);
});

test("a first line that comes in pieces is read, and its bytes are passed on", async () => {
    const pieces = ["#", "!/bin", "/sh\n", "echo ".repeat(200)].map((piece) => Buffer.from(piece));
    const content: Content = { sizeBytes: pieces.reduce((sum, { length }) => sum + length, 0), chunks: () => pieces };
    expect(await notesOf({ ...common, type: "file", path: "usr/bin/program", content })).toHaveLength(1);
});
