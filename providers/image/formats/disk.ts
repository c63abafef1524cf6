import type { Architecture } from "../../../sdk/assembly/spec";
import type { DiskFormat, DiskInput, Payload, SparseDisk } from "../disk";
import type * as diskModule from "../disk";
import { initrdNeeds, uefiNeeds } from "../drivers";
import type * as virtualModule from "../virtual-disk";
import type { BootableFormat, BootableInput, Format } from "./format";
import { kernelPayload, segmentPayload, ucodePayload } from "./payloads";

/** Loaded when first needed: most builds write no disk. */
const writers = (): typeof diskModule => require("../disk") as typeof diskModule;
const wrappers = (): typeof virtualModule => require("../virtual-disk") as typeof virtualModule;

/** A disk in the form of a hypervisor or a cloud: with holes where that keeps them. */
type Wrap = (disk: SparseDisk) => SparseDisk | AsyncIterable<Buffer>;

interface Layout {
    readonly layout: DiskFormat;
    readonly architectures: readonly Architecture[];
    readonly layOut: (input: DiskInput) => Promise<SparseDisk>;
}

const bios: Layout = { layout: "raw-bios", architectures: ["amd64"], layOut: (input) => writers().rawBios(input) };
const efi: Layout = {
    layout: "raw-efi",
    architectures: ["amd64", "arm64"],
    layOut: (input) => writers().rawEfi(input),
};
const hybrid: Layout = {
    layout: "raw-hybrid",
    architectures: ["amd64"],
    layOut: (input) => writers().rawHybrid(input),
};

const asIs: Wrap = (bytes) => bytes;

/** LinuxKit makes those of clouds and hypervisors for a BIOS too. */
export const disks = {
    "raw-bios": disk(bios, "a disk for a PC's BIOS", "-bios.img"),
    "raw-efi": disk(efi, "a disk for UEFI", "-efi.img"),
    "raw-hybrid": disk(hybrid, "a disk for a PC with BIOS or UEFI", "-hybrid.img"),
    "qcow2-bios": disk(bios, "raw-bios as QEMU's qcow2", ".qcow2", (bytes) => wrappers().qcow2(bytes)),
    "qcow2-efi": disk(efi, "raw-efi as QEMU's qcow2", "-efi.qcow2", (bytes) => wrappers().qcow2(bytes)),
    aws: disk(bios, "raw-bios, for AWS", ".raw"),
    gcp: disk(bios, "raw-bios as Compute Engine's archive", ".img.tar.gz", (bytes) => wrappers().gceArchive(bytes)),
    vhd: disk(bios, "raw-bios as a fixed VHD, for Azure", ".vhd", (bytes) => wrappers().fixedVhd(bytes)),
    "dynamic-vhd": disk(bios, "raw-bios as a dynamic VHD", ".vhd", (bytes) => wrappers().dynamicVhd(bytes)),
    vmdk: disk(bios, "raw-bios as a streamOptimized VMDK", ".vmdk", (bytes) => wrappers().streamOptimizedVmdk(bytes)),
    ova: disk(bios, "raw-bios as a machine for ESXi", ".ova", (bytes) =>
        wrappers().ova(bytes, { name: "linuxkit", firmware: "bios" }),
    ),
} as const;

export const cds = {
    "iso-bios": cd("iso-bios", ["amd64"], "a CD for a PC's BIOS", ".iso", (input) => writers().isoBios(input)),
    "iso-efi": cd("iso-efi", ["amd64", "arm64"], "a CD for UEFI", "-efi.iso", (input) => writers().isoEfi(input)),
    "iso-efi-initrd": cd(
        "iso-efi-initrd",
        ["amd64", "arm64"],
        "a CD for UEFI, kernel and initrd on the CD itself",
        "-efi-initrd.iso",
        (input) => writers().isoEfiInitrd(input),
    ),
} as const;

/** Where UEFI starts the kernel, it must be a program of UEFI's. */
function needsOf(layout: DiskFormat): BootableFormat["needs"] {
    return layout === "raw-bios" || layout === "iso-bios" ? initrdNeeds : uefiNeeds;
}

function disk({ layout, architectures, layOut }: Layout, summary: string, suffix: string, wrap: Wrap = asIs): Format {
    return {
        summary,
        architectures,
        files: { disk: suffix },
        isSized: true,
        namesOrigins: false,
        needsKernel: true,
        needs: needsOf(layout),
        layout,
        async write(input, sink) {
            const wrapped = wrap(await layOut(diskInput(input)));
            await ("extents" in wrapped ? sink.disk("disk", wrapped) : sink.stream("disk", wrapped));
        },
    };
}

function cd(
    layout: DiskFormat,
    architectures: readonly Architecture[],
    summary: string,
    suffix: string,
    layOut: (input: DiskInput) => Promise<Payload>,
): Format {
    return {
        summary,
        architectures,
        files: { iso: suffix },
        isSized: false,
        namesOrigins: false,
        needsKernel: true,
        needs: needsOf(layout),
        layout,
        write: async (input, sink) => sink.stream("iso", (await layOut(diskInput(input))).chunks()),
    };
}

/** Screen and serial port of a PC, the latter for what the machine prints; on arm64 firmware tells of the console. */
const consoles: Readonly<Record<Architecture, readonly string[]>> = {
    amd64: ["console=tty0", "console=ttyS0"],
    arm64: [],
};

function diskInput({ plan, parts, loaders, sizeBytes }: BootableInput): DiskInput {
    const { cmdline } = parts.image;
    const words = cmdline.split(" ").filter((word) => word !== "");
    const ucode = ucodePayload(parts);
    const named = words.some((word) => word.startsWith("console="));
    return {
        architecture: plan.architecture,
        kernel: kernelPayload(parts),
        cmdline: named ? cmdline : [...words, ...consoles[plan.architecture]].join(" "),
        initrd: parts.segments.map(segmentPayload),
        loaders,
        ...(ucode === undefined ? {} : { ucode }),
        ...(sizeBytes === undefined ? {} : { sizeBytes }),
    };
}
