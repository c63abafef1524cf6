import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { diskSize, growDisk, makeDisk } from "../../../providers/qemu/disk/file";
import { findQemuImg } from "../../../providers/qemu/machine/binary";

const mebibyte = 2 ** 20;
let folder: string;
beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "linuxkit-disk-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("the real qemu-img makes a qcow2 disk, grows it, and finds nothing wrong with it", async () => {
    const disk = { path: path.join(folder, "data.qcow2"), format: "qcow2" } as const;
    await makeDisk(disk, 64 * mebibyte, () => findQemuImg());
    expect(await diskSize(disk)).toBe(64 * mebibyte);
    expect(statSync(disk.path).size).toBeLessThan(mebibyte);
    await growDisk(disk, 96 * mebibyte, () => findQemuImg());
    expect(await diskSize(disk)).toBe(96 * mebibyte);
    const info = JSON.parse(execFileSync("qemu-img", ["info", "--output=json", disk.path], { encoding: "utf8" }));
    expect(info).toMatchObject({ format: "qcow2", "virtual-size": 96 * mebibyte });
    execFileSync("qemu-img", ["check", "-q", disk.path]);
});

test("what qemu-img refuses is told", async () => {
    const disk = { path: path.join(folder, "none.qcow2"), format: "qcow2" } as const;
    await expect(growDisk(disk, mebibyte, () => findQemuImg())).rejects.toThrow(
        /qemu-img resize failed: .*none\.qcow2/,
    );
});

test("a missing qemu-img is named with its package", async () => {
    await expect(findQemuImg(folder)).rejects.toThrow(/qemu-img is not on PATH: install it with .*qemu-utils/);
});
