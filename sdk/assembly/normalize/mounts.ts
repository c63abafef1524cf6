import { type Findings, suggestion } from "../read/findings";
import { integer, list, oneOf, type Reader, text, refine } from "../read/reader";
import { defaulted, optional, required, shape } from "../read/shape";
import type { DeviceSpec, MountSpec } from "../spec";
import { idMappings } from "./id-mappings";
import { absolutePath, type Context, isAbsolutePath, mode, rootPath, strings } from "./leaves";

/** Where filesystems of these types are mounted when nothing else is said, as in LinuxKit. */
const usualDestinations: Readonly<Record<string, string>> = {
    proc: "/proc",
    devpts: "/dev/pts",
    sysfs: "/sys",
    cgroup: "/sys/fs/cgroup",
    mqueue: "/dev/mqueue",
};

const mountFields = {
    type: optional(text()),
    source: optional(text()),
    destination: optional(absolutePath),
    options: defaulted(strings, []),
    uidMappings: optional(idMappings),
    gidMappings: optional(idMappings),
} as const;

const mountArgs = shape("a mount", mountFields);

/** A mount with what is left out filled in as LinuxKit does. */
const mount: Reader<MountSpec> = refine(mountArgs, (given, path, findings) => {
    const fromSource = given.source !== undefined && Object.hasOwn(usualDestinations, given.source);
    const type = given.type ?? (fromSource ? given.source : given.destination === "/dev" ? "tmpfs" : undefined);
    if (type === undefined) {
        return findings.reject(
            `${path}.type`,
            'is required: the type of filesystem, such as "ext4", "tmpfs" or "bind"',
        );
    }
    const usual = Object.hasOwn(usualDestinations, type) ? usualDestinations[type] : undefined;
    const destination = given.destination ?? usual;
    if (destination === undefined) {
        return findings.reject(`${path}.destination`, "is required: the absolute path that it is mounted at");
    }
    return { ...given, type, source: given.source ?? type, destination };
});

export const mounts: Reader<readonly MountSpec[]> = list(mount, "a list of mounts");

/** Mounts of `runtime`, which LinuxKit hands on as they are: a remount has no type, and a relative path is one in the root. */
export const runtimeMounts: Reader<readonly MountSpec[]> = list(
    shape("a mount", {
        ...mountFields,
        type: defaulted(text(), ""),
        source: defaulted(text(), ""),
        destination: required(rootPath, "the path that it is mounted at"),
    }),
    "a list of mounts",
);

/** "source:destination[:options]", the source an absolute path or a volume. */
export function binds(context: Context): Reader<readonly string[]> {
    const bind = refine(
        text(
            { what: '"source:destination" or "source:destination:options", such as "/var/lib/redis:/data:rw"' },
            (value) => /^[^:]+:[^:]+(:[^:]+)?$/.test(value),
        ),
        (value, path, findings) => checkBind(value, path, findings, context),
    );
    return list(bind, "a list of bind mounts");
}

function checkBind(value: string, path: string, findings: Findings, context: Context): string | undefined {
    const [source = "", destination = ""] = value.split(":");
    if (!isAbsolutePath(destination)) {
        return findings.reject(
            path,
            `the destination ${JSON.stringify(destination)} must be an absolute path without ".."`,
        );
    }
    if (isAbsolutePath(source) || context.volumes.includes(source)) {
        return value;
    }
    const wanted = "must be an absolute path or the name of a volume";
    return findings.reject(
        path,
        `the source ${JSON.stringify(source)} ${wanted}${suggestion(source, context.volumes)}`,
    );
}

/** "destination[:options]". */
export const tmpfs: Reader<readonly string[]> = list(
    text(
        { what: '"destination" or "destination:options" with an absolute destination, such as "/tmp:size=64m"' },
        (value) => /^[^:]+(:[^:]+)?$/.test(value) && isAbsolutePath(String(value.split(":")[0])),
    ),
    "a list of tmpfs mounts",
);

const number = integer("a whole number from 0", 0, 2 ** 32 - 1);

const deviceArgs = shape("a device", {
    path: required(
        text({ what: 'an absolute path, or "all"' }, (value) => value === "all" || isAbsolutePath(value)),
        'an absolute path, such as "/dev/console", or "all"',
    ),
    type: required(oneOf(["a", "b", "c", "u", "p"]), '"c" for a character device, "b" for a block device'),
    major: optional(number),
    minor: optional(number),
    mode: optional(mode),
});

/** The path "all" stands for every device of the type, so it has no numbers. */
const device: Reader<DeviceSpec> = refine(deviceArgs, (given, path, findings) => {
    const { major, minor, mode: permissions } = given;
    if (given.path === "all") {
        return { ...given, major: 0, minor: 0, mode: "0666" };
    }
    if (major === undefined || minor === undefined || permissions === undefined) {
        const missing = Object.entries({ major, minor, mode: permissions }).filter(([, each]) => each === undefined);
        return findings.reject(
            path,
            `needs ${missing.map(([name]) => name).join(", ")}, such as major: 5, minor: 1, mode: "0666"`,
        );
    }
    return { path: given.path, type: given.type, major, minor, mode: permissions };
});

export const devices: Reader<readonly DeviceSpec[]> = list(device, "a list of devices");
