import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, writeFileSync } from "node:fs";

import { writeCpio } from "../../../../providers/image/cpio";
import { readInitrd } from "../../../../providers/image/initrd/read";
import { contentOf } from "../../../../providers/image/tree/content";
import type { Entry } from "../../../../providers/image/tree/entry";
import { collect } from "../../codec/collect";

const PATIENCE_MS = 240_000;

/** Mounts the second disk and tells of it, then runs the first as the root, its writes kept in memory. */
const script = (fileSystem: string) => `#!/usr/bin/busybox sh
export PATH=/usr/bin
busybox mkdir -p /proc /lower /upper /merged /second /dev
busybox mount -t proc proc /proc
busybox mount -t devtmpfs dev /dev
for module in virtio_blk ${fileSystem} overlay; do busybox modprobe $module; done
busybox mount -t ${fileSystem} -o ro /dev/vdb /second
cd /second
busybox find . -exec busybox stat -c 'S|%n|%f|%u|%g|%Y|%t|%T' {} +
busybox find . -type f -exec busybox sha256sum {} + | busybox sed 's/^/C|/'
for link in $(busybox find . -type l); do echo "L|$link|$(busybox readlink $link)"; done
cd /
busybox umount /second
busybox mount -t ${fileSystem} -o ro /dev/vda /lower
busybox mount -t tmpfs upper /upper
busybox mkdir /upper/files /upper/work
busybox mount -t overlay -o lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work root /merged
echo "mounted $(busybox grep -c /lower /proc/mounts)"
busybox umount /proc
exec busybox switch_root /merged /init
`;

/** The smallest initrd that mounts: busybox and the modules of an image, and the script. */
export async function writeSmallInitrd(imageInitrd: string, fileSystem: string, path: string): Promise<void> {
    const entries: Entry[] = [];
    for await (const entry of readInitrd(createReadStream(imageInitrd))) {
        const header = { path: entry.name, mode: entry.mode & 0o7777, uid: 0, gid: 0, mtime: 0 };
        if (
            /^(usr|usr\/bin|usr\/lib|usr\/lib\/modules(\/.*)?)$/u.test(entry.name) &&
            (entry.mode & 0o170000) === 0o040000
        ) {
            entries.push({ ...header, type: "directory" });
        } else if (/^usr\/(bin\/busybox|lib\/modules\/.*)$/u.test(entry.name)) {
            entries.push({ ...header, type: "file", content: contentOf(await collect(entry.chunks())) });
        }
    }
    const unique = new Map(entries.map((entry) => [entry.path, entry]));
    const links = ["lib", "bin"].map((name): Entry => ({ ...plain(name), type: "symlink", target: `usr/${name}` }));
    const init: Entry = { ...plain("init"), mode: 0o755, type: "file", content: contentOf(script(fileSystem)) };
    async function* all() {
        yield* [...unique.values(), ...links, init];
    }
    writeFileSync(path, await collect(writeCpio(all())));
}

const plain = (path: string) => ({ path, mode: 0o777, uid: 0, gid: 0, mtime: 0 });

export interface Guest {
    readonly kernel: string;
    readonly initrd: string;
    readonly disks: readonly string[];
}

/** Boots, and gives back what the console said up to the pattern. */
export async function consoleOf({ kernel, initrd, disks }: Guest, pattern: RegExp): Promise<string> {
    const drives = disks.flatMap((file) => ["-drive", `if=virtio,format=raw,readonly=on,file=${file}`]);
    const child = spawn(
        "qemu-system-x86_64",
        [
            ...["-machine", "q35", "-accel", "tcg", "-cpu", "max,-cx16", "-smp", "1", "-m", "768"],
            ...["-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio", ...drives],
            ...["-kernel", kernel, "-initrd", initrd],
            ...["-append", "console=ttyS0 quiet mitigations=off panic=-1"],
        ],
        { stdio: ["ignore", "pipe", "inherit"] },
    );
    const over = new Promise((resolve) => child.once("exit", resolve));
    const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    let text = "";
    child.stdout.setEncoding("utf8");
    for await (const chunk of child.stdout) {
        text += String(chunk);
        if (pattern.test(text)) {
            break;
        }
    }
    clearTimeout(timer);
    child.kill("SIGKILL");
    await over;
    if (!pattern.test(text)) {
        throw new Error(`the machine ended before ${String(pattern)}:\n${text.slice(-4000)}`);
    }
    return text.replaceAll("\r", "");
}

const TYPES: Readonly<Record<Exclude<Entry["type"], "hardlink">, number>> = {
    file: 0o100000,
    directory: 0o040000,
    symlink: 0o120000,
    character: 0o020000,
    block: 0o060000,
    fifo: 0o010000,
};

/** The lines that the script prints of entries; `late` replaces, a hard link has what its target had then. */
export async function expectedLines(entries: readonly Entry[]): Promise<string[]> {
    const found = new Map<string, Exclude<Entry, { type: "hardlink" }>>();
    for (const entry of entries) {
        const node = entry.type === "hardlink" ? found.get(entry.target) : entry;
        if (node !== undefined) {
            found.set(entry.path, node);
        }
    }
    const lines: string[] = [];
    for (const [path, node] of found) {
        const mode = (TYPES[node.type] | node.mode).toString(16);
        const numbers = "major" in node ? [node.major, node.minor] : [0, 0];
        const device = numbers.map((number) => number.toString(16)).join("|");
        lines.push(`S|./${path}|${mode}|${node.uid}|${node.gid}|${node.mtime}|${device}`);
        if (node.type === "file") {
            const digest = createHash("sha256")
                .update(await collect(node.content.chunks()))
                .digest("hex");
            lines.push(`C|${digest}  ./${path}`);
        } else if (node.type === "symlink") {
            lines.push(`L|./${path}|${node.target}`);
        }
    }
    return lines.toSorted();
}
