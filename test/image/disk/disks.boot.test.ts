import { createCipheriv, randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { open, truncate, writeFile } from "node:fs/promises";
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
import { macAddress, networkArguments, networkDevices } from "../../../providers/qemu/network/devices";
import { Assembly, type AssemblyArgs, debian, persistentDisk, privateNetwork, type ServiceArgs } from "../../../sdk";
import type { Architecture } from "../../../sdk/assembly/spec";
import { collect } from "../codec/collect";
import { buildImage } from "../base/build-image";
import { ext4Of } from "../../support/ext4";
import { zstdCompressSync } from "node:zlib";
import { type Controller, type Firmware, boot } from "./support/machine";
import { realEnvironment, realLoaders, writeReal } from "./support/real";

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
    const known = inputs.get(architecture) ?? makeInput(architecture, {});
    inputs.set(architecture, known);
    return known;
}

async function makeInput(architecture: Architecture, args: Partial<AssemblyArgs>): Promise<Omit<DiskInput, "loaders">> {
    const base = { architecture, kernel: debian.kernel(), init: [debian.base()] };
    const image = await buildImage(new Assembly({ ...base, ...args }));
    return {
        architecture,
        kernel: fileOf(image.kernelPath),
        cmdline: `console=${consoles[architecture]} quiet mitigations=off panic=-1`,
        initrd: [await filler(), fileOf(image.initrdPath)],
    };
}

const written = new Set<string>();

/** Writes a file for the first test that needs it. */
async function kept(name: string, writeTo: (file: string) => Promise<void>): Promise<string> {
    const file = path.join(folder, name);
    if (!written.has(file)) {
        await writeTo(file);
        written.add(file);
    }
    return file;
}

function imageFor(format: DiskFormat, architecture: Architecture): Promise<string> {
    return kept(`${format}-${architecture}`, async (file) => write(file, format, await inputFor(architecture)));
}

/** Those that `writeFormat` writes of a whole image, with the command line that it makes. */
function formatFor(format: DiskFormat, architecture: Architecture): Promise<string> {
    const kernel = debian.kernel({ cmdline: "quiet mitigations=off panic=-1" });
    return kept(`format-${format}-${architecture}`, (file) => writeReal(file, format, architecture, kernel));
}

async function write(file: string, format: DiskFormat, input: Omit<DiskInput, "loaders">): Promise<void> {
    const loaders = await realLoaders(format, input.architecture, await realEnvironment());
    const disk = await makers[format]({ ...input, loaders });
    const handle = await open(file, "wx");
    await ("extents" in disk ? writeSparse(disk, handle) : handle.writeFile(disk.chunks()));
    await handle.close();
}

const broken = /junk|panic|rootfs image is not initramfs/i;
const ready = /^linuxkit: ready [0-9a-f-]{36} /m;

type Boot = readonly [DiskFormat, Architecture, Firmware, Controller];

const boots: readonly Boot[] = [
    ["raw-bios", "amd64", "bios", "ide"],
    ["raw-bios", "amd64", "bios", "scsi"],
    ["raw-efi", "amd64", "uefi", "nvme"],
    ["raw-hybrid", "amd64", "bios", "nvme"],
    ["raw-hybrid", "amd64", "bios", "scsi"],
    ["raw-hybrid", "amd64", "uefi", "virtio"],
    ["iso-bios", "amd64", "bios", "cd"],
    ["iso-bios", "amd64", "bios", "ide"],
    ["iso-efi-initrd", "amd64", "uefi", "cd"],
    ["raw-efi", "arm64", "uefi", "virtio"],
    ["iso-efi", "arm64", "uefi", "cd"],
];

it.each(boots)("%s boots on %s with %s from %s", async (format, architecture, firmware, controller) => {
    const image = await imageFor(format, architecture);
    const console = await boot({ image, architecture, firmware, controller }, ready);
    expect(console).not.toMatch(broken);
});

const formatBoots: readonly Boot[] = [
    ["raw-bios", "amd64", "bios", "virtio"],
    ["raw-efi", "amd64", "uefi", "virtio"],
    ["raw-efi", "amd64", "uefi", "scsi"],
    ["raw-efi", "amd64", "uefi", "sata"],
    ["iso-efi", "amd64", "uefi", "cd"],
];

it.each(formatBoots)(
    "%s as build writes it boots on %s with %s from %s",
    async (format, architecture, firmware, controller) => {
        const image = await formatFor(format, architecture);
        const console = await boot({ image, architecture, firmware, controller }, ready);
        expect(console).not.toMatch(broken);
    },
);

/** Shows what it has, and asks who has an address of its network. */
const looking: ServiceArgs = {
    name: "looking",
    image: debian.packages(["busybox-static"]),
    command: [
        ...["/usr/bin/busybox", "sh", "-c"],
        `echo kept >/data/file && sync
        ping -c 1 -W 1 10.77.0.3
        echo $(ip -4 -o addr show dev eth0 | grep -o 'inet [^ ]*'), $(grep -o '^.* /data ext4 rw' /proc/mounts)`,
    ],
    binds: ["/data:/data"],
    capabilities: ["CAP_NET_RAW"],
    restart: "never",
};

test("an arm64 machine under UEFI has a persistent disk and a private network beside the disk that it boots from", async () => {
    const udpPort = randomInt(20_000, 32_768);
    const place = { group: `239.195.${randomInt(256)}.1:${udpPort}`, subnet: "10.77.0.0/24", address: "10.77.0.2" };
    const network = [{ ...place, name: "arm" }];
    const onboot = [privateNetwork(), persistentDisk({ label: "data", path: "/data" })];
    const input = await makeInput("arm64", { onboot, services: [looking] });
    const [image, data] = [path.join(folder, "uefi-arm64"), path.join(folder, "data")];
    await write(image, "raw-efi", { ...input, cmdline: [input.cmdline, ...networkArguments(network)].join(" ") });
    await writeFile(data, "");
    await truncate(data, 64 << 20);
    const frames: Buffer[] = [];
    const socket = createSocket({ type: "udp4", reuseAddr: true }).on("message", (frame) => frames.push(frame));
    await new Promise<void>((resolve) => socket.bind(udpPort, place.group.split(":")[0], resolve));
    socket.addMembership(String(place.group.split(":")[0]), "127.0.0.1");
    const disk = ["-drive", `if=none,id=data,format=raw,file=${data}`, "-device", "virtio-blk-pci,drive=data"];
    try {
        const devices = [...disk, ...networkDevices(network)];
        const options = { image, architecture: "arm64", firmware: "uefi", controller: "virtio", devices } as const;
        const console = await boot(options, /service looking exited .*\r/);
        expect(console).toMatch(/exited 0: inet 10\.77\.0\.2\/24, \/dev\/vd[ab] \/data ext4 rw\r/);
    } finally {
        socket.close();
    }
    const macs = frames.map((frame) => frame.toString("hex", 6, 12));
    expect(macs).toContain(macAddress(place).replaceAll(":", ""));
    expect(ext4Of(data)?.label).toBe("data");
});
