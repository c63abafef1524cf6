import { LinuxKitError } from "../../../../sdk/assembly/error";
import { SECTOR_BYTES } from "../bytes";

/** What syslinux' installer puts on a volume. */
export interface SyslinuxImages {
    readonly bootSector: Buffer;
    /** ldlinux.sys. */
    readonly core: Buffer;
    /** ldlinux.c32. */
    readonly module: Buffer;
}

/** Begins ldlinux.sys, before its version. */
const BANNER = Buffer.from("\r\nSYSLINUX ", "latin1");
/** LDLINUX_MAGIC, behind the banner (libinstaller/syslxint.h). */
export const CORE_MAGIC = 0x3eb202fe;
const BANNER_LIMIT = 64;
/** Jump and OEM name of the boot sector. */
const BOOT_SECTOR_HEAD = Buffer.from("\xeb\x58\x90SYSLINUX", "latin1");
/** ELF of 32 bits with the least byte first (elf(5), e_ident). */
const MODULE_HEAD = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);

/**
 * Takes the images out of syslinux' installer, in which they stand as they are, the core directly before its module
 * (libinstaller/bin2c.pl).
 */
export function syslinuxImages(installer: Buffer): SyslinuxImages {
    const sectorAt = installer.indexOf(BOOT_SECTOR_HEAD);
    const coreAt = findCore(installer);
    const moduleAt = installer.indexOf(MODULE_HEAD, coreAt);
    if (sectorAt < 0 || coreAt < 0 || moduleAt < 0) {
        throw new LinuxKitError(
            "DiskLoader",
            "The syslinux program of the package syslinux does not hold what it installs where it is looked for: is it another version than 6.04?",
        );
    }
    return {
        bootSector: installer.subarray(sectorAt, sectorAt + SECTOR_BYTES),
        core: installer.subarray(coreAt, moduleAt),
        module: installer.subarray(moduleAt, moduleAt + elfBytes(installer.subarray(moduleAt))),
    };
}

function findCore(installer: Buffer): number {
    const magic = Buffer.alloc(4);
    magic.writeUInt32LE(CORE_MAGIC);
    for (let at = installer.indexOf(BANNER); at >= 0; at = installer.indexOf(BANNER, at + 1)) {
        if (installer.subarray(at, at + BANNER_LIMIT).includes(magic)) {
            return at;
        }
    }
    return -1;
}

/** An ELF file of 32 bits ends with its table of sections: e_shoff, e_shentsize, e_shnum. */
function elfBytes(elf: Buffer): number {
    return elf.readUInt32LE(32) + elf.readUInt16LE(46) * elf.readUInt16LE(48);
}
