import { capabilityNames } from "../../../sdk/assembly/data/capabilities";
import { LinuxKitError } from "../../../sdk/assembly/error";
import type { ContainerSpec } from "../../../sdk/assembly/spec";
import type { ContainerContext } from "./context";
import { nonEmpty, type Json } from "./go-json";

/** `specs.Process` of the OCI runtime specification. */
export function ociProcess(spec: ContainerSpec, context: ContainerContext): Json {
    const image = context.imageConfig;
    return {
        user: {
            uid: id(spec, "uid", spec.uid, context.users),
            gid: id(spec, "gid", spec.gid, context.groups),
            additionalGids: nonEmpty(
                spec.additionalGids.map((each) => id(spec, "additionalGids", each, context.groups)),
            ),
        },
        args: nonEmpty(spec.command ?? image?.command ?? []),
        env: nonEmpty(spec.env ?? image?.env ?? []),
        cwd: spec.cwd || image?.cwd || "/",
        capabilities: ociCapabilities(spec),
        rlimits: nonEmpty(spec.rlimits.map(ociRlimit)),
        noNewPrivileges: spec.noNewPrivileges || undefined,
        oomScoreAdj: spec.oomScoreAdj === 0 && !isGiven(spec, "oomScoreAdj") ? undefined : spec.oomScoreAdj,
    };
}

/** Known of images alone: there a score of 0 is set, where otherwise that of who starts the container stays. */
function isGiven({ given = [] }: ContainerSpec, key: string): boolean {
    return given.includes(key);
}

function id(spec: ContainerSpec, key: string, value: number | string, named: Readonly<Record<string, number>>): number {
    if (typeof value === "number") {
        return value;
    }
    if (value === "" || value === "root") {
        return 0;
    }
    const found = Object.hasOwn(named, value) ? named[value] : undefined;
    if (found === undefined) {
        const message = `${spec.name}.${key}: ${JSON.stringify(value)} is neither a container of this assembly nor in its image's /etc/passwd or /etc/group: use a number, or declare it in that file`;
        throw new LinuxKitError("unknown-id", message, { container: spec.name, key, value });
    }
    return found;
}

/** Every capability a container starts with, for what depends on them. */
export function containerCapabilities(spec: ContainerSpec): readonly string[] {
    return [...new Set([...expand(spec.capabilities), ...expand(spec.ambient)])].sort();
}

/** As LinuxKit writes it: `effective` keeps the declared order and lacks the ambient ones. */
function ociCapabilities(spec: ContainerSpec): Json {
    const bounding = nonEmpty(containerCapabilities(spec));
    return {
        bounding,
        effective: nonEmpty(expand(spec.capabilities)),
        inheritable: bounding,
        permitted: bounding,
        ambient: nonEmpty(expand(spec.ambient)),
    };
}

function expand(capabilities: readonly string[]): readonly string[] {
    const [only] = capabilities;
    if (capabilities.length !== 1 || only === undefined) {
        return capabilities;
    }
    return { none: [], all: capabilityNames }[only.toLowerCase()] ?? capabilities;
}

/** "nofile,1024,unlimited": RLIM_INFINITY is all ones, more than a double holds. */
function ociRlimit(text: string): Json {
    const [name = "", soft = "", hard = ""] = text.split(",").map((part) => part.trim());
    const type = name.toUpperCase();
    const amount = (value: string) => (value.toLowerCase() === "unlimited" ? 2n ** 64n - 1n : BigInt(value));
    return { type: type.startsWith("RLIMIT_") ? type : `RLIMIT_${type}`, hard: amount(hard), soft: amount(soft) };
}
