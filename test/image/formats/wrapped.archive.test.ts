import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";

import type { Architecture } from "../../../sdk/assembly/spec";
import { temporaryFolder } from "../../support/folder";
import { writeReal } from "../disk/support/real";

const run = promisify(execFile);
const folder = temporaryFolder();

async function write(format: string, architecture: Architecture): Promise<string> {
    const file = path.join(folder(), `${format}-${architecture}`);
    await writeReal(file, format, architecture);
    return file;
}

interface Wrapped {
    readonly format: string;
    readonly disk: "raw-bios" | "raw-efi";
    readonly architecture: Architecture;
    /** QEMU's name for what it is. */
    readonly driver: string;
    /** The file in it that is the disk, where it is an archive. */
    readonly member?: string;
}

/** Bootable as the disk in them is, which is booted by itself. */
const wrapped: readonly Wrapped[] = [
    { format: "qcow2-bios", disk: "raw-bios", architecture: "amd64", driver: "qcow2" },
    { format: "qcow2-efi", disk: "raw-efi", architecture: "amd64", driver: "qcow2" },
    { format: "qcow2-efi", disk: "raw-efi", architecture: "arm64", driver: "qcow2" },
    { format: "aws", disk: "raw-bios", architecture: "amd64", driver: "raw" },
    { format: "vhd", disk: "raw-bios", architecture: "amd64", driver: "vpc" },
    { format: "dynamic-vhd", disk: "raw-bios", architecture: "amd64", driver: "vpc" },
    { format: "vmdk", disk: "raw-bios", architecture: "amd64", driver: "vmdk" },
    { format: "ova", disk: "raw-bios", architecture: "amd64", driver: "vmdk", member: "image-disk1.vmdk" },
    { format: "gcp", disk: "raw-bios", architecture: "amd64", driver: "raw", member: "disk.raw" },
];

test.each(wrapped)("$format of $architecture holds what $disk is", async (each) => {
    const { format, disk, architecture, driver, member } = each;
    const raw = await write(disk, architecture);
    const file = await write(format, architecture);
    if (member !== undefined) {
        await run("tar", ["--extract", "--sparse", "--auto-compress", "--file", file, "--directory", folder()]);
    }
    const found = member === undefined ? file : path.join(folder(), member);
    const { stdout } = await run("qemu-img", ["compare", "-f", "raw", "-F", driver, raw, found]);
    expect(stdout).toContain("Images are identical.");
});
