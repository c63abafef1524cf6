import type { Section } from "./declaration";

/** What the name of a component may be, as a pattern and in words. */
interface NameRule {
    readonly pattern: RegExp;
    readonly form: string;
}

/** LinuxKit's own rule for volumes. No leading "-": programs would take it for an option. */
const plain: NameRule = {
    pattern: /^[a-z0-9_][a-z0-9_-]{0,62}$/,
    form: 'a name of at most 63 lower-case letters, digits, "_" and "-", such as "redis"',
};

/** An id of runc's and crun's, less what an overlay's options and a shell's words are parted by. */
const runOnce: NameRule = {
    pattern: /^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,75}$/,
    form: 'a name of at most 76 letters, digits, "_", ".", "+" and "-", beginning with one of the first three, such as "dhcp"',
};

/** An id of containerd's (pkg/identifiers), which runs LinuxKit's services and takes the least of all. */
const service: NameRule = {
    pattern: /^(?=.{1,76}$)[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/,
    form: 'a name of at most 76 letters and digits, joined by one "_", "." or "-" each, such as "redis"',
};

const rules: Readonly<Record<Exclude<Section, "kernel" | "files">, NameRule>> = {
    init: plain,
    volumes: plain,
    onboot: runOnce,
    onshutdown: runOnce,
    services: service,
};

/** Files that the kernel puts beside a service's control group (cgroup-v2.rst, "Interface files") begin so. */
const controlFile = /^(?:cgroup|cpu|cpuset|dmem|hugetlb|io|irq|memory|misc|pids|rdma)\./;

/** Why a component cannot have a name; undefined when it can. */
export function nameProblem(section: Section, name: string): string | undefined {
    if (section === "kernel" || section === "files") {
        return undefined;
    }
    const { pattern, form } = rules[section];
    if (!pattern.test(name)) {
        return `must be ${form}, not ${JSON.stringify(name)}`;
    }
    const reserved = section === "services" ? controlFile.exec(name)?.[0] : undefined;
    return reserved === undefined
        ? undefined
        : `must not begin with ${JSON.stringify(reserved)}, as the kernel's own files beside the service's control group do; it is ${JSON.stringify(name)}`;
}

/** The name of a container or of an account, where a number would be another thing. */
export function isAccountName(name: string): boolean {
    return runOnce.pattern.test(name) && !/^\d+$/.test(name);
}
