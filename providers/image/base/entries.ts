import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import type { DebianSource } from "../../../sdk/assembly/spec";
import { generatedDirectory } from "../tree/compose";
import { contentOf, GENERATED_MTIME } from "../tree/content";
import type { Entry } from "../tree/entry";
import { appletLinks } from "./applets";

/** The files ship beside the code, which is compiled into `dist/` at the package's root. */
const rootfs = path.join(__dirname, __filename.endsWith(".ts") ? "." : "../../../../providers/image/base", "rootfs");

const owner = { uid: 0, gid: 0, mtime: GENERATED_MTIME };

/** Where the init moves the root, and mounts what the kernel has to say. */
const mountPoints = ["dev", "mnt", "proc", "run", "sys", "tmp"];

/** A shell without a password, as busybox init starts it. */
const consoleShell = "::respawn:/usr/bin/busybox cttyhack /bin/sh -l\n";

/**
 * This project's init: its programs and settings, and the links that busybox is called by.
 * Scripts are told by their first line, so that what a checkout or an archive does to modes has no effect.
 */
export function baseEntries({ getty = false }: Pick<DebianSource, "getty">): readonly Entry[] {
    const names = readdirSync(rootfs, { recursive: true, encoding: "utf8", withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(rootfs, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
        .sort();
    return [
        ...mountPoints.map((name) => generatedDirectory(name, name === "tmp" ? 0o1777 : 0o755)),
        ...names.map((name) => fileEntry(name, getty)),
        ...Object.entries(appletLinks).map(([name, target]): Entry => ({
            ...owner,
            type: "symlink",
            path: name,
            mode: 0o777,
            target,
        })),
    ];
}

function fileEntry(name: string, getty: boolean): Entry {
    const shipped = readFileSync(path.join(rootfs, name));
    const bytes = getty && name === "etc/inittab" ? Buffer.concat([shipped, Buffer.from(consoleShell)]) : shipped;
    const mode = bytes.subarray(0, 2).toString() === "#!" ? 0o755 : 0o644;
    return { ...owner, type: "file", path: name, mode, content: contentOf(bytes) };
}
