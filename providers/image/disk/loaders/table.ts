import type { Architecture } from "../../../../sdk/assembly/spec";
import { LinuxKitError } from "../../../../sdk/assembly/error";

/** What this folder makes: upstream's names, and one disk for both kinds of firmware. */
export type DiskFormat = "raw-bios" | "raw-efi" | "raw-hybrid" | "iso-bios" | "iso-efi" | "iso-efi-initrd";

/** What else needs files of loaders: a Raspberry Pi's boot partition is no disk yet. */
export type LoaderFormat = DiskFormat | "rpi3";

const records = "syslinux-common/usr/lib/syslinux/mbr";

/** Where each loader file is. */
export const syslinuxFiles = {
    /** The installer: holds ldlinux.sys, ldlinux.c32 and the boot sector. */
    installer: "syslinux/usr/bin/syslinux",
    mbr: `${records}/mbr.bin`,
    gptMbr: `${records}/gptmbr.bin`,
} as const;
export const isolinuxFiles = {
    loader: "isolinux/usr/lib/ISOLINUX/isolinux.bin",
    /** Boots the image from a disk. */
    diskMbr: "isolinux/usr/lib/ISOLINUX/isohdpfx.bin",
    module: "syslinux-common/usr/lib/syslinux/modules/bios/ldlinux.c32",
} as const;
export const systemdBootFiles = {
    amd64: "systemd-boot-efi/usr/lib/systemd/boot/efi/systemd-bootx64.efi",
    arm64: "systemd-boot-efi/usr/lib/systemd/boot/efi/systemd-bootaa64.efi",
} as const satisfies Record<Architecture, string>;
/** For CDs: reads ISO 9660. The package with signatures has the same path in every suite, and is ordinary GRUB elsewise. */
export const grubFiles = {
    amd64: "grub-efi-amd64-signed/usr/lib/grub/x86_64-efi-signed/gcdx64.efi.signed",
    arm64: "grub-efi-arm64-signed/usr/lib/grub/arm64-efi-signed/gcdaa64.efi.signed",
} as const satisfies Record<Architecture, string>;

const raspberry = "raspi-firmware/usr/lib/raspi-firmware";
/** The files of a Raspberry Pi 3's boot partition, by their names there. */
export const raspberryFiles = {
    "LICENCE.broadcom": "raspi-firmware/usr/share/doc/raspi-firmware/copyright",
    "bootcode.bin": `${raspberry}/bootcode.bin`,
    "fixup.dat": `${raspberry}/fixup.dat`,
    "fixup_cd.dat": `${raspberry}/fixup_cd.dat`,
    "fixup_x.dat": `${raspberry}/fixup_x.dat`,
    "start.elf": `${raspberry}/start.elf`,
    "start_cd.elf": `${raspberry}/start_cd.elf`,
    "start_x.elf": `${raspberry}/start_x.elf`,
    "u-boot.bin": "u-boot-rpi/usr/lib/u-boot/rpi_3/u-boot.bin",
} as const;

/** Where UEFI looks on a disk that it knows nothing about (section 3.5.1.1). */
export const defaultBootFiles = {
    amd64: "EFI/BOOT/BOOTX64.EFI",
    arm64: "EFI/BOOT/BOOTAA64.EFI",
} as const satisfies Record<Architecture, string>;

const files: Readonly<Record<LoaderFormat, (architecture: Architecture) => readonly string[]>> = {
    "raw-bios": () => [syslinuxFiles.installer, syslinuxFiles.mbr],
    "raw-efi": (architecture) => [systemdBootFiles[architecture]],
    "raw-hybrid": () => [syslinuxFiles.installer, syslinuxFiles.gptMbr, systemdBootFiles.amd64],
    "iso-bios": () => [isolinuxFiles.loader, isolinuxFiles.diskMbr, isolinuxFiles.module],
    "iso-efi": (architecture) => [systemdBootFiles[architecture]],
    "iso-efi-initrd": (architecture) => [grubFiles[architecture]],
    rpi3: () => Object.values(raspberryFiles),
};
const biosFormats: readonly LoaderFormat[] = ["raw-bios", "raw-hybrid", "iso-bios"];

/**
 * Every loader file that a format needs: package and path.
 * @throws LinuxKitError DiskArchitecture
 */
export function loaderFilesOf(format: LoaderFormat, architecture: Architecture): readonly string[] {
    checkArchitecture(format, architecture);
    return files[format](architecture);
}

/**
 * The Debian packages whose files a format needs, to be resolved for that architecture.
 * @throws LinuxKitError DiskArchitecture
 */
export function loaderPackages(format: LoaderFormat, architecture: Architecture): string[] {
    return [...new Set(loaderFilesOf(format, architecture).map(packageOf))].toSorted();
}

export function packageOf(name: string): string {
    return name.slice(0, name.indexOf("/"));
}

/** Only PCs have a BIOS. */
export function checkArchitecture(format: LoaderFormat, architecture: Architecture): void {
    if (architecture !== "amd64" && biosFormats.includes(format)) {
        throw new LinuxKitError(
            "DiskArchitecture",
            `${format} boots through a BIOS, which ${architecture} machines do not have: take raw-efi, iso-efi or iso-efi-initrd.`,
            { format, architecture },
        );
    }
}
