import type { ContainerArgs } from "./container-args";
import { LinuxKitError } from "./error";
import type { DebianArchiveArgs } from "./source-args";

/** Options of `persistentDisk()`. */
export interface PersistentDiskArgs extends DebianArchiveArgs {
    /** Label of the filesystem, 1 to 16 letters, digits, ".", "_" and "-": it is what a disk is found by. */
    readonly label: string;
    /** Absolute path that it is mounted at, on the machine: "/var/lib/redis". Containers bind it from there. */
    readonly path: string;
    /**
     * The only block device to look at: "/dev/vdb".
     * @default every disk and partition, in the order of their names
     */
    readonly device?: string;
    /**
     * Name of the container; each needs its own where there are several.
     * @default "persistent-disk"
     */
    readonly name?: string;
}

/**
 * An `onboot` container that mounts the ext4 filesystem of a label, grown to the size of its disk. Where no disk has it, the
 * first disk that is empty is formatted; a disk with anything on it never is. On AWS, which attaches a volume to a machine that
 * runs already, it waits up to two minutes for one. Stands for LinuxKit's format, extend and mount packages. It runs the
 * machine's busybox, so it needs `debian.base()`.
 * @throws LinuxKitError `invalid-persistent-disk` when the label, the path or the device is none
 */
export function persistentDisk({
    name = "persistent-disk",
    label,
    path,
    device,
    ...archive
}: PersistentDiskArgs): ContainerArgs {
    requireForm("label", label, /^[A-Za-z0-9._-]{1,16}$/, 'the label of a filesystem, such as "data"');
    requireForm(
        "path",
        path,
        /^(\/(?!\.{1,2}(\/|$))[^/:\0]+)+$/,
        'an absolute path without ":", such as "/var/lib/redis"',
    );
    requireForm("device", device ?? "/dev/vda", /^\/dev\/[a-z0-9]+$/, 'a block device, such as "/dev/vdb"');
    return {
        name,
        image: {
            type: "debian",
            role: "rootfs",
            packages: ["e2fsprogs"],
            component: "persistent-disk",
            ...archive,
        },
        command: ["/persistent-disk", label, path, ...(device === undefined ? [] : [device])],
        capabilities: ["CAP_SYS_ADMIN", "CAP_SYS_RESOURCE"],
        binds: ["/dev:/dev", `${path}:${path}:rshared,rbind`, "/usr/bin/busybox:/usr/bin/busybox:ro"],
        devices: [{ path: "all", type: "b" }],
        rootfsPropagation: "shared",
        runtime: { mkdir: [path] },
    };
}

function requireForm(property: string, value: unknown, form: RegExp, what: string): void {
    if (typeof value !== "string" || !form.test(value)) {
        throw new LinuxKitError(
            "invalid-persistent-disk",
            `persistentDisk(): ${property} must be ${what}, not ${JSON.stringify(value)}`,
            { property },
        );
    }
}
