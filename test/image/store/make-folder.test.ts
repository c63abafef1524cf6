import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { makeFolder } from "../../../providers/image/store/make-folder";
import { temporaryFolder } from "../../support/folder";

const folder = temporaryFolder();
const at = (name: string): string => path.join(folder(), name);

test("the uppermost folder that was made is given, by one of those who made them at once", async () => {
    mkdirSync(at("a"));
    const [one, other] = await Promise.all([makeFolder(at("a/b/c")), makeFolder(at("a/b/c/d"))]);
    expect([one, other]).toContain(at("a/b"));
    expect(readdirSync(at("a/b/c"))).toEqual(["d"]);
    expect(await makeFolder(at("a/b/c"))).toBeUndefined();
});

test.each([
    ["in a folder that takes none", "/proc/none", /ENOENT/],
    ["below one that cannot be made", "/proc/none/a/b", /ENOENT/],
    ["where a file is", "file", /EEXIST/],
    ["below a file", "file/a/b", /ENOTDIR/],
])("%s, it is an error, and ends", async (_, name, reason) => {
    writeFileSync(at("file"), "");
    await expect(makeFolder(path.resolve(folder(), name))).rejects.toThrow(reason);
});
