import { generatedDirectory } from "../tree/compose";
import { GENERATED_MTIME, contentOf } from "../tree/content";
import type { Entry, EntryStream } from "../tree/entry";

const generated = { uid: 0, gid: 0, mtime: GENERATED_MTIME };
const directories = ["dev", "dev/pts", "dev/shm", "etc", "proc", "sys"].map((path) => generatedDirectory(path));

function file(path: string, text: string): Entry {
    return { ...generated, type: "file", path, mode: 0o644, content: contentOf(text) };
}

function link(path: string, target: string): Entry {
    return { ...generated, type: "symlink", path, mode: 0o777, target };
}

/** What LinuxKit gives to every container's root filesystem: where things are mounted, and files that programs count on. */
const containerEntries: readonly Entry[] = [
    ...directories,
    file("etc/hosts", "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n"),
    file("etc/resolv.conf", ""),
    link("etc/mtab", "/proc/mounts"),
];

/** And to the machine's own. */
const initEntries: readonly Entry[] = [
    ...directories,
    generatedDirectory("boot"),
    generatedDirectory("containers"),
    generatedDirectory("root", 0o700),
    generatedDirectory("run"),
    generatedDirectory("tmp", 0o1777),
    generatedDirectory("var"),
    link("etc/mtab", "/proc/mounts"),
];
const resolvConf = link("etc/resolv.conf", "/run/resolvconf/resolv.conf");

export function withContainerMountPoints(entries: EntryStream): EntryStream {
    return completed(entries, containerEntries);
}

/** The name servers are known when the machine runs: LinuxKit's link replaces whatever a package brought. */
export async function* withInitMountPoints(entries: EntryStream): EntryStream {
    async function* rest() {
        for await (const entry of entries) {
            if (entry.path !== resolvConf.path) {
                yield entry;
            }
        }
    }
    yield* completed(rest(), [...initEntries, resolvConf]);
}

/** `entries`, then those of `wanted` that were not among them. */
async function* completed(entries: EntryStream, wanted: readonly Entry[]): EntryStream {
    const missing = new Map(wanted.map((entry) => [entry.path, entry]));
    for await (const entry of entries) {
        missing.delete(entry.path);
        yield entry;
    }
    yield* missing.values();
}
