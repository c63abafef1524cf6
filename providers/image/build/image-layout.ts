import { LinuxKitError } from "../../../sdk/assembly/error";
import { generatedDirectory } from "../tree/compose";
import { GENERATED_MTIME, contentOf } from "../tree/content";
import type { Entry, EntryStream } from "../tree/entry";

/** What LinuxKit leaves out of images: what Docker puts into each container, wherever it stands (B/image.go, exclude). */
const leftOut: readonly string[] = [".dockerenv", "Dockerfile", "dev/console", "etc/hostname"];

const generated = { uid: 0, gid: 0, mtime: GENERATED_MTIME };

const hosts = `127.0.0.1       localhost
::1     localhost ip6-localhost ip6-loopback
fe00::0 ip6-localnet
ff00::0 ip6-mcastprefix
ff02::1 ip6-allnodes
ff02::2 ip6-allrouters
`;

function file(path: string, text: string): Entry {
    return { ...generated, type: "file", path, mode: 0o644, content: contentOf(text) };
}

function link(path: string, target: string): Entry {
    return { ...generated, type: "symlink", path, mode: 0o777, target };
}

/** What LinuxKit makes itself in every image that it unpacks, whatever the image has there (B/image.go, touch and replace). */
const own: readonly Entry[] = [
    ...["dev", "dev/pts", "dev/shm", "etc"].map((path) => generatedDirectory(path)),
    file("etc/hosts", hosts),
    ...["proc", "sys"].map((path) => generatedDirectory(path)),
];
const mtab = link("etc/mtab", "/proc/mounts");

/** An image as the root of a container. */
export function asContainerRoot(entries: EntryStream): EntryStream {
    return laidOut(entries, [...own, file("etc/resolv.conf", "\n# no resolv.conf configured\n")]);
}

/** An image as a part of the machine's root, or as a volume; the name servers are known when the machine runs. */
export function asMachineRoot(entries: EntryStream): EntryStream {
    return laidOut(entries, [...own, link("etc/resolv.conf", "/run/resolvconf/resolv.conf")]);
}

/** The entries, with those of `fixed` in the place of the image's own, else at the end. */
async function* laidOut(entries: EntryStream, fixed: readonly Entry[]): EntryStream {
    const missing = new Map([...fixed, mtab].map((entry) => [entry.path, entry]));
    const replacements = new Map(fixed.map((entry) => [entry.path, entry]));
    for await (const entry of entries) {
        checkTarget(entry);
        if (!leftOut.includes(entry.path)) {
            missing.delete(entry.path);
            yield (
                replacements.get(entry.path) ??
                (entry.path === mtab.path ? { ...entry, mtime: GENERATED_MTIME } : entry)
            );
        }
    }
    yield* missing.values();
}

function checkTarget(entry: Entry): void {
    if (entry.type === "hardlink" && leftOut.includes(entry.target)) {
        const text = `/${entry.path} is another name for /${entry.target}, which LinuxKit leaves out of images: give it a content of its own`;
        throw new LinuxKitError("ImageInexpressible", text, { entry: entry.path, target: entry.target });
    }
}
