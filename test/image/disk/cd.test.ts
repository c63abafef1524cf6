import { type DiskInput, type Payload, isoBios, isoEfi, isoEfiInitrd } from "../../../providers/image/disk";
import { collect } from "../codec/collect";
import { readFat } from "./support/fat-reader";
import { diskInput, fakeLoaders, kernel, payload, unread } from "./support/input";
import { readIso } from "./support/iso-reader";

const SECTOR = 2048;
const initrd = Buffer.concat([payload(40_000, 11).bytes, payload(1_000, 13).bytes]);

async function read(iso: Payload) {
    const disk = await collect(iso.chunks());
    expect(disk.length).toBe(iso.sizeBytes);
    const volume = readIso(disk);
    expect([volume.label, volume.sectors]).toEqual(["LINUXKIT", disk.length / SECTOR]);
    return { disk, volume, boot: disk.subarray(volume.boot.sector * SECTOR) };
}

describe("isoBios", () => {
    it("boots isolinux, which finds its configuration, the kernel and the initrd", async () => {
        const { volume } = await read(await isoBios(diskInput()));
        expect([...volume.files.keys()].toSorted()).toEqual(
            [
                ...["INITRD.IMG;1", "ISOLINUX/", "ISOLINUX/ISOLINUX.BIN;1", "ISOLINUX/ISOLINUX.CFG;1"],
                ...["ISOLINUX/LDLINUX.C32;1", "KERNEL.;1"],
            ].toSorted(),
        );
        expect(volume.files.get("INITRD.IMG;1")?.bytes.equals(initrd)).toBe(true);
        expect(volume.files.get("KERNEL.;1")?.bytes.equals(kernel().bytes)).toBe(true);
        expect(volume.files.get("ISOLINUX/ISOLINUX.CFG;1")?.bytes.toString()).toContain(
            "KERNEL /kernel\n    INITRD /initrd.img\n    APPEND console=ttyS0 quiet\n",
        );
        const { sector } = volume.files.get("ISOLINUX/ISOLINUX.BIN;1")!;
        expect(volume.boot).toEqual({ platform: 0, sector, loadSectors: 4 });
    });

    it("tells isolinux where it is", async () => {
        const { volume } = await read(await isoBios(diskInput()));
        const { sector, bytes } = volume.files.get("ISOLINUX/ISOLINUX.BIN;1")!;
        const original = await fakeLoaders().read("isolinux/usr/lib/ISOLINUX/isolinux.bin");
        let sum = 0;
        for (let at = 64; at < original.length; at += 4) {
            sum = (sum + original.readUInt32LE(at)) % 2 ** 32;
        }
        const words = [0, 1, 2, 3].map((word) => bytes.readUInt32LE(8 + word * 4));
        expect(words).toEqual([16, sector, original.length, sum]);
        expect(bytes.subarray(24, 64).every((byte) => byte === 0)).toBe(true);
        expect(bytes.subarray(64).equals(original.subarray(64))).toBe(true);
        expect(bytes.subarray(0, 8).equals(original.subarray(0, 8))).toBe(true);
    });

    it("boots from a disk too: its boot record knows isolinux' sector and covers the whole image", async () => {
        const { disk, volume } = await read(await isoBios(diskInput()));
        expect(disk.length % (1 << 20)).toBe(0);
        expect(disk.readUInt32LE(432)).toBe(volume.boot.sector * 4);
        expect(disk.readUInt32LE(436)).toBe(0);
        const entry = disk.subarray(446, 462);
        expect([entry[0], entry[4], entry.readUInt32LE(8), entry.readUInt32LE(12)]).toEqual([
            ...[0x80, 0x17, 0],
            disk.length / 512,
        ]);
        const code = await fakeLoaders().read("isolinux/usr/lib/ISOLINUX/isohdpfx.bin");
        expect(disk.subarray(0, 432).equals(code)).toBe(true);
    });

    it("is for PCs only, and for kernels that a BIOS can start", async () => {
        await expect(isoBios(diskInput({ architecture: "arm64" }))).rejects.toThrow(/iso-bios .*arm64.*iso-efi/);
        await expect(isoBios(diskInput({ kernel: payload(1000) }))).rejects.toThrow(/BIOS.*setup header/);
    });
});

describe("isoEfi", () => {
    it.each([
        ["amd64", "EFI/BOOT/BOOTX64.EFI"],
        ["arm64", "EFI/BOOT/BOOTAA64.EFI"],
    ] as const)("has everything for %s on a FAT volume up to its end", async (architecture, loader) => {
        const { volume, boot } = await read(await isoEfi(diskInput({ architecture })));
        expect([volume.boot.platform, volume.boot.loadSectors]).toEqual([0xef, 0]);
        const { bits, files } = readFat(boot);
        expect(bits).toBe(16);
        expect(files.get("initrd.img")?.bytes.equals(initrd)).toBe(true);
        expect(files.get("kernel")?.bytes.equals(kernel().bytes)).toBe(true);
        expect(files.get("loader/entries/linuxkit.conf")?.bytes.toString()).toContain("options console=ttyS0 quiet\n");
        expect(files.has(loader)).toBe(true);
    });
});

describe("isoEfiInitrd", () => {
    it("has kernel and initrd on the CD, and GRUB alone on its FAT volume", async () => {
        const { volume, boot } = await read(await isoEfiInitrd(diskInput()));
        const files = readFat(boot).files;
        expect([...files.keys()].filter((path) => !path.endsWith("/"))).toEqual(["EFI/BOOT/BOOTX64.EFI"]);
        expect(volume.files.get("INITRD.IMG;1")?.bytes.equals(initrd)).toBe(true);
        expect(volume.files.get("BOOT/GRUB/GRUB.CFG;1")?.bytes.toString()).toBe(
            "set timeout=0\nlinux /kernel 'console=ttyS0' 'quiet'\ninitrd /initrd.img\nboot\n",
        );
    });

    it("gives GRUB an argument with spaces as one", async () => {
        const { volume } = await read(await isoEfiInitrd(diskInput({ cmdline: 'a="b c" d=$e;f "g=h i"' })));
        expect(volume.files.get("BOOT/GRUB/GRUB.CFG;1")?.bytes.toString()).toContain(
            "linux /kernel 'a=b c' 'd=$e;f' 'g=h i'\n",
        );
    });

    it.each(["it's", "back\\slash"])("refuses %s, which GRUB would change", async (cmdline) => {
        await expect(isoEfiInitrd(diskInput({ cmdline }))).rejects.toThrow(/kernel\.cmdline.*GRUB/);
    });
});

describe.each(Object.entries({ isoBios, isoEfi, isoEfiInitrd }))("%s", (_, make) => {
    const bytes = async (changes: Partial<DiskInput> = {}) => collect((await make(diskInput(changes))).chunks());

    it("is the same bytes again, and may be read again", async () => {
        const iso = await make(diskInput({ initrd: [payload(40_000, 11, 333), payload(1_000, 13, 1)] }));
        const first = await bytes();
        expect(first.equals(await collect(iso.chunks()))).toBe(true);
        expect(first.equals(await collect(iso.chunks()))).toBe(true);
    });

    it("refuses a size: a CD has that of its content", async () => {
        await expect(make(diskInput({ sizeBytes: 1e9 }))).rejects.toThrow(/size: iso-\S+ is as large/);
    });

    it("names a file of 4 GiB and its size", async () => {
        const halves = [unread(2 ** 31), unread(2 ** 31)];
        await expect(make(diskInput({ initrd: halves }))).rejects.toThrow(/\/initrd\.img is 4294967296 bytes/);
    });
});
