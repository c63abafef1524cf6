import * as pulumi from "@pulumi/pulumi";
import { machineShim } from "../../providers/dynamic/shims";
import type { Duration, Size } from "../assembly/units";
import { identityOf } from "../identity";
import type { Image } from "../image";
import type { Disk } from "./disk";

/** A forwarded port. */
export interface PortArgs {
    /** Port in the machine, 1 to 65535. */
    readonly guest: pulumi.Input<number>;
    /**
     * Port on this host, 1 to 65535.
     * @default one that is free, kept for as long as the machine is declared
     */
    readonly host?: pulumi.Input<number>;
    /** @default "tcp" */
    readonly protocol?: pulumi.Input<"tcp" | "udp">;
    /**
     * Address on this host that the port is bound to.
     * @default "127.0.0.1"
     */
    readonly address?: pulumi.Input<string>;
}

export interface Port {
    readonly guest: number;
    readonly host: number;
    readonly protocol: "tcp" | "udp";
    readonly address: string;
}

/** A disk of a machine. */
export interface MachineDiskArgs {
    /** The disk. Only one machine can have it, unless it is read-only in all. */
    readonly disk: Disk;
    /**
     * Whether the machine cannot write to it.
     * @default false
     */
    readonly readonly?: pulumi.Input<boolean>;
}

export interface MachineArgs {
    /** What it boots. Another image replaces the machine. */
    readonly image: Image;
    /**
     * Memory; "MB" is 2^20 bytes, as in QEMU.
     * @default "256 MB"
     */
    readonly memory?: pulumi.Input<Size>;
    /**
     * Virtual CPUs.
     * @default 1
     */
    readonly cpus?: pulumi.Input<number>;
    /**
     * Ports forwarded to the machine.
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
     * Arguments added to the image's kernel command line.
     * @default none
     */
    readonly kernelArguments?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * QEMU accelerator.
     * @default the fastest that boots a tiny guest on this host
     */
    readonly accelerator?: pulumi.Input<"kvm" | "hvf" | "tcg">;
    /** How long an operation may take. */
    readonly timeouts?: {
        /**
         * Until the machine prints `linuxkit: ready`.
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

    constructor(name: string, args: MachineArgs, opts?: pulumi.CustomResourceOptions) {
        const { image, disks = [], ...settings } = args;
        super(
            machineShim,
            name,
            {
                ports: [],
                ...settings,
                image: image.bootable,
                ...(disks.length === 0 ? {} : { disks: disks.map(attached) }),
                identity: identityOf("dynamic/linuxkit/qemu:Machine", name, opts),
                status: undefined,
            },
            pulumi.mergeOptions(opts, { deleteBeforeReplace: true }),
            "linuxkit/qemu",
            "Machine",
        );
    }

    /**
     * `127.0.0.1:49153`: where a guest's port is reached from this host.
     * @throws when the port is not among `ports`
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
