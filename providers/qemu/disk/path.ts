import { join } from "node:path";
import type { DiskFormat } from "../settings";

export const disksFolder = "disks";

/** The disk's own file. */
export function diskPath(stateDirectory: string, { id, format }: { id: string; format: DiskFormat }): string {
    return join(stateDirectory, disksFolder, `${id}.${format}`);
}
