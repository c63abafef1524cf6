import type { Identity } from "../../lifecycle/handler";
import type { ProcessIdentity } from "../../lifecycle/process";
import type { DiskFormat } from "../settings";

/** What this host knows of a disk. */
export interface DiskEntry {
    readonly version: 1;
    /** The disk's id in state, the name of its file, and its serial number in a machine. */
    readonly id: string;
    readonly identity: Identity;
    readonly format: DiskFormat;
    /** What it is to have, in bytes. */
    readonly sizeBytes: number;
    /** The provider process that last worked on it. */
    readonly worker: ProcessIdentity;
    /** Its work, until that is done; what is left here by a dead worker was cut off. */
    readonly attempt?: "create" | "update" | "delete";
}
