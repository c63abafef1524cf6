import { flag, list, type Reader, text } from "../read/reader";
import { defaulted, optional, required, shape } from "../read/shape";
import type { RuntimeSpec } from "../spec";
import { absolutePath, rootPath, strings } from "./leaves";
import { runtimeMounts } from "./mounts";

const networkInterface = shape("an interface", {
    name: required(text(), 'the name of the interface, such as "wg0"'),
    add: defaulted(text(), ""),
    peer: defaulted(text(), ""),
    createInRoot: defaulted(flag, false),
});

const bindNamespaces = shape("bindNS", {
    cgroup: optional(absolutePath),
    ipc: optional(absolutePath),
    mnt: optional(absolutePath),
    net: optional(absolutePath),
    pid: optional(absolutePath),
    user: optional(absolutePath),
    uts: optional(absolutePath),
});

export const noRuntime: RuntimeSpec = {
    cgroups: [],
    mounts: [],
    mkdir: [],
    interfaces: [],
    bindNS: {},
    namespace: "",
};

/** LinuxKit's `runtime` section. */
export const runtime: Reader<RuntimeSpec> = shape("runtime", {
    cgroups: defaulted(strings, noRuntime.cgroups),
    mounts: defaulted(runtimeMounts, noRuntime.mounts),
    mkdir: defaulted(list(rootPath, "a list of paths"), noRuntime.mkdir),
    interfaces: defaulted(list(networkInterface, "a list of interfaces"), noRuntime.interfaces),
    bindNS: defaulted(bindNamespaces, noRuntime.bindNS),
    namespace: defaulted(text(), noRuntime.namespace),
});
