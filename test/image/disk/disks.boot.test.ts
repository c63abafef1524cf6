import { createCipheriv } from "node:crypto";
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { writeCpio } from "../../../providers/image/cpio";
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
import { contentOf } from "../../../providers/image/tree/content";
import { Assembly, debian } from "../../../sdk";
import type { Architecture } from "../../../sdk/assembly/spec";
import { collect } from "../codec/collect";
import { buildImage } from "../base/build-image";
import { zstdCompressSync } from "node:zlib";
import { type Controller, type Firmware, boot } from "./support/machine";
import { realEnvironment, realLoaders } from "./support/real";

jest.setTimeout(20 * 60_000);

const makers: Readonly<Record<DiskFormat, (input: DiskInput) => Promise<SparseDisk | Payload>>> = {
    "raw-bios": rawBios,
    "raw-efi": rawEfi,
    "raw-hybrid": rawHybrid,
    "iso-bios": isoBios,
    "iso-efi": isoEfi,
    "iso-efi-initrd": isoEfiInitrd,
};
const consoles: Readonly<Record<Architecture, string>> = { amd64: "ttyS0", arm64: "ttyAMA0" };

let folder: string;
beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "linuxkit-disks-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As large as makes it worth it to align the segment behind it. */
async function filler(): Promise<Payload> {
    const bytes = createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(12 << 20));
    async function* entries() {
        const plain = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };
        yield { ...plain, type: "file" as const, path: "filler", content: contentOf(bytes) };
    }
    const packed = zstdCompressSync(await collect(writeCpio(entries())));
    const whole = Buffer.concat([packed, Buffer.alloc(-packed.length & 3)]);
    return {
        sizeBytes: whole.length,
        chunks: async function* () {
            yield whole;
        },
    };
}

function fileOf(file: string): Payload {
    return { sizeBytes: statSync(file).size, chunks: () => createReadStream(file, { highWaterMark: 1 << 20 }) };
}

const inputs = new Map<Architecture, Promise<Omit<DiskInput, "loaders">>>();

function inputFor(architecture: Architecture): Promise<Omit<DiskInput, "loaders">> {
    const known = inputs.get(architecture) ?? makeInput(architecture);
    inputs.set(architecture, known);
    return known;
}

async function makeInput(architecture: Architecture): Promise<Omit<DiskInput, "loaders">> {
    const image = await buildImage(new Assembly({ architecture, kernel: debian.kernel(), init: [debian.base()] }));
    return {
        architecture,
        kernel: fileOf(image.kernelPath),
        cmdline: `console=${consoles[architecture]} quiet mitigations=off panic=-1`,
        initrd: [await filler(), fileOf(image.initrdPath)],
    };
}

const written = new Map<string, string>();

async function imageFor(format: DiskFormat, architecture: Architecture): Promise<string> {
    const file = path.join(folder, `${format}-${architecture}`);
    if (!written.has(file)) {
        const loaders = await realLoaders(format, architecture, await realEnvironment());
        const disk = await makers[format]({ ...(await inputFor(architecture)), loaders });
        const handle = await open(file, "wx");
        await ("extents" in disk ? writeSparse(disk, handle) : handle.writeFile(disk.chunks()));
        await handle.close();
        written.set(file, file);
    }
    return file;
}

const boots: readonly (readonly [DiskFormat, Architecture, Firmware, Controller])[] = [
    ["raw-bios", "amd64", "bios", "ide"],
    ["raw-bios", "amd64", "bios", "scsi"],
    ["raw-bios", "amd64", "bios", "virtio"],
    ["raw-efi", "amd64", "uefi", "nvme"],
    ["raw-efi", "amd64", "uefi", "virtio"],
    ["raw-hybrid", "amd64", "bios", "virtio"],
    ["raw-hybrid", "amd64", "uefi", "virtio"],
    ["iso-bios", "amd64", "bios", "cd"],
    ["iso-bios", "amd64", "bios", "ide"],
    ["iso-efi", "amd64", "uefi", "cd"],
    ["iso-efi-initrd", "amd64", "uefi", "cd"],
    ["raw-efi", "arm64", "uefi", "virtio"],
    ["iso-efi", "arm64", "uefi", "cd"],
];

it.each(boots)("%s boots on %s with %s from %s", async (format, architecture, firmware, controller) => {
    const image = await imageFor(format, architecture);
    const console = await boot({ image, architecture, firmware, controller }, /^linuxkit: ready [0-9a-f-]{36} /m);
    expect(console).not.toMatch(/junk|panic|rootfs image is not initramfs/i);
});
