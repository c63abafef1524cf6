import { mergeLayers } from "../../../providers/image/rootfs";
import type { Entry, EntryStream } from "../../../providers/image/tree/entry";
import type { LayerEntry } from "../../support/oci-image";
import { file, folder, hardlink, layersOf, merged, opaque, symlink, whiteout } from "./layers";

const signal = new AbortController().signal;

/** Paths with what files hold, links point to, or the type. */
async function shown(...layers: readonly (readonly LayerEntry[])[]): Promise<Record<string, string>> {
    const tree = await merged(...layers);
    return Object.fromEntries(
        [...tree].map(([path, { type, text, target }]) => [
            path,
            type === "hardlink" ? `= ${target}` : (text ?? (target === undefined ? type : `-> ${target}`)),
        ]),
    );
}

async function collected(entries: EntryStream): Promise<Entry[]> {
    const all: Entry[] = [];
    for await (const entry of entries) {
        all.push(entry);
    }
    return all;
}

test("a layer is laid over those below it", async () => {
    const tree = await shown(
        [folder("a"), file("a/x", "low"), file("a/y", "low")],
        [file("a/x", "high"), file("b", "new")],
    );
    expect(tree).toEqual({ a: "directory", "a/x": "high", "a/y": "low", b: "new" });
});

test("a whiteout takes away what is below it, and not what comes with it or above it", async () => {
    const low = [folder("a"), file("a/x"), folder("a/d"), file("a/d/y"), file("a/keep")];
    expect(await shown(low, [whiteout("a/x"), whiteout("a/d")])).toEqual({ a: "directory", "a/keep": "a/keep" });
    expect(await shown(low, [file("a/x", "same"), whiteout("a/x")])).toMatchObject({ "a/x": "same" });
    expect(await shown(low, [whiteout("a/x")], [file("a/x", "again")])).toMatchObject({ "a/x": "again" });
    expect(await shown(low, [whiteout("a/nothing"), whiteout("no/folder")])).toEqual(await shown(low));
    expect(await shown([whiteout("a"), file("b")])).toEqual({ b: "b" });
});

test("an opaque folder hides what is below it wherever the mark stands, and keeps what comes with it", async () => {
    const low = [folder("a", 0o700), file("a/x"), folder("a/d"), file("a/d/y")];
    const high = [folder("a", 0o711), file("a/z"), folder("a/d"), file("a/d/new")];
    const expected = { a: "directory", "a/z": "a/z", "a/d": "directory", "a/d/new": "a/d/new" };
    expect(await shown(low, [opaque("a"), ...high])).toEqual(expected);
    expect(await shown(low, [...high, opaque("a")])).toEqual(expected);
    expect((await merged(low, [opaque("a")])).get("a")?.mode).toBe(0o700);
    expect(await shown([folder("a"), file("b")], [file(".wh..wh..opq", ""), file("c")])).toEqual({ c: "c" });
});

test("a name may become anything else, with all that was below it gone", async () => {
    const low = [folder("a"), folder("a/b"), file("a/b/c"), symlink("l", "a"), file("f")];
    const high = [file("a", "file"), folder("l"), file("l/x"), folder("f"), file("f/y")];
    expect(await shown(low, high)).toEqual({ a: "file", l: "directory", "l/x": "l/x", f: "directory", "f/y": "f/y" });
    expect(await shown(low, [folder("a", 0o700)])).toMatchObject({ "a/b/c": "a/b/c" });
});

test("a folder has the owner and the permissions of the last layer that names it, and its place before what is in it", async () => {
    const tree = await merged([file("a/x"), file("b/c/y")], [folder("a", 0o701), file("z")], [folder("b/c", 0o702)]);
    expect([...tree.keys()]).toEqual(["a", "a/x", "b", "b/c", "b/c/y", "z"]);
    expect([tree.get("a")?.mode, tree.get("b")?.mode, tree.get("b/c")?.mode]).toEqual([0o701, 0o755, 0o702]);
});

test("hard links stay hard links of one content, whatever happens to its first name", async () => {
    const low = [file("a", "text", { mode: 0o750 }), folder("d"), hardlink("d/b", "a"), hardlink("c", "a")];
    expect(await shown(low)).toEqual({ a: "text", d: "directory", "d/b": "= a", c: "= a" });
    expect(await shown(low, [file("other")])).toMatchObject({ a: "text", "d/b": "= a", c: "= a" });
    expect(await shown(low, [whiteout("a")])).toEqual({ d: "directory", "d/b": "text", c: "= d/b" });
    expect(await shown(low, [file("a", "new")])).toMatchObject({ a: "new", "d/b": "text", c: "= d/b" });
    expect(await shown(low, [whiteout("d"), whiteout("a")])).toEqual({ c: "text" });
    expect(await shown(low, [hardlink("e", "c")], [whiteout("a")])).toMatchObject({ "d/b": "text", e: "= d/b" });
    expect((await merged(low, [whiteout("a")])).get("d/b")?.mode).toBe(0o750);
});

test("a hard link to a symlink or a device is another one", async () => {
    const low = [symlink("s", "x"), { name: "n", type: "3", major: 1, minor: 3 }];
    const links = [hardlink("s2", "s"), hardlink("n2", "n")];
    expect(await shown([...low, ...links])).toMatchObject({ s2: "-> x", n2: "character" });
    expect(await shown(low, links, [whiteout("s")])).toEqual({ n: "character", s2: "-> x", n2: "character" });
});

test("a path leads through the links of lower layers, and a folder of its own replaces them", async () => {
    const low = [
        folder("usr"),
        folder("usr/bin"),
        symlink("bin", "usr/bin"),
        symlink("up", "../../usr"),
        file("usr/bin/sh"),
    ];
    expect(await shown(low, [file("bin/x"), file("up/y"), whiteout("bin/sh")])).toEqual({
        usr: "directory",
        "usr/bin": "directory",
        bin: "-> usr/bin",
        up: "-> ../../usr",
        "usr/bin/x": "bin/x",
        "usr/y": "up/y",
    });
    expect(await shown(low, [folder("bin"), file("bin/x")])).toMatchObject({ bin: "directory", "bin/x": "bin/x" });
    expect(await shown([symlink("l", "/far/away")], [file("l/x")])).toMatchObject({ "far/away/x": "l/x" });
});

test("names as tools write them: absolute, with dots, folders twice; aufs's own files are left out", async () => {
    expect(await shown([file("/a/b"), file("./c"), folder("d", 0o700), folder("d"), hardlink("/e", "/a/b")])).toEqual({
        a: "directory",
        "a/b": "/a/b",
        c: "./c",
        d: "directory",
        e: "= a/b",
    });
    const aufs = [folder(".wh..wh.plnk"), file(".wh..wh.plnk/1.2"), file(".wh..wh.aufs"), file("x")];
    expect(await shown(aufs)).toEqual({ x: "x" });
    expect(await shown([file("x")], aufs)).toEqual({ x: "x" });
});

test("extended attributes come with their file", async () => {
    const xattrs = { "security.capability": "cap", "user.a": "b" };
    const low = [file("ping", "", { xattrs }), hardlink("ping6", "ping")];
    expect((await merged(low)).get("ping")?.xattrs).toEqual(xattrs);
    expect((await merged(low, [whiteout("ping")])).get("ping6")?.xattrs).toEqual(xattrs);
    expect((await merged(low, [file("ping")])).get("ping")?.xattrs).toBeUndefined();
});

test.each<[string, RegExp, LayerEntry[][]]>([
    ["a file below a file", /"f\/x": it lies below "f"/, [[file("f")], [file("f/x")]]],
    ["links in a circle", /circle/, [[symlink("a", "b"), symlink("b", "a")], [file("a/x")]]],
    ["a link that leads deeper than there is", /deeper than/, [[symlink("a", "b/".repeat(200))], [file("a/x")]]],
    ["a hard link to nothing", /"l": its link target "x" is no file/, [[file("a")], [hardlink("l", "x")]]],
    ["a hard link to a folder", /"l": its link target "d"/, [[folder("d"), hardlink("l", "d")]]],
    [
        "a hard link to what is whited out",
        /"l": its link target "a"/,
        [[file("a")], [whiteout("a"), hardlink("l", "a")]],
    ],
    ["a file twice in a layer", /"a": it is in the archive twice/, [[file("a"), file("a")]]],
    ["a path that leaves the root", /leaves the root/, [[file("../a")], [file("b")]]],
])("refuses %s", async (_, message, layers) => {
    await expect(merged(...layers)).rejects.toThrow(message);
});

test("a layer is read once for its names, again only for what is left of it, and then to its end", async () => {
    const { layers, opened } = layersOf(
        [file("gone")],
        [file("x"), folder("d")],
        [file("gone", "new"), symlink("l", "x")],
    );
    const entries = await collected(mergeLayers(layers, signal));
    expect(entries.map((entry) => entry.path)).toEqual(["x", "d", "gone", "l"]);
    expect(opened).toEqual([1, 2, 2]);
    const single = layersOf([file("x")]);
    await mergeLayers(single.layers, signal)[Symbol.asyncIterator]().next();
    expect(single.opened).toEqual([1]);
});

test("what a layer throws at its end comes through, in either reading", async () => {
    const [good] = layersOf([file("x"), file("z")]).layers;
    let reads = 0;
    const failing = (from: number) => ({
        async *open() {
            const [layer] = layersOf([file("y"), folder("d")]).layers;
            yield* layer?.open() ?? [];
            if (++reads > from) {
                throw new Error("wrong digest");
            }
        },
    });
    for (const from of [0, 1]) {
        reads = 0;
        const entries = mergeLayers([failing(from), good ?? failing(0)], signal);
        await expect(collected(entries)).rejects.toThrow("wrong digest");
    }
});

test("a layer that is another one when it is read again is an error", async () => {
    const [one] = layersOf([file("x", "1")]).layers;
    const [two] = layersOf([file("x", "22")]).layers;
    const answers = [one, two];
    const changing = { open: () => answers.shift()?.open() ?? one?.open() ?? (async function* () {})() };
    const entries = mergeLayers([changing, ...layersOf([file("y")]).layers], signal);
    await expect(collected(entries)).rejects.toMatchObject({ code: "LayerChanged" });
});

test("a merge that is called off stops", async () => {
    const { layers } = layersOf([file("x")], [file("y")]);
    const entries = mergeLayers(layers, AbortSignal.abort(new Error("Ctrl-C")));
    await expect(collected(entries)).rejects.toThrow("Ctrl-C");
});
