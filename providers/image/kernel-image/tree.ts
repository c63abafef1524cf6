import { LinuxKitError } from "../../../sdk/assembly/error";
import type { KernelSpec } from "../../../sdk/assembly/spec";
import { readTar } from "../archive";
import { generatedDirectory } from "../tree/compose";
import { collectBytes } from "../tree/content";
import type { Entry, EntryStream, FileEntry } from "../tree/entry";
import { findFile } from "./files";

export interface KernelTreeOptions {
    /** Whether an init has /lib as a link into /usr, as Debian's have, so that modules must lie there. */
    readonly isUsrMerged: boolean;
}

/** LinuxKit's name for it. */
export const KERNEL_TAR = "kernel.tar";
const BUILTIN = /^(?:usr\/)?lib\/modules\/[^/]+\/modules\.builtin$/;
const BUILTIN_LIMIT_BYTES = 4 << 20;
/** Folders that a merged /usr has links in the place of. */
const merged: readonly string[] = ["bin", "lib", "lib64", "sbin"];

/**
 * What a kernel's image brings to the machine's root: the entries of its tar, less those in `boot`, which the machine was
 * booted from; B/output.go leaves them out of the initrd too.
 * @throws LinuxKitError KernelImage where the image has no such tar, ArchiveRefused
 */
export async function* kernelTree(
    { tar = KERNEL_TAR }: KernelSpec,
    open: () => EntryStream,
    { isUsrMerged }: KernelTreeOptions,
): EntryStream {
    yield generatedDirectory("boot");
    if (tar === "none") {
        return;
    }
    let isFound = false;
    for await (const file of findFile(open, tar)) {
        isFound = true;
        for await (const entry of readTar(file.content.chunks(), { devices: true })) {
            if (entry.path !== "boot" && !entry.path.startsWith("boot/")) {
                yield isUsrMerged ? inUsr(entry) : entry;
            }
        }
    }
    if (!isFound) {
        const text = `the kernel's image has no file ${tar}: set tar to the path of the tar with its modules, or to "none"`;
        throw new LinuxKitError("KernelImage", text, { path: tar, key: "tar" });
    }
}

/** A kernel's list of what is built in that could have been a module, where the tar of its image has one. */
export async function readBuiltin(tar: FileEntry): Promise<string | undefined> {
    let found: string | undefined;
    for await (const entry of readTar(tar.content.chunks(), { devices: true })) {
        if (BUILTIN.test(entry.path) && entry.type === "file" && entry.content.sizeBytes <= BUILTIN_LIMIT_BYTES) {
            found = (await collectBytes(entry.content)).toString();
        }
    }
    return found;
}

function inUsr(entry: Entry): Entry {
    const path = usrPath(entry.path);
    return entry.type === "hardlink" ? { ...entry, path, target: usrPath(entry.target) } : { ...entry, path };
}

function usrPath(path: string): string {
    return merged.includes(path.split("/", 1)[0] ?? "") ? `usr/${path}` : path;
}
