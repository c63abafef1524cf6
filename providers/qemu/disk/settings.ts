import { parseBytes } from "../../../sdk/assembly/units";
import type { Identity, Properties } from "../../lifecycle/handler";
import type { DiskFormat } from "../settings";

/** The inputs of a disk, checked and with every default filled in. */
export interface DiskSettings {
    readonly identity: Identity;
    readonly sizeBytes: number;
    readonly format: DiskFormat;
    /** Id of the disk of this host that it is to go on with. */
    readonly adoptedId?: string;
}

export const defaultFormat: DiskFormat = "raw";

/** Reads what `check` has let through. */
export function readDisk(inputs: Properties): DiskSettings {
    const adoptedId = adoptedIdOf(inputs);
    return {
        identity: inputs["identity"] as Identity,
        sizeBytes: parseBytes(inputs["size"] as string),
        format: (inputs["format"] ?? defaultFormat) as DiskFormat,
        ...(adoptedId === undefined ? {} : { adoptedId }),
    };
}

export function adoptedIdOf({ adopt }: Properties): string | undefined {
    return (adopt as { readonly id?: string } | undefined)?.id;
}
