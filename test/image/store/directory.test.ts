import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { privateDirectory } from "../../../providers/image/store/directory";
import { makeDirectory } from "../../../providers/qemu/journal/files";

let root: string;

beforeEach(async () => {
    root = await mkdtemp(path.join(tmpdir(), "linuxkit-directory-"));
});

afterEach(async () => {
    await chmod(root, 0o700);
    await rm(root, { recursive: true });
});

test.each([
    ["the store", "store-unusable", "XDG_CACHE_HOME", privateDirectory],
    ["the journal", "state-unusable", "XDG_STATE_HOME", makeDirectory],
])("where %s cannot be, the error says how to give another place", async (_, code, variable, make) => {
    const file = path.join(root, "file");
    await writeFile(file, "");
    const directory = path.join(file, "below");
    await expect(make(directory)).rejects.toMatchObject({
        code,
        message: expect.stringMatching(new RegExp(`${directory}.*ENOTDIR.*${variable}`)),
    });
});
