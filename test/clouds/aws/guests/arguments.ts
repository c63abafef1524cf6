import { join } from "node:path";
import type { InstanceTypeFacts } from "../ec2/instances/types.ts";
import type { Instance } from "../world/tables.ts";

export type Accelerator = "tcg" | "kvm" | "hvf";

export interface GuestFiles {
    readonly folder: string;
    readonly console: string;
    readonly socket: string;
    /** Of its volumes, the root first. */
    readonly disks: readonly { readonly file: string; readonly volumeId: string }[];
    readonly imdsPort: number;
}

const OVMF = "/usr/share/OVMF/OVMF_CODE_4M.fd";
const AAVMF = "/usr/share/AAVMF/AAVMF_CODE.fd";

/** Program and arguments of QEMU for an instance: NVMe disks as on Nitro, the console on a serial port. */
export function qemuCommand(
    instance: Instance,
    { memoryMib, bootModes }: InstanceTypeFacts,
    files: GuestFiles,
    accelerator: Accelerator,
): readonly [program: string, ...args: string[]] {
    const isArm = instance.architecture === "arm64";
    const { bootMode } = instance;
    const uefi = isArm || bootMode === "uefi" || (bootMode === "uefi-preferred" && bootModes.includes("uefi"));
    return [
        isArm ? "qemu-system-aarch64" : "qemu-system-x86_64",
        ...["-name", instance.id, "-nodefaults", "-no-user-config", "-display", "none"],
        ...["-machine", isArm ? "virt" : "q35", "-accel", accelerator, "-cpu", cpu(isArm, accelerator)],
        ...["-smp", "1", "-m", String(memoryMib)],
        ...(uefi ? ["-drive", `if=pflash,unit=0,format=raw,readonly=on,file=${isArm ? AAVMF : OVMF}`] : []),
        ...["-chardev", `file,id=console,path=${escape(files.console)}`, "-serial", "chardev:console"],
        ...["-qmp", `unix:${escape(files.socket)},server=on,wait=off`],
        ...files.disks.flatMap(diskArguments),
        ...["-netdev", network(files.imdsPort), "-device", "virtio-net-pci,netdev=network,romfile="],
        ...["-device", "virtio-rng-pci"],
    ];
}

/** QEMU's emulated cmpxchg16b is slow under one core; a 64-bit guest can do without. */
function cpu(isArm: boolean, accelerator: Accelerator): string {
    if (accelerator !== "tcg") {
        return "host";
    }
    return isArm ? "cortex-a72" : "max,-cx16";
}

/** On AWS a disk's serial number is its volume's id without the dash. */
function diskArguments({ file, volumeId }: GuestFiles["disks"][number], index: number): string[] {
    return [
        ...["-drive", `if=none,id=disk${index},format=raw,cache=unsafe,discard=unmap,file=${escape(file)}`],
        ...["-device", `nvme,drive=disk${index},serial=${volumeId.replace("-", "")},bootindex=${index}`],
    ];
}

/** A network in which the metadata service has the address that it has on AWS. */
function network(imdsPort: number): string {
    const relay = `"${process.execPath}" "${join(import.meta.dirname, "relay.ts")}" ${imdsPort}`;
    return [
        "user,id=network,net=169.254.0.0/16,host=169.254.0.1,dns=169.254.0.3,dhcpstart=169.254.10.15",
        `guestfwd=tcp:169.254.169.254:80-cmd:${escape(relay)}`,
    ].join(",");
}

/** In QEMU's options a comma is written twice. */
const escape = (text: string): string => text.replaceAll(",", ",,");
