import * as pulumi from "@pulumi/pulumi";
import { machineShim } from "../../providers/dynamic/shims";
import type { Duration, Size } from "../assembly/units";
import type { UserData } from "../assembly/user-data";
import { checkGiven } from "../given";
import { identityOf } from "../identity";
import type { Image } from "../image";
import { declaredMachines } from "./declared";
import type { Disk } from "./disk";
import { checkMachineArgs } from "./machine-args";
import { attached as onNetwork, type MachineNetworkArgs, type NetworkAddress } from "./network";

/** A port to forward from this host to the machine; QEMU's `hostfwd`. */
export interface PortArgs {
    /** Port in the machine, 1 to 65535. */
    readonly guest: pulumi.Input<number>;
    /**
     * Port on this host, 1 to 65535.
     * @default a free one from 20000 to 32767, kept for as long as the machine is declared
     */
    readonly host?: pulumi.Input<number>;
    /**
     * Protocol that is forwarded.
     * @default "tcp"
     */
    readonly protocol?: pulumi.Input<"tcp" | "udp">;
    /**
     * IPv4 address on this host that the port is bound to.
     * @default "127.0.0.1"
     */
    readonly address?: pulumi.Input<string>;
}

/** A forwarded port of a machine, with everything filled in. */
export interface Port {
    /** Port in the machine. */
    readonly guest: number;
    /** Port on this host, the one given or the one picked. */
    readonly host: number;
    /** Protocol that is forwarded. */
    readonly protocol: "tcp" | "udp";
    /** IPv4 address on this host that the port is bound to. */
    readonly address: string;
}

/** A disk of a machine. */
export interface MachineDiskArgs {
    /**
     * The disk. Only one machine can have it, unless it is read-only in all. One that another machine of the stack has
     * moves here in one `up`, once that machine, which no longer declares it, is off.
     */
    readonly disk: Disk;
    /**
     * Whether the machine cannot write to it.
     * @default false
     */
    readonly readonly?: pulumi.Input<boolean>;
}

/** What a `qemu.Machine` is made from. */
export interface MachineArgs {
    /** What it boots. Another image replaces the machine. */
    readonly image: Image;
    /**
     * Memory, at least "32 MB"; "MB" is 2^20 bytes. QEMU's `-m`.
     * @default "256 MB"
     */
    readonly memory?: pulumi.Input<Size>;
    /**
     * Virtual CPUs, 1 to 255. QEMU's `-smp`.
     * @default 1
     */
    readonly cpus?: pulumi.Input<number>;
    /**
     * Ports forwarded to the machine. QEMU's `hostfwd`.
     * @default none
     */
    readonly ports?: pulumi.Input<pulumi.Input<PortArgs>[]>;
    /**
     * Disks it has, in the order of its block devices: /dev/vda, /dev/vdb. Its onboot containers find them by their labels
     * with `persistentDisk()`. Another list, or a disk that has grown, starts the machine again.
     * @default none
     */
    readonly disks?: readonly MachineDiskArgs[];
    /**
     * Private networks it is on, each with an interface of its own after the one that ports are forwarded to. Its image
     * needs `privateNetwork()` for the addresses and `privateNames()` for the names of others.
     * @default none
     */
    readonly networks?: readonly MachineNetworkArgs[];
    /**
     * Arguments added to the image's kernel command line, each of printable ASCII without spaces; no place for secrets, as
     * whoever can list this host's processes sees them. QEMU's `-append`.
     * @default none
     */
    readonly kernelArguments?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * What the machine is told, at most 16 KB: text, or files in LinuxKit's metadata layout. Its image needs `metadata()`,
     * which writes it below /run/config. Other user data replaces the machine. QEMU's `-fw_cfg`, from a file that only this
     * user can read.
     * @default none
     */
    readonly userData?: UserData;
    /**
     * Accelerator: the hardware's, of Linux or macOS, or emulation. QEMU's `-accel`.
     * @default the fastest that boots a tiny guest on this host
     */
    readonly accelerator?: pulumi.Input<"kvm" | "hvf" | "tcg">;
    /**
     * How long an operation may take.
     * @default that of each
     */
    readonly timeouts?: {
        /**
         * Until the machine is ready, as its image's `readiness` says.
         * @default "5m"
         */
        readonly create?: pulumi.Input<Duration>;
        /**
         * For a graceful power-off, before the machine is stopped firmly.
         * @default "30s"
         */
        readonly delete?: pulumi.Input<Duration>;
    };
}

/**
 * A virtual machine on this host: a QEMU process that outlives `pulumi up`.
 * It holds its ports, so a replacement is made after the old one is gone.
 */
export class Machine extends pulumi.dynamic.Resource {
    /** `running`, or `stopped` when a refresh found it dead; the next `up` starts it again. */
    declare readonly status: pulumi.Output<"running" | "stopped">;
    /** Forwarded ports, those picked included. */
    declare readonly ports: pulumi.Output<readonly Port[]>;
    /** Where it is on each of its networks; undefined without any. */
    declare readonly networks: pulumi.Output<readonly NetworkAddress[] | undefined>;

    /**
     * Declares the machine. Its values are checked in the preview, and a problem names its property: `ports[1].host`.
     * @throws LinuxKitError `invalid-machine` without an image, with a disk or network that is none, or with a property that
     * there is not
     */
    constructor(name: string, args: MachineArgs, opts?: pulumi.CustomResourceOptions) {
        checkGiven("machine", name, args, checkMachineArgs);
        const { image, disks, networks, ...settings } = args;
        const declared = declaredMachines(name);
        super(
            machineShim,
            name,
            {
                ports: [],
                ...settings,
                image: image.bootable,
                ...(disks?.length ? { disks: disks.map(attached), declared } : {}),
                ...(networks?.length ? { networks: networks.map((place) => onNetwork(name, place)) } : {}),
                identity: identityOf("dynamic/linuxkit/qemu:Machine", name, opts),
                status: undefined,
            },
            pulumi.mergeOptions(opts, { deleteBeforeReplace: true }),
            "linuxkit/qemu",
            "Machine",
        );
    }

    /**
     * "127.0.0.1:24680": where a guest's port is reached from this host.
     * @param guest port in the machine, one of `ports`
     * @throws RunError of Pulumi, when the port is not among `ports`
     */
    endpoint(guest: number): pulumi.Output<string> {
        return this.ports.apply((ports) => {
            const port = ports.find((candidate) => candidate.guest === guest);
            if (port === undefined) {
                throw new pulumi.RunError(
                    `endpoint(${guest}): the machine forwards ${ports.map((p) => p.guest).join(", ") || "no port"}; add { guest: ${guest} } to ports`,
                );
            }
            return `${port.address === "0.0.0.0" ? "127.0.0.1" : port.address}:${port.host}`;
        });
    }
}

function attached({ disk, readonly = false }: MachineDiskArgs): pulumi.Inputs {
    const { urn, id, sizeBytes, format } = disk;
    return { urn, id, sizeBytes, format, readonly };
}
