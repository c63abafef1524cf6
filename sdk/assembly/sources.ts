import type { Input } from "@pulumi/pulumi";
import type { FolderRootSource } from "./source-args";

/**
 * A folder of the building machine as a root filesystem: its files, modes and symbolic links. Its content is hashed, so a
 * change shows in the preview.
 * @param path relative to the program's folder, or absolute
 */
export function folder(path: Input<string>): FolderRootSource {
    return { type: "folder", path };
}
