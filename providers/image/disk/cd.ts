import { LinuxKitError } from "../../../sdk/assembly/error";
import { type BootFiles, bootFiles } from "./boot-files";
import { MIB, SECTOR_BYTES, alignUp } from "./bytes";
import type { FatFile } from "./fat/file";
import { layOutFat } from "./fat/layout";
import { fatPieces } from "./fat/volume";
import type { DiskInput, Payload } from "./input";
import { EFI, PC, bootCatalog, withBootInfo } from "./iso/el-torito";
import { CD_SECTOR_BYTES, type IsoFile } from "./iso/file";
import { DESCRIPTORS, type IsoLayout, layOutIso } from "./iso/layout";
import { isoPieces } from "./iso/volume";
import { GRUB_CONFIG, INITRD, KERNEL, grubConfig, syslinuxConfig, systemdBoot } from "./loaders/config";
import { checkArchitecture, defaultBootFiles, grubFiles, isolinuxFiles, systemdBootFiles } from "./loaders/table";
import { serialOf } from "./partition/identity";
import { HIDDEN_NTFS, masterBootRecord } from "./partition/mbr";
import { digestOf, payloadOf } from "./payload";
import { type Piece, diskOf, moved } from "./pieces";
import { bytesOf } from "./write";

const ISOLINUX = "isolinux/isolinux.bin";
/** What a BIOS loads of isolinux, which loads the rest of itself. */
const ISOLINUX_SECTORS = 4;
/** Where the disk's boot record holds the sector of isolinux.bin (utils/isohybrid.c). */
const HYBRID_OFFSET = 432;

/**
 * A CD for a PC's BIOS: isolinux, kernel and initrd (upstream's iso-bios has its root file system on the CD instead). As
 * upstream's it boots from a disk or an USB stick too.
 * @throws LinuxKitError DiskArchitecture, DiskKernel, DiskCmdline, DiskSize, FileTooLarge
 */
export async function isoBios(input: DiskInput): Promise<Payload> {
    checkArchitecture("iso-bios", input.architecture);
    checkNoSize(input, "iso-bios");
    const boot = await bootFiles(input, "bios");
    const loader = await input.loaders.read(isolinuxFiles.loader);
    const files: IsoFile[] = [
        { path: ISOLINUX, parts: [payloadOf(loader)] },
        { path: "isolinux/ldlinux.c32", parts: [payloadOf(await input.loaders.read(isolinuxFiles.module))] },
        { path: "isolinux/isolinux.cfg", parts: [payloadOf(syslinuxConfig(boot))] },
        ...kernelFiles(boot),
    ];
    const layout = layOutIso(files);
    const sector = layout.files[0]?.sector ?? 0;
    const sizeBytes = alignUp(layout.end * CD_SECTOR_BYTES, MIB);
    const catalog = bootCatalog({ platform: PC, sector, loadSectors: ISOLINUX_SECTORS });
    const replaced = new Map([[ISOLINUX, withBootInfo(loader, sector, DESCRIPTORS.primary)]]);
    const code = hybridCode(await input.loaders.read(isolinuxFiles.diskMbr), sector);
    const serial = serialOf(await digestOf("iso-bios", files), "disk");
    const whole = { type: HIDDEN_NTFS, active: true, firstSector: 0, sectors: sizeBytes / SECTOR_BYTES };
    const record = payloadOf(masterBootRecord(whole, serial, code));
    const pieces = isoPieces(layout, { sectors: sizeBytes / CD_SECTOR_BYTES, catalog, replaced });
    return bytesOf(diskOf(sizeBytes, [{ offset: 0, payload: record, name: "the MBR" }, ...pieces]));
}

/**
 * A CD for UEFI: a FAT volume with systemd-boot, kernel and initrd (upstream's iso-efi has its root file system on the CD
 * instead).
 * @throws LinuxKitError DiskKernel, DiskCmdline, DiskSize, FileTooLarge
 */
export async function isoEfi(input: DiskInput): Promise<Payload> {
    checkNoSize(input, "iso-efi");
    const boot = await bootFiles(input, "efi");
    const loader = await input.loaders.read(systemdBootFiles[input.architecture]);
    return efiCd("iso-efi", [], [...systemdBoot(loader, boot, input.architecture), ...kernelFiles(boot)]);
}

/**
 * A CD for UEFI whose kernel and initrd are files of the CD itself, and only GRUB stands on the FAT volume (upstream's
 * iso-efi-initrd).
 * @throws LinuxKitError DiskKernel, DiskCmdline, DiskSize, FileTooLarge
 */
export async function isoEfiInitrd(input: DiskInput): Promise<Payload> {
    checkNoSize(input, "iso-efi-initrd");
    const boot = await bootFiles(input, "efi");
    const loader = await input.loaders.read(grubFiles[input.architecture]);
    const config: IsoFile = { path: GRUB_CONFIG, parts: [payloadOf(grubConfig(boot))] };
    const program: FatFile = { path: defaultBootFiles[input.architecture], parts: [payloadOf(loader)] };
    return efiCd("iso-efi-initrd", [config, ...kernelFiles(boot)], [program]);
}

/** The FAT volume is the last on the CD, and none of its files: so it may be as large as it likes. */
async function efiCd(kind: string, files: readonly IsoFile[], inner: readonly FatFile[]): Promise<Payload> {
    const layout: IsoLayout = layOutIso(files);
    const volume = layOutFat(inner, "removable", 0);
    const volumeId = serialOf(await digestOf(kind, [...files, ...inner]), "volume");
    const offset = layout.end * CD_SECTOR_BYTES;
    const sizeBytes = alignUp(offset + volume.sizeBytes, CD_SECTOR_BYTES);
    const catalog = bootCatalog({ platform: EFI, sector: layout.end, loadSectors: 0 });
    const pieces: Piece[] = isoPieces(layout, { sectors: sizeBytes / CD_SECTOR_BYTES, catalog });
    return bytesOf(diskOf(sizeBytes, [...pieces, ...moved(fatPieces(volume, { volumeId }), offset)]));
}

function kernelFiles({ kernel, initrd }: BootFiles): IsoFile[] {
    return [
        { path: KERNEL, parts: [kernel] },
        { path: INITRD, parts: initrd },
    ];
}

function hybridCode(code: Buffer, sector: number): Buffer {
    const bytes = Buffer.alloc(HYBRID_OFFSET + 8);
    code.copy(bytes, 0, 0, HYBRID_OFFSET);
    bytes.writeUInt32LE(sector * (CD_SECTOR_BYTES / SECTOR_BYTES), HYBRID_OFFSET);
    return bytes;
}

function checkNoSize({ sizeBytes }: DiskInput, format: string): void {
    if (sizeBytes !== undefined) {
        throw new LinuxKitError("DiskSize", `size: ${format} is as large as what is on it: leave the size out.`, {
            property: "size",
            askedBytes: sizeBytes,
        });
    }
}
