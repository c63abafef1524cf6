import { writeFileSync } from "node:fs";
import path from "node:path";

import { filesEntries, resolveFiles } from "../../../providers/image/files";
import type { Entry } from "../../../providers/image/tree/entry";
import type { FileSpec, FilesSpec } from "../../../sdk/assembly/spec";
import { temporaryFolder } from "../../support/folder";
import { collect } from "../codec/collect";

const working = temporaryFolder();

function spec(files: Readonly<Record<string, Partial<FileSpec>>>): FilesSpec {
    const defaults = { encoding: "utf8", directory: false, optional: false, mode: "0600", uid: 0, gid: 0 } as const;
    const full = Object.entries(files).map(([name, file]) => [name, { ...defaults, ...file }]);
    return { kind: "files", files: Object.fromEntries(full) as FilesSpec["files"] };
}

async function entries(files: FilesSpec): Promise<Entry[]> {
    const resolved = await resolveFiles(files, working());
    return filesEntries(files, {
        users: { redis: 101 },
        groups: { redis: 102 },
        digests: resolved?.digests ?? {},
        metadata: (format) => `in ${format}`,
        workingDirectory: working(),
    });
}

async function text(entry: Entry | undefined): Promise<string> {
    return entry?.type === "file" ? (await collect(entry.content.chunks())).toString() : "";
}

test("gives every kind of file in the order of the paths", async () => {
    writeFileSync(path.join(working(), "local"), "from disk");
    const found = await entries(
        spec({
            "/etc/z": { contents: "plain", mode: "0644", uid: "redis", gid: "redis" },
            "etc/b": { contents: "aGk=", encoding: "base64", uid: "7" },
            "/etc/dir": { directory: true, mode: "0700" },
            "/etc/link": { symlink: "/proc/mounts" },
            "/etc/copy": { source: "local" },
            "/etc/about": { metadata: "yaml" },
            "/etc/none": { source: "missing", optional: true },
        }),
    );
    expect(found.map(({ type, path: name, mode, uid, gid }) => [type, name, mode.toString(8), uid, gid])).toEqual([
        ["file", "etc/about", "600", 0, 0],
        ["file", "etc/b", "600", 7, 0],
        ["file", "etc/copy", "600", 0, 0],
        ["directory", "etc/dir", "700", 0, 0],
        ["symlink", "etc/link", "777", 0, 0],
        ["file", "etc/z", "644", 101, 102],
    ]);
    expect(await Promise.all(found.map(text))).toEqual(["in yaml", "hi", "from disk", "", "", "plain"]);
});

test.each<[string, Record<string, Partial<FileSpec>>, string, RegExp]>([
    ["a missing source", { "/a": { source: "nowhere" } }, "FilesSource", /^files\["\/a"\]\.source: nowhere/],
    ["a folder as source", { "/a": { source: "." } }, "FilesSource", /no file/],
    [
        "an unknown user",
        { "/a": { contents: "", uid: "nobody" } },
        "FilesAccount",
        /^files\["\/a"\]\.uid: .*"nobody".*redis/,
    ],
    ["a user that only JavaScript knows", { "/a": { contents: "", uid: "toString" } }, "FilesAccount", /"toString"/],
    ["an unknown group", { "/a": { contents: "", gid: "wheel" } }, "FilesAccount", /^files\["\/a"\]\.gid/],
    ["a path that leaves the image", { "/a/../../b": { contents: "" } }, "FilesInvalid", /no path inside the image/],
    ["the root itself", { "/": { directory: true } }, "FilesInvalid", /no path inside the image/],
])("%s is an error that names the file", async (_, files, code, message) => {
    await expect(entries(spec(files))).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message) as string,
    });
});

test("a source that changes after it was resolved is an error", async () => {
    const source = path.join(working(), "local");
    writeFileSync(source, "before");
    const [entry] = await entries(spec({ "/a": { source: "local" } }));
    writeFileSync(source, "after!");
    await expect(text(entry)).rejects.toMatchObject({ code: "FilesChanged" });
});

test("nothing is resolved where no file has a source", async () => {
    expect(await resolveFiles(spec({ "/a": { contents: "x" } }), working())).toBeUndefined();
});

test("a source may lie in the user's own folder", async () => {
    const home = process.env["HOME"];
    process.env["HOME"] = working();
    try {
        writeFileSync(path.join(working(), "key.pub"), "ssh-ed25519 AAAA");
        const files = spec({ "/a": { source: "~/key.pub" }, "/b": { source: "~/none", optional: true } });
        expect(await Promise.all((await entries(files)).map(text))).toEqual(["ssh-ed25519 AAAA"]);
    } finally {
        process.env["HOME"] = home;
    }
});
