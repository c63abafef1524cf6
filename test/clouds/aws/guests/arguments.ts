import { join } from "node:path";
import type { Instance } from "../world/tables.ts";
import type { Firmware } from "./firmware.ts";

export type Accelerator = "tcg" | "kvm" | "hvf";

export interface GuestFiles {
    readonly console: string;
    readonly socket: string;
    /** Of its volumes, the root first. */
    readonly disks: readonly GuestDisk[];
    readonly imdsPort: number;
    /** Absent where the BIOS boots. */
    readonly firmware: Firmware | undefined;
}

export interface GuestDisk {
    readonly file: string;
    readonly volumeId: string;
}

/** Slots for volumes that are attached while the guest runs. */
export const HOT_SLOTS: readonly string[] = Array.from({ length: 8 }, (_value, index) => `hot${index}`);

/** Program and arguments of QEMU for an instance: NVMe disks as on Nitro, the console on a serial port. */
export function qemuCommand(
    instance: Instance,
    memoryMib: number,
    files: GuestFiles,
    accelerator: Accelerator,
): readonly [program: string, ...args: string[]] {
    const isArm = instance.architecture === "arm64";
    const native = isArm === (process.arch === "arm64");
    const accel = native ? accelerator : "tcg";
    return [
        isArm ? "qemu-system-aarch64" : "qemu-system-x86_64",
        ...["-name", instance.id, "-nodefaults", "-no-user-config", "-display", "none"],
        ...["-machine", isArm ? "virt" : "q35", "-accel", accel, "-cpu", cpu(isArm, accel)],
        ...["-smp", "1", "-m", String(memoryMib)],
        ...smbios(instance),
        ...firmwareArguments(files.firmware),
        ...["-chardev", `file,id=console,path=${escape(files.console)}`, "-serial", "chardev:console"],
        ...["-qmp", `unix:${escape(files.socket)},server=on,wait=off`],
        ...HOT_SLOTS.flatMap(slotArguments),
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

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html: by it a system knows where it runs. */
function smbios({ id, instanceType }: Instance): string[] {
    return [
        ...["-smbios", `type=1,manufacturer=Amazon EC2,product=${instanceType},serial=${id}`],
        ...["-smbios", `type=2,manufacturer=Amazon EC2,asset=${id}`],
    ];
}

function firmwareArguments(firmware: Firmware | undefined): string[] {
    return firmware === undefined
        ? []
        : [
              ...["-drive", `if=pflash,unit=0,format=raw,readonly=on,file=${escape(firmware.code)}`],
              ...["-drive", `if=pflash,unit=1,format=raw,file=${escape(firmware.variables)}`],
          ];
}

/** Without ports of I/O, of which eight slots would take all. */
function slotArguments(id: string, index: number): string[] {
    return ["-device", `pcie-root-port,id=${id},chassis=${index + 1},slot=${index + 1},io-reserve=0`];
}

/** On AWS a disk's serial number is its volume's id without the dash. */
export const serialOf = (volumeId: string): string => volumeId.replace("-", "");

/** All but the root can be taken off while the guest runs. */
function diskArguments({ file, volumeId }: GuestDisk, index: number): string[] {
    const slot = slotAtStart(index);
    const device = `nvme,drive=drive-${volumeId},serial=${serialOf(volumeId)},id=${volumeId},bootindex=${index}`;
    return [
        ...["-drive", `if=none,id=drive-${volumeId},format=raw,cache=unsafe,discard=unmap,file=${escape(file)}`],
        ...["-device", slot === undefined ? device : `${device},bus=${slot}`],
    ];
}

export const slotAtStart = (index: number): string | undefined => HOT_SLOTS[index - 1];

/** A network in which the metadata service has the address that it has on AWS. */
function network(imdsPort: number): string {
    const relay = `"${process.execPath}" "${join(import.meta.dirname, "relay.ts")}" ${imdsPort}`;
    return [
        "user,id=network,net=169.254.0.0/16,host=169.254.0.1,dns=169.254.0.3,dhcpstart=169.254.10.15",
        `guestfwd=tcp:169.254.169.254:80-cmd:${escape(relay)}`,
    ].join(",");
}

/** In QEMU's options a comma is written twice. */
export const escape = (text: string): string => text.replaceAll(",", ",,");
