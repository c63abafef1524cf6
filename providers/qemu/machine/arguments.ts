import type { Architecture } from "../../../sdk/assembly/spec";
import type { BuiltImage } from "../../image/plan";
import { fileFromMachine } from "../disk/journal";
import { nameOf, type MachineEntry } from "../journal/entry";
import type { AttachedNetwork } from "../network/attached";
import { namesServer, networkArguments, networkDevices, ownMacAddress } from "../network/devices";
import type { QmpCommand } from "../qmp";
import type { Accelerator, AttachedDisk, MachineSettings, Port } from "../settings";

/** Files of a running machine, relative to its directory, which is QEMU's working directory. */
export const files = {
    console: "console.log",
    errors: "qemu.log",
    pid: "pid",
    qmp: "qmp",
    userData: "user-data",
} as const;

/** Where `metadata()` looks for it on the machine: QEMU's docs/specs/fw_cfg.rst, "Externally Provided Items". */
const userDataName = "opt/org.linuxkit/user-data";

const mebibyte = 2 ** 20;

/** What a guest is given, whoever looks after its process. */
export type Guest = Pick<MachineSettings, "memoryBytes" | "cpus" | "ports" | "kernelArguments"> & {
    readonly architecture: Architecture;
    readonly networks?: readonly AttachedNetwork[];
    /** Of its first interface; absent: QEMU's own, the same for all. */
    readonly macAddress?: string;
};

type BootFiles = Pick<BuiltImage, "kernelPath" | "initrdPath" | "cmdline">;

/** QEMU's arguments for a machine in the background: told by its id, its console in a file, reached through QMP. */
export function qemuArguments(
    entry: MachineEntry,
    settings: MachineSettings,
    built: BootFiles,
    accelerator: Accelerator,
): readonly string[] {
    return [
        ["-name", `guest=${safeName(entry)}`],
        ["-uuid", entry.id],
        guestArguments({ ...settings, ...ofMachine(entry) }, built, accelerator),
        settings.disks.flatMap(diskArguments),
        networkDevices(settings.networks),
        settings.userData === undefined ? [] : ["-fw_cfg", `name=${userDataName},file=${files.userData}`],
        ["-chardev", `file,id=console,path=${files.console},append=on`],
        ["-serial", "chardev:console"],
        ["-qmp", `unix:${files.qmp},server=on,wait=off`],
        ["-pidfile", files.pid],
    ].flat();
}

function ofMachine({ architecture, id }: MachineEntry): Pick<Guest, "architecture" | "macAddress"> {
    return { architecture, macAddress: ownMacAddress(id) };
}

/**
 * QEMU's arguments for a kernel booted without firmware of its own, user networking and an entropy source; what the serial
 * console leads to is left to say. A panic ends the guest (`panic=-1`), and with `-no-reboot` QEMU too: a machine that is
 * there is one that runs.
 */
export function guestArguments(
    { architecture, memoryBytes, cpus, ports, kernelArguments, networks = [], macAddress }: Guest,
    built: BootFiles,
    accelerator: Accelerator,
): readonly string[] {
    const { machine, console: tty, devices } = hardware[architecture];
    const cmdline = [built.cmdline, `console=${tty}`, "panic=-1", ...networkArguments(networks), ...kernelArguments];
    return [
        ["-nodefaults", "-no-user-config", "-no-reboot"],
        ["-display", "none"],
        ["-machine", machine],
        ["-accel", accelerator],
        ["-cpu", cpuModel(accelerator, architecture)],
        ["-smp", String(cpus)],
        ["-m", `${Math.floor(memoryBytes / mebibyte)}M`],
        ["-kernel", built.kernelPath],
        ["-initrd", built.initrdPath],
        ["-append", cmdline.filter((part) => part !== "").join(" ")],
        ["-netdev", ["user", "id=net0", ...namesServer(networks), ...ports.map(forward)].join(",")],
        ["-device", `virtio-net-pci,netdev=net0,${macAddress === undefined ? "" : `mac=${macAddress},`}romfile=`],
        ["-object", "rng-builtin,id=rng0"],
        ["-device", "virtio-rng-pci,rng=rng0"],
        [...devices],
    ].flat();
}

const hardware = {
    amd64: { machine: "q35", console: "ttyS0", devices: [] },
    arm64: { machine: "virt,gic-version=max", console: "ttyAMA0", devices: ["-device", "virtio-keyboard-pci"] },
} as const;

/**
 * What QEMU is told for a power button. Without firmware an arm64 guest has no ACPI, and Debian's cloud kernel no driver
 * for the board's own button, so there it is the key of a keyboard.
 */
export const powerButton: Readonly<Record<Architecture, QmpCommand>> = {
    amd64: { execute: "system_powerdown" },
    arm64: { execute: "send-key", arguments: { keys: [{ type: "qcode", data: "power" }] } },
};

/**
 * TCG of QEMU 7.2 miscomputes the flags after cmpxchg16b, and a 6.12 kernel panics over it: such a guest is not offered
 * the instruction. Pointer authentication in software costs an emulated arm64 guest most of its boot time.
 */
function cpuModel(accelerator: Accelerator, architecture: Architecture): string {
    if (accelerator !== "tcg") {
        return "host";
    }
    return architecture === "amd64" ? "max,-cx16" : "max,pauth-impdef=on";
}

/**
 * A disk by its id: on the machine it is `serial` of its block device. What is erased there, and zeros that are written,
 * take no room here.
 */
function diskArguments(disk: AttachedDisk): readonly string[] {
    const drive = {
        if: "none",
        id: driveOf(disk),
        file: fileFromMachine(disk),
        format: disk.format,
        readonly: disk.readonly ? "on" : "off",
        discard: "unmap",
        "detect-zeroes": "unmap",
    };
    const options = Object.entries(drive).map(([name, value]) => `${name}=${value}`);
    return ["-drive", options.join(","), "-device", deviceOf(disk)];
}

/** The argument that tells a QEMU with the disk from any other. */
export function deviceOf(disk: Pick<AttachedDisk, "id">): string {
    return `virtio-blk-pci,drive=${driveOf(disk)},serial=${disk.id}`;
}

/** What QEMU calls a disk's file. */
export function driveOf({ id }: Pick<AttachedDisk, "id">): string {
    return `disk-${id}`;
}

function forward({ protocol, address, host, guest }: Port): string {
    return `hostfwd=${protocol}:${address}:${host}-:${guest}`;
}

/** For whoever looks at a list of processes; a comma would begin another option. */
function safeName(entry: MachineEntry): string {
    const { project, stack } = entry.identity;
    return [project, stack, nameOf(entry.identity)].map((part) => part.replace(/[^\w.-]/g, "_")).join("/");
}
