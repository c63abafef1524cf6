import { type Readiness, readinessOf } from "../../sdk/assembly/readiness";
import { parseBytes, parseDuration } from "../../sdk/assembly/units";
import type { Architecture } from "../../sdk/assembly/spec";
import type { Identity, Properties } from "../lifecycle/handler";
import { userDataText } from "../lifecycle/user-data";
import { type AttachedNetwork, attachedNetworks } from "./network/attached";

export type Accelerator = "kvm" | "hvf" | "tcg";
export type Protocol = "tcp" | "udp";

/** A forwarded port, as state holds it: the host's port is always there. */
export interface Port {
    readonly guest: number;
    readonly host: number;
    readonly protocol: Protocol;
    /** IPv4 address on this host. */
    readonly address: string;
}

export type DiskFormat = "raw" | "qcow2";

/** A disk of this host that a machine has. */
export interface AttachedDisk {
    readonly id: string;
    readonly sizeBytes: number;
    readonly format: DiskFormat;
    readonly readonly: boolean;
}

/** What a machine boots: an image's declaration, of which this target reads these and its readiness. */
export interface MachineImage extends Properties {
    /** `sha256:<hex>` of the image's plan. */
    readonly digest: string;
    readonly architecture: Architecture;
}

/** The inputs of a machine, checked and with every default filled in. */
export interface MachineSettings {
    readonly identity: Identity;
    readonly image: MachineImage;
    readonly memoryBytes: number;
    readonly cpus: number;
    readonly ports: readonly Port[];
    /** In the order of the machine's block devices. */
    readonly disks: readonly AttachedDisk[];
    /** In the order of the machine's further interfaces. */
    readonly networks: readonly AttachedNetwork[];
    readonly kernelArguments: readonly string[];
    /** As the machine reads it; absent: it has none. */
    readonly userData?: string;
    /** Absent: probed. */
    readonly accelerator?: Accelerator;
    readonly createSeconds: number;
    readonly deleteSeconds: number;
    /** As the image declares it; a machine that runs is none the different for another one. */
    readonly readiness: Readiness;
}

export const defaults = { memory: "256 MB", cpus: 1, create: "5m", delete: "30s" } as const;

/** Reads what `check` has let through. */
export function readSettings(inputs: Properties): MachineSettings {
    const timeouts = (inputs["timeouts"] ?? {}) as { create?: string; delete?: string };
    const accelerator = inputs["accelerator"] as Accelerator | undefined;
    const userData = userDataText(inputs["userData"]);
    return {
        identity: inputs["identity"] as Identity,
        image: inputs["image"] as MachineImage,
        memoryBytes: parseBytes((inputs["memory"] ?? defaults.memory) as string),
        cpus: (inputs["cpus"] ?? defaults.cpus) as number,
        ports: (inputs["ports"] ?? []) as Port[],
        disks: attachedDisks(inputs),
        networks: attachedNetworks(inputs),
        kernelArguments: (inputs["kernelArguments"] ?? []) as string[],
        ...(userData === "" ? {} : { userData }),
        ...(accelerator === undefined ? {} : { accelerator }),
        createSeconds: parseDuration(timeouts.create ?? defaults.create),
        deleteSeconds: parseDuration(timeouts.delete ?? defaults.delete),
        readiness: imageReadiness(inputs),
    };
}

/** The readiness of a machine's image; an image that is not known yet has none to go by. */
export function imageReadiness({ image }: Properties): Readiness {
    const declaration = (typeof image === "object" && image !== null ? image : {}) as Properties;
    return readinessOf(declaration, (declaration["components"] ?? {}) as Properties);
}

/** Inputs say of a disk whose it is too, which a machine is none the different for. */
export function attachedDisks(inputs: Properties): readonly AttachedDisk[] {
    return ((inputs["disks"] ?? []) as readonly AttachedDisk[]).map(({ id, sizeBytes, format, readonly }) => ({
        id,
        sizeBytes,
        format,
        readonly,
    }));
}

/**
 * The part of the settings that a running machine was started with: another one means another start. Journals compare
 * its digest across versions of this package, so its form stays; a machine without disks, networks or user data has none in it. A name
 * on a network is no part of it: the other machines hear of another one while they run.
 */
export function startedWith(settings: MachineSettings): Properties {
    const { image, memoryBytes, cpus, ports, disks, networks, kernelArguments, userData, accelerator } = settings;
    const places = networks.map(({ group, subnet, address }) => ({ group, subnet, address }));
    return {
        image: image.digest,
        memoryBytes,
        cpus,
        ports: ports.map(({ guest, host, protocol, address }) => ({ guest, host, protocol, address })),
        kernelArguments,
        accelerator: accelerator ?? null,
        ...(disks.length === 0 ? {} : { disks }),
        ...(places.length === 0 ? {} : { networks: places }),
        ...(userData === undefined ? {} : { userData }),
    };
}
