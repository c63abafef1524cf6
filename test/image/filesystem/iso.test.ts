import { createHash } from "node:crypto";

import { iso } from "../../../providers/image/filesystem";
import type { Entry } from "../../../providers/image/tree/entry";
import { collect } from "../codec/collect";
import { noise } from "../virtual-disk/support/disks";
import { devices, file, folder, stream, usualEntries } from "./support/entries";

const imageOf = async (entries: readonly Entry[]) => collect(iso(stream(entries)));

test("the same entries are the same bytes, on every machine", async () => {
    const image = await imageOf([...usualEntries, ...devices]);
    expect(image.length % 2048).toBe(0);
    expect(image.readUInt32LE(16 * 2048 + 80) * 2048).toBe(image.length);
    expect(createHash("sha256").update(image).digest("hex")).toMatchSnapshot();
});

test("a file of 4 GiB is an error that names it, before anything is written", async () => {
    const large: Entry = {
        ...file("var/large", ""),
        type: "file",
        content: { sizeBytes: 2 ** 32, chunks: () => [Buffer.alloc(1)] },
    };
    await expect(iso(stream([folder("var"), large])).next()).rejects.toMatchObject({
        code: "FileTooLarge",
        message: expect.stringContaining("/var/large"),
    });
});

test("more folders than a path table can tell apart are an error", async () => {
    const folders = Array.from({ length: 65_535 }, (_, index) => folder(String(index)));
    await expect(iso(stream(folders)).next()).rejects.toMatchObject({ code: "DiskFolders" });
});

test("content that changes between the readings is an error", async () => {
    let reading = 0;
    const open = async function* () {
        yield file("a", noise(100 + reading++, 1));
    };
    await expect(collect(iso(open))).rejects.toMatchObject({ code: "EntrySize" });
});
