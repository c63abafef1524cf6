import type { Architecture } from "../../../sdk/assembly/spec";
import type { Identity } from "../../lifecycle/handler";
import type { ProcessIdentity } from "../../lifecycle/process";
import type { AttachedNetwork } from "../network/attached";
import type { AttachedDisk, Port } from "../settings";

/**
 * What this host knows of a machine. It holds no input but the ports, disks and networks: an input may be a secret, so the
 * rest stands in `digest`, an HMAC with a key of this host.
 */
export interface MachineEntry {
    readonly version: 1;
    /** The machine's id in state, and QEMU's `-uuid`. */
    readonly id: string;
    readonly identity: Identity;
    readonly architecture: Architecture;
    /** Of the settings that the machine is to have. */
    readonly digest: string;
    readonly ports: readonly Port[];
    /** Disks it is to have; absent: none. */
    readonly disks?: readonly AttachedDisk[];
    /** Networks it is to be on; absent: none. */
    readonly networks?: readonly AttachedNetwork[];
    /** The provider process that last worked on it. */
    readonly worker: ProcessIdentity;
    /** Its work, until that is done; what is left here by a dead worker was cut off. */
    readonly attempt?: "create" | "update" | "delete";
    /** The start of QEMU that was last tried. */
    readonly start?: MachineStart;
}

export interface MachineStart {
    /** Of the settings it was started with. */
    readonly digest: string;
    /** Size of the console's file before it. */
    readonly consoleOffset: number;
    /** Absent between the start and its record. */
    readonly process?: ProcessIdentity;
}

/** `redis` of `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/linuxkit/qemu:Machine::redis`. */
export function nameOf(identity: Pick<Identity, "urn">): string {
    return identity.urn.slice(identity.urn.lastIndexOf("::") + 2);
}

export function isSameStack(one: Identity, other: Identity): boolean {
    return one.stack === other.stack && one.project === other.project && one.organization === other.organization;
}

export function sameIdentity(one: Identity, other: Identity): boolean {
    return one.urn === other.urn && one.organization === other.organization;
}
