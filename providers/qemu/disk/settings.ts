import { parseBytes } from "../../../sdk/assembly/units";
import type { Identity, Properties } from "../../lifecycle/handler";
import type { DiskFormat } from "../settings";

/** The inputs of a disk, checked and with every default filled in. */
export interface DiskSettings {
    readonly identity: Identity;
    readonly sizeBytes: number;
    readonly format: DiskFormat;
}

export const defaultFormat: DiskFormat = "raw";

/** Reads what `check` has let through. */
export function readDisk(inputs: Properties): DiskSettings {
    return {
        identity: inputs["identity"] as Identity,
        sizeBytes: parseBytes(inputs["size"] as string),
        format: (inputs["format"] ?? defaultFormat) as DiskFormat,
    };
}
