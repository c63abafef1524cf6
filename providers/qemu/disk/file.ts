import { execFile } from "node:child_process";
import { type FileHandle, open, rename, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { makeDirectory } from "../journal/files";
import type { DiskFormat } from "../settings";
import { draftOf } from "./journal";

/** A disk's own file, or the one that is to be. */
interface DiskFile {
    readonly path: string;
    readonly format: DiskFormat;
}

/** Path of `qemu-img`. */
export type FindQemuImg = () => Promise<string>;

/** Size that a machine sees, in bytes; undefined when there is no file. */
export async function diskSize({ path, format }: DiskFile): Promise<number | undefined> {
    const handle = await openIfThere(path);
    try {
        return format === "raw" ? (await handle?.stat())?.size : handle && (await qcow2Size(handle, path));
    } finally {
        await handle?.close();
    }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
    try {
        return await open(path);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") {
            return undefined;
        }
        throw error;
    }
}

/** docs/interop/qcow2.rst of QEMU: the magic at 0, the virtual size at 24, both big-endian. */
async function qcow2Size(handle: FileHandle, path: string): Promise<number> {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(32), 0, 32, 0);
    if (bytesRead < buffer.length || buffer.readUInt32BE(0) !== 0x514649fb) {
        throw new LinuxKitError("disk-damaged", `${path} is no qcow2 file any more: put it back from a copy`, { path });
    }
    return Number(buffer.readBigUInt64BE(24));
}

/** A new disk of zeros that takes no room until it is written to; whole from the first moment. */
export async function makeDisk({ path, format }: DiskFile, sizeBytes: number, findQemuImg: FindQemuImg): Promise<void> {
    await makeDirectory(dirname(path));
    const draft = draftOf(path);
    const handle = await open(draft, "w", 0o600);
    try {
        await handle.truncate(format === "raw" ? sizeBytes : 0);
    } finally {
        await handle.close();
    }
    if (format === "qcow2") {
        await run(await findQemuImg(), ["create", "-q", "-f", "qcow2", draft, String(sizeBytes)]);
    }
    await rename(draft, path);
}

/** Adds zeros at its end. QEMU sees a larger raw file when it is started again. */
export async function growDisk({ path, format }: DiskFile, sizeBytes: number, findQemuImg: FindQemuImg): Promise<void> {
    await (format === "raw"
        ? truncate(path, sizeBytes)
        : run(await findQemuImg(), ["resize", "-q", "-f", "qcow2", path, String(sizeBytes)]));
}

async function run(program: string, args: readonly string[]): Promise<void> {
    try {
        await promisify(execFile)(program, args);
    } catch (cause) {
        const { stderr = "", message } = cause as { readonly stderr?: string; readonly message: string };
        throw new LinuxKitError(
            "qemu-img-failed",
            `qemu-img ${args[0]} failed: ${stderr.trim() === "" ? message : stderr.trim()}`,
            { program },
            { cause },
        );
    }
}
