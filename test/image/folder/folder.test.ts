import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";

import { digestFolder, folderEntries } from "../../../providers/image/folder";
import { temporaryFolder } from "../../support/folder";
import { collect } from "../codec/collect";

const root = temporaryFolder();
const { signal } = new AbortController();

function put(name: string, text: string, mode = 0o644): void {
    const file = path.join(root(), name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, mode);
}

function populate(): void {
    put("b", "second", 0o4755);
    put("a/x", "first");
    put("a/.gitignore", "*");
    put("é", "", 0o600);
    symlinkSync("../a/x", path.join(root(), "a", "link"));
    chmodSync(path.join(root(), "a"), 0o750);
}

async function list(digest: string): Promise<unknown[]> {
    const found: unknown[] = [];
    for await (const entry of folderEntries(root(), digest)) {
        const text = entry.type === "file" ? (await collect(entry.content.chunks())).toString() : undefined;
        const { type, path: name, mode, uid, gid } = entry;
        found.push([type, name, mode.toString(8), uid, gid, "target" in entry ? entry.target : text]);
    }
    return found;
}

test("gives everything in it, owned by root, in one order", async () => {
    populate();
    expect(await list(await digestFolder(root(), signal))).toEqual([
        ["directory", "a", "750", 0, 0, undefined],
        ["file", "a/.gitignore", "644", 0, 0, "*"],
        ["symlink", "a/link", "777", 0, 0, "../a/x"],
        ["file", "a/x", "644", 0, 0, "first"],
        ["file", "b", "4755", 0, 0, "second"],
        ["file", "é", "600", 0, 0, ""],
    ]);
});

test("the digest is of names, types, permissions, targets and contents, not of times", async () => {
    populate();
    const digest = await digestFolder(root(), signal);
    expect(digest).toBe("f535a6634c12ab8e672e33eb3735c2e085f730c578ff869b830c29a39c989d8f");
    utimesSync(path.join(root(), "b"), 1, 1);
    utimesSync(root(), 1, 1);
    expect(await digestFolder(root(), signal)).toBe(digest);
});

test.each<[string, () => void]>([
    ["content", () => put("a/x", "First")],
    ["permissions", () => chmodSync(path.join(root(), "b"), 0o755)],
    ["a folder's permissions", () => chmodSync(path.join(root(), "a"), 0o700)],
    ["a name", () => put("c", "")],
    ["an ignored file", () => put("a/ignored", "")],
    ["a removal", () => rmSync(path.join(root(), "é"))],
    [
        "a link's target",
        () => {
            rmSync(path.join(root(), "a", "link"));
            symlinkSync("x", path.join(root(), "a", "link"));
        },
    ],
    [
        "a type",
        () => {
            rmSync(path.join(root(), "é"));
            mkdirSync(path.join(root(), "é"), { mode: 0o600 });
        },
    ],
])("a change of %s changes the digest", async (_, change) => {
    populate();
    const digest = await digestFolder(root(), signal);
    change();
    expect(await digestFolder(root(), signal)).not.toBe(digest);
    await expect(list(digest)).rejects.toMatchObject({ code: "FolderChanged" });
});

test("sockets, pipes and devices are errors that name them", async () => {
    execFileSync("mkfifo", [path.join(root(), "pipe")]);
    await expect(digestFolder(root(), signal)).rejects.toMatchObject({
        code: "FolderUnreadable",
        message: expect.stringContaining(path.join(root(), "pipe")) as string,
    });
});

test("a name that is not UTF-8 is an error", async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${root()}/`), Buffer.from([0x61, 0xff])]), "");
    await expect(digestFolder(root(), signal)).rejects.toThrow(/not UTF-8/);
});

test("a folder that is none is an error", async () => {
    put("file", "");
    await expect(digestFolder(path.join(root(), "file"), signal)).rejects.toThrow(/no folder/);
    await expect(digestFolder(path.join(root(), "nowhere"), signal)).rejects.toThrow(/nowhere: ENOENT/);
});
