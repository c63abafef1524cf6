import { defaultStateDirectory } from "../lifecycle/state-directory";
import { diskPath } from "../qemu/disk/path";
import type { DiskFormat } from "../qemu/settings";

/** Where this user of this host has a disk: the program tells it, since state holds no path. */
export function pathOfDisk(id: string, format: DiskFormat): string {
    return diskPath(defaultStateDirectory(process.env), { id, format });
}
