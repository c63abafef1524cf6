import { execFileSync } from "node:child_process";
import {
    closeSync,
    ftruncateSync,
    openSync,
    readFileSync,
    readSync,
    statSync,
    writeFileSync,
    writeSync,
} from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";

import {
    type DiskFormat,
    type DiskInput,
    type Payload,
    type SparseDisk,
    isoBios,
    isoEfi,
    isoEfiInitrd,
    rawBios,
    rawEfi,
    rawHybrid,
    writeSparse,
} from "../../../providers/image/disk";
import { temporaryFolder } from "../../support/folder";
import { diskInput, kernel, payload } from "./support/input";
import { realEnvironment, realLoaders } from "./support/real";

const MIB = 1 << 20;
const folder = temporaryFolder();
const initrd = [payload(5 * MIB, 31), payload(MIB + 4, 33)];

async function inputFor(format: DiskFormat, changes: Partial<DiskInput> = {}): Promise<DiskInput> {
    const loaders = await realLoaders(format, changes.architecture ?? "amd64", await realEnvironment());
    return diskInput({ kernel: kernel(3 * MIB), initrd, loaders, ...changes });
}

async function written(disk: SparseDisk): Promise<string> {
    const file = path.join(folder(), "disk.img");
    const handle = await open(file, "wx");
    await writeSparse(disk, handle);
    await handle.close();
    expect(statSync(file).size).toBe(disk.sizeBytes);
    return file;
}

/** The partition at 1 MiB as a file of its own. */
function partition(disk: string, sizeBytes: number): string {
    const file = path.join(folder(), "partition.img");
    const [from, to] = [openSync(disk, "r"), openSync(file, "wx")];
    const buffer = Buffer.alloc(MIB);
    for (let at = 0; at < sizeBytes; at += MIB) {
        const length = readSync(from, buffer, 0, Math.min(MIB, sizeBytes - at), at + MIB);
        writeSync(to, buffer, 0, length, at);
    }
    ftruncateSync(to, sizeBytes);
    [from, to].forEach(closeSync);
    return file;
}

function run(program: string, ...args: readonly string[]): string {
    const env = { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` };
    return execFileSync(program, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function sectors(line: RegExp, text: string): number {
    return Number(line.exec(text)?.[1]);
}

const total = Buffer.concat(initrd.map(({ bytes }) => bytes));

it("raw-bios: fsck.fat finds nothing on the active partition", async () => {
    const disk = await written(await rawBios(await inputFor("raw-bios")));
    const entry = readFileSync(disk).subarray(446, 462);
    expect([entry[0], entry.readUInt32LE(8)]).toEqual([0x80, 2048]);
    const volume = partition(disk, entry.readUInt32LE(12) * 512);
    expect(run("fsck.fat", "-n", "-v", volume)).toMatch(/\d+ files, \d+\/\d+ clusters/);
});

it.each([
    ["raw-efi", "amd64", rawEfi],
    ["raw-efi", "arm64", rawEfi],
    ["raw-hybrid", "amd64", rawHybrid],
] as const)("%s for %s: sgdisk and fsck.fat find nothing", async (format, architecture, make) => {
    const disk = await written(await make(await inputFor(format, { architecture, sizeBytes: 100 * MIB })));
    expect(run("sgdisk", "--verify", disk)).toMatch(/No problems found/);
    const entry = run("sgdisk", "--info=1", disk);
    expect(entry).toMatch(/EFI system partition/i);
    expect(entry).toMatch(format === "raw-hybrid" ? /flags: 0000000000000004/ : /flags: 0000000000000000/);
    const volume = partition(disk, sectors(/Partition size: (\d+) sectors/, entry) * 512);
    expect(run("fsck.fat", "-n", "-v", volume)).toMatch(/\d+ files, \d+\/\d+ clusters/);
});

async function cd(iso: Payload): Promise<string> {
    const file = path.join(folder(), "cd.iso");
    const handle = await open(file, "wx");
    await handle.writeFile(iso.chunks());
    await handle.close();
    expect(statSync(file).size).toBe(iso.sizeBytes);
    return file;
}

/** A file of the CD, under the name that the volume has for it. */
function expectFile(iso: string, name: string, bytes: Buffer): void {
    const copy = path.join(folder(), name);
    run("xorriso", "-osirrox", "on", "-indev", iso, "-extract", `/${name}`, copy);
    expect(readFileSync(copy).equals(bytes)).toBe(true);
}

it("iso-bios: xorriso finds isolinux' boot image and every file", async () => {
    const iso = await cd(await isoBios(await inputFor("iso-bios")));
    const report = run("xorriso", "-indev", iso, "-report_el_torito", "plain", "-report_system_area", "plain");
    expect(report).toMatch(/El Torito boot img : +1 +BIOS +y +none +0x0000 +0x00 +4 /);
    expect(report).toMatch(/boot-info-table/);
    expect(report).toMatch(/isohybrid/);
    expectFile(iso, "INITRD.IMG", total);
});

it.each([
    ["iso-efi", "amd64", isoEfi],
    ["iso-efi", "arm64", isoEfi],
    ["iso-efi-initrd", "amd64", isoEfiInitrd],
    ["iso-efi-initrd", "arm64", isoEfiInitrd],
] as const)(
    "%s for %s: xorriso finds a boot image for UEFI, fsck.fat nothing in it",
    async (format, architecture, make) => {
        const iso = await cd(await make(await inputFor(format, { architecture })));
        const report = run("xorriso", "-indev", iso, "-report_el_torito", "plain");
        const lba = Number(/El Torito boot img : +1 +UEFI +y +none +0x0000 +0x00 +0 +(\d+)/.exec(report)?.[1]);
        if (format === "iso-efi-initrd") {
            expectFile(iso, "INITRD.IMG", total);
            expectFile(iso, "KERNEL", kernel(3 * MIB).bytes);
        }
        const volume = path.join(folder(), "efi.img");
        run("dd", `if=${iso}`, `of=${volume}`, "bs=2048", `skip=${lba}`, "status=none");
        expect(run("fsck.fat", "-n", "-v", volume)).toMatch(/\d+ files, \d+\/\d+ clusters/);
    },
);

it("a file that fsck.fat should not like is one it does not like", async () => {
    const file = path.join(folder(), "broken");
    writeFileSync(file, Buffer.alloc(MIB));
    expect(() => run("fsck.fat", "-n", file)).toThrow("fsck.fat");
});
