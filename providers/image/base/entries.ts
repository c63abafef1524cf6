import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import type { DebianSource } from "../../../sdk/assembly/spec";
import { generatedDirectory } from "../tree/compose";
import { contentOf, GENERATED_MTIME } from "../tree/content";
import type { Entry } from "../tree/entry";
import { appletLinks } from "./applets";

/** The files ship beside the code, which is compiled into `dist/` at the package's root. */
const shipped = path.join(__dirname, __filename.endsWith(".ts") ? "." : "../../../../providers/image/base");

const owner = { uid: 0, gid: 0, mtime: GENERATED_MTIME };

/** Where the init moves the root, and mounts what the kernel has to say. */
const mountPoints = ["dev", "mnt", "proc", "run", "sys", "tmp"];

/** A shell without a password, as busybox init starts it. */
const consoleShell = "::respawn:/usr/bin/busybox cttyhack /bin/sh -l\n";

/**
 * This project's init: its programs and settings, and the links that busybox is called by; what goes with containerd
 * only where that runs the services.
 */
export function baseEntries({ getty = false, runtime }: Pick<DebianSource, "getty" | "runtime">): readonly Entry[] {
    const files = ["rootfs", ...(runtime === "containerd" ? ["containerd"] : [])].flatMap(filesBelow);
    return [
        ...mountPoints.map((name) => generatedDirectory(name, name === "tmp" ? 0o1777 : 0o755)),
        ...files.map(({ name, bytes }) => fileEntry(name, bytes, getty)),
        ...Object.entries(appletLinks).map(([name, target]): Entry => ({
            ...owner,
            type: "symlink",
            path: name,
            mode: 0o777,
            target,
        })),
    ];
}

interface ShippedFile {
    /** In the image. */
    readonly name: string;
    readonly bytes: Buffer;
}

function filesBelow(part: string): readonly ShippedFile[] {
    const folder = path.join(shipped, part);
    return readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
        .sort()
        .map((name) => ({ name, bytes: readFileSync(path.join(folder, name)) }));
}

/** Scripts are told by their first line, so that what a checkout or an archive does to modes has no effect. */
function fileEntry(name: string, shippedBytes: Buffer, getty: boolean): Entry {
    const isConsole = getty && name === "etc/inittab";
    const bytes = isConsole ? Buffer.concat([shippedBytes, Buffer.from(consoleShell)]) : shippedBytes;
    const mode = bytes.subarray(0, 2).toString() === "#!" ? 0o755 : 0o644;
    return { ...owner, type: "file", path: name, mode, content: contentOf(bytes) };
}
