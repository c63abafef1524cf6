import { LinuxKitError } from "../../../sdk/assembly/error";
import { type BootFiles, bootFiles } from "./boot-files";
import { MIB, SECTOR_BYTES, alignUp } from "./bytes";
import { type FatContent, fatPieces } from "./fat/volume";
import { type FatFile, attributes } from "./fat/file";
import { type FatLayout, layOutFat } from "./fat/layout";
import type { DiskInput } from "./input";
import { INITRD, KERNEL, syslinuxConfig, systemdBoot } from "./loaders/config";
import { checkArchitecture, syslinuxFiles, systemdBootFiles } from "./loaders/table";
import { GPT_BACKUP_BYTES, gptPieces } from "./partition/gpt";
import { serialOf } from "./partition/identity";
import { FAT32_LBA, masterBootRecord } from "./partition/mbr";
import { digestOf, payloadOf } from "./payload";
import { type Piece, diskOf, moved } from "./pieces";
import type { SparseDisk } from "./sparse";
import { coreBytes, installSyslinux } from "./syslinux/install";
import { type SyslinuxImages, syslinuxImages } from "./syslinux/installer";

const PARTITION_OFFSET = MIB;
const CORE = "ldlinux.sys";

/**
 * A disk for a PC's BIOS: MBR and syslinux on an active FAT32 partition (upstream's raw-bios).
 * @throws LinuxKitError DiskArchitecture, DiskKernel, DiskCmdline, DiskSize, FileTooLarge
 */
export async function rawBios(input: DiskInput): Promise<SparseDisk> {
    checkArchitecture("raw-bios", input.architecture);
    const boot = await bootFiles(input, "bios");
    const images = syslinuxImages(await input.loaders.read(syslinuxFiles.installer));
    const code = await input.loaders.read(syslinuxFiles.mbr);
    const volume = await layOut("raw-bios", [...syslinux(images, boot), ...kernelFiles(boot)]);
    const { layout, digest } = volume;
    const sizeBytes = diskBytes(input, layout, 0);
    const partition = {
        type: FAT32_LBA,
        active: true,
        firstSector: PARTITION_OFFSET / SECTOR_BYTES,
        sectors: layout.sizeBytes / SECTOR_BYTES,
    };
    const record = masterBootRecord(partition, serialOf(digest, "disk"), code);
    const first: Piece = { offset: 0, payload: payloadOf(record), name: "the MBR" };
    return diskOf(sizeBytes, [first, ...volumePieces(volume, images)]);
}

/**
 * A disk for UEFI: GPT and systemd-boot on an EFI system partition (upstream's raw-efi).
 * @throws LinuxKitError DiskKernel, DiskCmdline, DiskSize, FileTooLarge
 */
export async function rawEfi(input: DiskInput): Promise<SparseDisk> {
    const boot = await bootFiles(input, "efi");
    const loader = await input.loaders.read(systemdBootFiles[input.architecture]);
    const files = [...systemdBoot(loader, boot, input.architecture), ...kernelFiles(boot)];
    return gptDisk(input, await layOut("raw-efi", files));
}

/**
 * A disk for a PC with either firmware: GPT, syslinux and systemd-boot on one EFI system partition.
 * @throws LinuxKitError DiskArchitecture, DiskKernel, DiskCmdline, DiskSize, FileTooLarge
 */
export async function rawHybrid(input: DiskInput): Promise<SparseDisk> {
    checkArchitecture("raw-hybrid", input.architecture);
    const boot = await bootFiles(input, "bios", "efi");
    const images = syslinuxImages(await input.loaders.read(syslinuxFiles.installer));
    const loader = await input.loaders.read(systemdBootFiles[input.architecture]);
    const code = await input.loaders.read(syslinuxFiles.gptMbr);
    const loaders = [...syslinux(images, boot), ...systemdBoot(loader, boot, input.architecture)];
    return gptDisk(input, await layOut("raw-hybrid", [...loaders, ...kernelFiles(boot)]), { images, code });
}

interface Volume {
    readonly layout: FatLayout;
    /** Of all that is on it: identifiers are derived from it. */
    readonly digest: Buffer;
}

async function layOut(kind: string, files: readonly FatFile[]): Promise<Volume> {
    return { layout: layOutFat(files, "disk", PARTITION_OFFSET), digest: await digestOf(kind, files) };
}

function kernelFiles({ kernel, initrd }: BootFiles): FatFile[] {
    return [
        { path: KERNEL, parts: [kernel] },
        { path: INITRD, parts: initrd },
    ];
}

function syslinux(images: SyslinuxImages, boot: BootFiles): FatFile[] {
    const room = Buffer.alloc(coreBytes(images));
    images.core.copy(room);
    const immovable = attributes.readOnly | attributes.hidden | attributes.system;
    return [
        { path: CORE, parts: [payloadOf(room)], attributes: immovable },
        { path: "ldlinux.c32", parts: [payloadOf(images.module)] },
        { path: "syslinux.cfg", parts: [payloadOf(syslinuxConfig(boot))] },
    ];
}

function gptDisk(
    input: DiskInput,
    volume: Volume,
    bios?: { readonly images: SyslinuxImages; readonly code: Buffer },
): SparseDisk {
    const { layout, digest } = volume;
    const sizeBytes = diskBytes(input, layout, GPT_BACKUP_BYTES);
    const partition = {
        offset: PARTITION_OFFSET,
        sizeBytes: layout.sizeBytes,
        ...(bios === undefined ? {} : { biosCode: bios.code }),
    };
    return diskOf(sizeBytes, [...gptPieces(sizeBytes, partition, digest), ...volumePieces(volume, bios?.images)]);
}

function volumePieces({ layout, digest }: Volume, images?: SyslinuxImages): Piece[] {
    const content: FatContent = { volumeId: serialOf(digest, "volume") };
    return moved(
        fatPieces(layout, images === undefined ? content : withSyslinux(content, images, layout)),
        PARTITION_OFFSET,
    );
}

function withSyslinux(content: FatContent, images: SyslinuxImages, layout: FatLayout): FatContent {
    const placed = layout.files.find(({ file }) => file.path === CORE);
    const firstSector = (layout.dataOffset + (placed?.offset ?? 0)) / SECTOR_BYTES;
    const { core, bootSector } = installSyslinux(images, firstSector);
    return { ...content, bootCode: bootSector, replaced: new Map([[CORE, core]]) };
}

function diskBytes(input: DiskInput, layout: FatLayout, behind: number): number {
    const needed = PARTITION_OFFSET + layout.sizeBytes + behind;
    const asked = input.sizeBytes === undefined ? alignUp(needed, MIB) : alignUp(input.sizeBytes, SECTOR_BYTES);
    if (asked < needed) {
        throw new LinuxKitError(
            "DiskSize",
            `size: a disk of ${asked} bytes is asked for, but this image needs ${needed}: give at least ` +
                `"${Math.ceil(needed / MIB)} MB", or leave the size out for the smallest that fits.`,
            { property: "size", askedBytes: asked, neededBytes: needed },
        );
    }
    return asked;
}
