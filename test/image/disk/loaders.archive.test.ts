import { type DiskFormat, loaderPackages } from "../../../providers/image/disk";
import { loaderFilesOf, packageOf, syslinuxFiles } from "../../../providers/image/disk/loaders/table";
import { syslinuxImages } from "../../../providers/image/disk/syslinux/installer";
import type { Architecture } from "../../../sdk/assembly/spec";
import { realEnvironment, realLoaders } from "./support/real";

const formats: readonly (readonly [DiskFormat, Architecture])[] = [
    ["raw-bios", "amd64"],
    ["raw-hybrid", "amd64"],
    ["raw-efi", "arm64"],
    ["iso-bios", "amd64"],
    ["iso-efi-initrd", "amd64"],
    ["iso-efi-initrd", "arm64"],
];

describe.each(["bookworm", "trixie"])("%s", (suite) => {
    it.each(formats)("has every loader of %s for %s where it is looked for", async (format, architecture) => {
        const loaders = await realLoaders(format, architecture, await realEnvironment(), suite);
        const names = loaderFilesOf(format, architecture);
        expect([...new Set(names.map(packageOf))].toSorted()).toEqual(loaderPackages(format, architecture));
        for (const name of names) {
            expect(kindOf(await loaders.read(name))).toBe(kindByName(name));
        }
    });

    it("has a syslinux whose images are found", async () => {
        const loaders = await realLoaders("raw-bios", "amd64", await realEnvironment(), suite);
        const { bootSector, core, module } = syslinuxImages(await loaders.read(syslinuxFiles.installer));
        expect(bootSector.readUInt16LE(510)).toBe(0xaa55);
        expect(core.length % 512).toBe(0);
        expect(core.toString("latin1", 2, 15)).toBe("SYSLINUX 6.04");
        expect(module.readUInt16LE(18)).toBe(3);
        expect(module.length).toBeGreaterThan(100_000);
    });
});

function kindOf(bytes: Buffer): string {
    if (bytes.length <= 440) {
        return "record";
    }
    const head = bytes.toString("latin1", 0, 4);
    return head === "\x7fELF" ? "elf" : head.startsWith("MZ") ? "efi" : "other";
}

function kindByName(name: string): string {
    if (/mbr\.bin$|isohdpfx/.test(name)) {
        return "record";
    }
    return /\.c32$|\/syslinux$/.test(name) ? "elf" : /\.efi/.test(name) ? "efi" : "other";
}
