import { capabilityNames } from "../data/capabilities";
import { rlimitNames } from "../data/rlimits";
import { alternatives, suggestion } from "../read/findings";
import { flag, integer, list, oneOf, type Reader, record, text, refine } from "../read/reader";
import { defaulted, optional } from "../read/shape";
import { idMappings } from "./id-mappings";
import { absolutePath, command, type Context, processIdentity, isAbsolutePath, paths, secretText } from "./leaves";
import { binds, devices, mounts, tmpfs } from "./mounts";
import { resources } from "./resources";
import { noRuntime, runtime } from "./runtime";

/** "all" or "none" alone stand for a whole list, as in LinuxKit. */
const capabilities: Reader<readonly string[]> = refine(
    list(text(), 'a list of capabilities, such as ["CAP_NET_ADMIN"], or ["all"]'),
    (names, path, findings) => {
        if (names.length === 1 && names[0]?.toLowerCase() === "all") {
            return capabilityNames;
        }
        if (names.length === 1 && names[0]?.toLowerCase() === "none") {
            return [];
        }
        const known: readonly string[] = capabilityNames;
        for (const [index, name] of names.entries()) {
            if (!known.includes(name)) {
                const full = known.find((each) => each === `CAP_${name.toUpperCase()}`);
                const hint = full === undefined ? suggestion(name, known) : `; write ${JSON.stringify(full)}`;
                findings.reject(`${path}[${index}]`, `${JSON.stringify(name)} is no capability of Linux${hint}`);
            }
        }
        return names.every((name) => known.includes(name)) ? names : undefined;
    },
);

const variable = text({ what: '"NAME=value"', secret: true }, (value) => /^[^=\0]+=[^\0]*$/.test(value));

/** A namespace: the machine's, a new one, or one that is bound to a path. */
function namespace(...words: readonly string[]): Reader<string> {
    const what = `${alternatives(words)}, or the absolute path of a namespace`;
    return text({ what }, (value) => words.includes(value) || isAbsolutePath(value));
}

const hostname = text({ what: 'a host name of letters, digits, "-" and ".", such as "redis-1"' }, (value) =>
    /^(?=.{1,64}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/.test(value),
);

const propagations = [
    "private",
    "slave",
    "shared",
    "unbindable",
    "rprivate",
    "rslave",
    "rshared",
    "runbindable",
] as const;

const sysctlName = text({ what: 'the name of a kernel setting, such as "net.core.somaxconn"' }, (value) =>
    /^[A-Za-z0-9_-]+([./][A-Za-z0-9_-]+)+$/.test(value),
);

const rlimit: Reader<string> = refine(
    text({ what: '"name,soft,hard" with numbers or "unlimited", such as "nofile,1024,unlimited"' }, (value) =>
        /^\s*\w+\s*,\s*(\d+|unlimited)\s*,\s*(\d+|unlimited)\s*$/i.test(value),
    ),
    (value, path, findings) => {
        const name = String(value.split(",")[0])
            .trim()
            .toLowerCase()
            .replace(/^rlimit_/, "");
        return rlimitNames.includes(name)
            ? value
            : findings.reject(path, `${JSON.stringify(name)} is no resource limit${suggestion(name, rlimitNames)}`);
    },
);

const independent = {
    command: optional(command),
    env: optional(list(variable, 'a list of "NAME=value"')),
    cwd: optional(absolutePath),
    capabilities: defaulted(capabilities, []),
    ambient: defaulted(capabilities, []),
    mounts: defaulted(mounts, []),
    devices: defaulted(devices, []),
    tmpfs: defaulted(tmpfs, []),
    net: defaulted(namespace("host", "root", "new", "none"), "host"),
    pid: defaulted(namespace("host", "root", "new"), "new"),
    ipc: defaulted(namespace("host", "root", "new"), "host"),
    uts: defaulted(namespace("host", "root", "new"), "host"),
    userns: defaulted(namespace("host", "root", "new"), "host"),
    readonly: defaulted(flag, false),
    maskedPaths: defaulted(paths, []),
    readonlyPaths: defaulted(paths, []),
    uid: defaulted(processIdentity, 0),
    gid: defaulted(processIdentity, 0),
    additionalGids: defaulted(list(processIdentity, "a list of groups"), []),
    noNewPrivileges: defaulted(flag, false),
    hostname: defaulted(hostname, ""),
    oomScoreAdj: defaulted(integer("a whole number from -1000 to 1000", -1000, 1000), 0),
    rootfsPropagation: defaulted<string>(oneOf(propagations), ""),
    cgroupsPath: defaulted(absolutePath, ""),
    resources: defaulted(resources, {}),
    sysctl: defaulted(record(secretText, sysctlName), {}),
    rlimits: defaulted(list(rlimit, "a list of resource limits"), []),
    uidMappings: defaulted(idMappings, []),
    gidMappings: defaulted(idMappings, []),
    annotations: defaulted(record(secretText), {}),
    runtime: defaulted(runtime, noRuntime),
    seccomp: defaulted(oneOf(["default", "unconfined"]), "unconfined"),
} as const;

/** Keys that an image's label may hold too, but for those of `runtime`, which LinuxKit takes one by one. */
export const labelKeys: readonly string[] = [...Object.keys(independent), "binds"].filter(
    (key) => key !== "seccomp" && key !== "runtime",
);

/** LinuxKit's keys, less `name`, which the component's key holds, and `image`, which depends on the section. */
export function containerFields(context: Context) {
    return {
        ...independent,
        "capabilities.add": optional(capabilities),
        binds: defaulted(binds(context), []),
        "binds.add": optional(binds(context)),
    };
}
