import { crc32 } from "node:zlib";

import { type DiskInput, rawBios, rawEfi, rawHybrid } from "../../../providers/image/disk";
import { wholeDisk } from "./support/bytes";
import { type FatVolume, readFat } from "./support/fat-reader";
import { CORE_BYTES, core, diskInput, fakeLoaders, kernel, payload } from "./support/input";

const MIB = 1 << 20;

/** The volume of the one partition, which begins at 1 MiB in all of them. */
function volumeOf(disk: Buffer): FatVolume {
    expect(disk.readUInt32LE(MIB + 28)).toBe(MIB / 512);
    return readFat(disk.subarray(MIB));
}

function text(volume: FatVolume, path: string): string | undefined {
    return volume.files.get(path)?.bytes.toString();
}

async function read(name: string): Promise<Buffer> {
    return fakeLoaders().read(name);
}

describe("rawBios", () => {
    it("has an active FAT32 partition behind syslinux' boot code", async () => {
        const disk = await wholeDisk(await rawBios(diskInput()));
        const entry = disk.subarray(446, 462);
        expect([entry[0], entry[4], entry.readUInt32LE(8)]).toEqual([0x80, 0x0c, 2048]);
        expect(disk.length).toBeGreaterThanOrEqual((2048 + entry.readUInt32LE(12)) * 512);
        expect(disk.subarray(462, 510).every((byte) => byte === 0)).toBe(true);
        expect(disk.readUInt16LE(510)).toBe(0xaa55);
        expect(disk.subarray(0, 440)).toEqual(await read("syslinux-common/usr/lib/syslinux/mbr/mbr.bin"));
    });

    it("holds the kernel, the initrd and what starts them", async () => {
        const input = diskInput();
        const volume = volumeOf(await wholeDisk(await rawBios(input)));
        expect([volume.bits, volume.clusterBytes, volume.label]).toEqual([32, 512, "LINUXKIT"]);
        expect([...volume.files.keys()]).toEqual([
            "ldlinux.sys",
            "ldlinux.c32",
            "syslinux.cfg",
            "kernel",
            "initrd.img",
        ]);
        expect(text(volume, "syslinux.cfg")).toContain(
            "KERNEL /kernel\n    INITRD /initrd.img\n    APPEND console=ttyS0 quiet\n",
        );
        expect(volume.files.get("kernel")?.bytes).toEqual((input.kernel as { bytes?: Buffer }).bytes);
        expect(volume.files.get("initrd.img")?.bytes).toEqual(
            Buffer.concat([payload(40_000, 11).bytes, payload(1_000, 13).bytes]),
        );
        expect(volume.files.get("ldlinux.c32")?.bytes.length).toBe(1000);
    });

    it("tells ldlinux.sys and the boot sector where they are", async () => {
        const disk = await wholeDisk(await rawBios(diskInput()));
        const volume = volumeOf(disk);
        const placed = volume.files.get("ldlinux.sys")!;
        const sectors = Math.ceil(CORE_BYTES / 512);
        const first = (volume.dataStart + (placed.cluster - 2) * volume.clusterBytes) / 512;
        const boot = disk.subarray(MIB, MIB + 512);
        expect([boot.readUInt32LE(core.low), boot.readUInt32LE(core.high)]).toEqual([first, 0]);
        expect(boot.toString("latin1", 3, 11)).toBe("SYSLINUX");
        const { bytes } = placed;
        expect(bytes.length).toBe((sectors + 2) * 512);
        expect(bytes.readUInt16LE(core.area + 8)).toBe(sectors);
        expect(bytes.readUInt16LE(core.area + 10)).toBe(2);
        expect(extentsOf(bytes)).toEqual(Array.from({ length: sectors - 1 }, (_, index) => first + 1 + index));
        expect(bytes.readBigUInt64LE(core.vectors)).toBe(BigInt(first + sectors));
        expect(bytes.readBigUInt64LE(core.vectors + 8)).toBe(BigInt(first + sectors + 1));
        const sum = words(bytes.subarray(0, bytes.readUInt32LE(core.area + 12) * 4));
        expect(sum).toBe(0x3eb202fe);
        for (const vector of [bytes.subarray(-1024, -512), bytes.subarray(-512)]) {
            expect(words(vector.subarray(4, 508))).toBe(0xa3041767);
        }
        expect(placed.attributes).toBe(0x07);
    });

    /** No transfer crosses 64 KiB of memory. */
    function extentsOf(bytes: Buffer): number[] {
        const found: number[] = [];
        for (let at = core.extents; bytes.readUInt16LE(at + 8) > 0; at += 10) {
            const count = bytes.readUInt16LE(at + 8);
            const start = 0x8000 + found.length * 512;
            expect(Math.floor(start / 65_536)).toBe(Math.floor((start + count * 512 - 1) / 65_536));
            found.push(...Array.from({ length: count }, (_, index) => Number(bytes.readBigUInt64LE(at)) + index));
        }
        return found;
    }

    function words(bytes: Buffer): number {
        let sum = 0;
        for (let at = 0; at < bytes.length; at += 4) {
            sum = (sum + bytes.readUInt32LE(at)) >>> 0;
        }
        return sum;
    }

    it("is for PCs only, and for kernels that a BIOS can start", async () => {
        await expect(rawBios(diskInput({ architecture: "arm64" }))).rejects.toThrow(/raw-bios .*arm64.*raw-efi/);
        await expect(rawBios(diskInput({ kernel: payload(1000) }))).rejects.toThrow(/BIOS.*setup header/);
    });
});

describe("rawEfi", () => {
    it.each([
        ["amd64", "EFI/BOOT/BOOTX64.EFI", "x64"],
        ["arm64", "EFI/BOOT/BOOTAA64.EFI", "aa64"],
    ] as const)("boots %s through systemd-boot at %s", async (architecture, path, suffix) => {
        const volume = volumeOf(await wholeDisk(await rawEfi(diskInput({ architecture }))));
        const loader = await read(`systemd-boot-efi/usr/lib/systemd/boot/efi/systemd-boot${suffix}.efi`);
        expect(volume.files.get(path)?.bytes).toEqual(loader);
        expect(text(volume, "loader/loader.conf")).toContain("timeout 0\n");
        expect(text(volume, "loader/entries/linuxkit.conf")).toContain(
            "linux /kernel\ninitrd /initrd.img\noptions console=ttyS0 quiet\n",
        );
        expect(volume.files.has("ldlinux.sys")).toBe(false);
    });

    it("has two tables that agree and are whole", async () => {
        const disk = await wholeDisk(await rawEfi(diskInput()));
        expect(disk.subarray(0, 440).every((byte) => byte === 0)).toBe(true);
        expect(disk.readUInt32LE(446 + 8)).toBe(1);
        expect([disk[446], disk[450], disk.readUInt32LE(458)]).toEqual([0, 0xee, disk.length / 512 - 1]);
        const last = disk.length / 512 - 1;
        const primary = gptHeader(disk, 1);
        const backup = gptHeader(disk, last);
        expect([primary.own, primary.other, backup.own, backup.other]).toEqual([1, last, last, 1]);
        expect(primary.table).toEqual(backup.table);
        expect(primary.uuid).toEqual(backup.uuid);
        expect(primary.entriesAt).toBe(2);
        expect(backup.entriesAt).toBe(last - 32);
        const entry = primary.table.subarray(0, 128);
        expect(entry.toString("hex", 0, 16)).toBe("28732ac11ff8d211ba4b00a0c93ec93b");
        const [first, end] = [entry.readBigUInt64LE(32), entry.readBigUInt64LE(40)];
        expect(first).toBe(2048n);
        expect(end).toBeLessThanOrEqual(BigInt(primary.lastUsable));
        expect(entry.readBigUInt64LE(48)).toBe(0n);
        expect(primary.table.subarray(128).every((byte) => byte === 0)).toBe(true);
    });

    it("unpacks an arm64 kernel that firmware could not start", async () => {
        const { gzipSync } = await import("node:zlib");
        const packed = gzipSync(kernel().bytes);
        const given = {
            sizeBytes: packed.length,
            chunks: async function* () {
                yield packed;
            },
        };
        const volume = volumeOf(await wholeDisk(await rawEfi(diskInput({ architecture: "arm64", kernel: given }))));
        expect(volume.files.get("kernel")?.bytes).toEqual(kernel().bytes);
    });

    it("names a kernel without an EFI stub", async () => {
        await expect(rawEfi(diskInput({ kernel: payload(1000) }))).rejects.toThrow(/EFI.*CONFIG_EFI_STUB/);
        await expect(rawEfi(diskInput({ kernel: payload(0) }))).rejects.toThrow(/EFI.*CONFIG_EFI_STUB/);
    });
});

describe("rawHybrid", () => {
    it("is a raw-efi disk whose system partition a BIOS boots too", async () => {
        const disk = await wholeDisk(await rawHybrid(diskInput()));
        const volume = volumeOf(disk);
        expect(gptHeader(disk, 1).table.readBigUInt64LE(48)).toBe(4n);
        expect(disk.subarray(0, 440)).toEqual(await read("syslinux-common/usr/lib/syslinux/mbr/gptmbr.bin"));
        expect([...volume.files.keys()].filter((path) => !path.endsWith("/"))).toEqual(
            expect.arrayContaining(["ldlinux.sys", "syslinux.cfg", "EFI/BOOT/BOOTX64.EFI", "kernel", "initrd.img"]),
        );
        expect(disk.toString("latin1", MIB + 3, MIB + 11)).toBe("SYSLINUX");
    });
});

function gptHeader(disk: Buffer, sector: number) {
    const bytes = Buffer.from(disk.subarray(sector * 512, sector * 512 + 92));
    expect(bytes.toString("latin1", 0, 8)).toBe("EFI PART");
    const sum = bytes.readUInt32LE(16);
    bytes.writeUInt32LE(0, 16);
    expect(crc32(bytes)).toBe(sum);
    const entriesAt = Number(bytes.readBigUInt64LE(72));
    const table = disk.subarray(entriesAt * 512, entriesAt * 512 + 128 * 128);
    expect(crc32(table)).toBe(bytes.readUInt32LE(88));
    const sectorAt = (at: number) => Number(bytes.readBigUInt64LE(at));
    const uuid = bytes.toString("hex", 56, 72);
    return { own: sectorAt(24), other: sectorAt(32), lastUsable: sectorAt(48), uuid, entriesAt, table };
}

const makers = { rawBios, rawEfi, rawHybrid };

describe.each(Object.entries(makers))("%s", (_, make) => {
    it("is the same bytes again, however its parts are cut", async () => {
        const first = await wholeDisk(await make(diskInput()));
        const cut = [payload(40_000, 11, 333), payload(1_000, 13, 1)];
        expect((await wholeDisk(await make(diskInput({ initrd: cut })))).equals(first)).toBe(true);
    });

    it("has identifiers of its content", async () => {
        const serial = async (changes: Partial<DiskInput>) =>
            volumeOf(await wholeDisk(await make(diskInput(changes)))).serial;
        const serials = [{}, { cmdline: "quiet" }, { initrd: [payload(41_000, 12)] }].map(serial);
        expect(new Set(await Promise.all(serials)).size).toBe(3);
    });

    it("is as large as it is asked to be, with nothing else changed but its end", async () => {
        const smallest = await make(diskInput());
        expect(smallest.sizeBytes % MIB).toBe(0);
        const asked = await make(diskInput({ sizeBytes: 50 * MIB - 100 }));
        expect(asked.sizeBytes).toBe(50 * MIB);
        const [small, large] = [await wholeDisk(smallest), await wholeDisk(asked)];
        const end = small.length - MIB;
        expect(small.subarray(MIB, end).equals(large.subarray(MIB, end))).toBe(true);
    });

    it("names the size that is needed where less is asked for", async () => {
        const error = await make(diskInput({ sizeBytes: 20 * MIB })).catch((caught: unknown) => caught);
        expect(error).toMatchObject({ code: "DiskSize", fields: { askedBytes: 20 * MIB } });
        const { neededBytes } = (error as { fields: { neededBytes: number } }).fields;
        expect(String(error)).toMatch(new RegExp(`20971520.*${neededBytes}.*"\\d+ MB"`));
        const made = await make(diskInput({ sizeBytes: neededBytes }));
        expect(made.sizeBytes).toBe(neededBytes);
        await wholeDisk(made);
        await expect(make(diskInput({ sizeBytes: neededBytes - 512 }))).rejects.toThrow(/size/);
    });

    it("puts microcode before the initrd, and the next segment at a multiple of four", async () => {
        const ucode = payload(1001, 21);
        const volume = volumeOf(await wholeDisk(await make(diskInput({ ucode }))));
        const initrd = volume.files.get("initrd.img")!.bytes;
        expect(initrd.subarray(0, 1004)).toEqual(Buffer.concat([ucode.bytes, Buffer.alloc(3)]));
        expect(initrd.subarray(1004, 41_004)).toEqual(payload(40_000, 11).bytes);
    });

    it.each([
        ["a line break", "quiet\nINITRD /other"],
        ["more than a kernel takes", "x".repeat(2048)],
    ])("refuses a command line with %s", async (_name, cmdline) => {
        await expect(make(diskInput({ cmdline }))).rejects.toThrow(/kernel\.cmdline/);
    });

    it("is an error when a segment has other bytes than it said", async () => {
        const short = { ...payload(40_000), sizeBytes: 40_004 };
        await expect(make(diskInput({ initrd: [short] }))).rejects.toThrow(/initrd\.img.*40004/);
    });
});
