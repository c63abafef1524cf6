import type {
    BlockIOSpec,
    ContainerSpec,
    DeviceRuleSpec,
    DeviceSpec,
    ResourcesSpec,
    ThrottleSpec,
} from "../../../sdk/assembly/spec";
import type { ContainerContext } from "./context";
import { nonEmpty, sortedMap, type Json } from "./go-json";
import { containerCapabilities } from "./process";
import { seccompProfile } from "./seccomp";

/** `specs.Linux` of the OCI runtime specification, in the order of its fields. */
export function ociLinux(spec: ContainerSpec, context: ContainerContext): Json {
    return {
        uidMappings: nonEmpty(spec.uidMappings.map((each) => ({ ...each }))),
        gidMappings: nonEmpty(spec.gidMappings.map((each) => ({ ...each }))),
        sysctl: sortedMap(spec.sysctl),
        resources: ociResources(spec.resources, spec.devices),
        cgroupsPath: spec.cgroupsPath || undefined,
        namespaces: ociNamespaces(spec),
        devices: nonEmpty(spec.devices.filter((device) => device.path !== "all").map(ociDevice)),
        seccomp:
            spec.seccomp === "default" ? seccompProfile(context.architecture, containerCapabilities(spec)) : undefined,
        rootfsPropagation: spec.rootfsPropagation || undefined,
        maskedPaths: nonEmpty(spec.maskedPaths),
        readonlyPaths: nonEmpty(spec.readonlyPaths),
    };
}

/** A pid namespace is new unless asked for otherwise, a mount namespace always; the others are the machine's unless asked for. */
function ociNamespaces(spec: ContainerSpec): Json {
    const wanted = [
        { type: "network", value: spec.net || "root", fresh: ["new", "none"] },
        { type: "ipc", value: spec.ipc || "root", fresh: ["new"] },
        { type: "uts", value: spec.uts || "root", fresh: ["new"] },
        { type: "pid", value: spec.pid || "new", fresh: ["new"] },
        { type: "user", value: spec.userns || "root", fresh: ["new"] },
        { type: "mount", value: "new", fresh: ["new"] },
    ];
    return wanted
        .filter(({ value }) => value !== "host" && value !== "root")
        .map(({ type, value, fresh }) => ({ type, path: fresh.includes(value) ? undefined : value }));
}

function ociDevice(device: DeviceSpec): Json {
    const { path, type, major, minor } = device;
    return { path, type, major, minor, fileMode: parseInt(device.mode, 8) };
}

/** The right to use a device; the path "all" stands for every device of its type. */
function deviceRule({ path, type, major, minor }: DeviceSpec): Json {
    return path === "all" ? { allow: true, type, access: "rwm" } : { allow: true, type, major, minor, access: "rwm" };
}

function ociResources(resources: ResourcesSpec, devices: readonly DeviceSpec[]): Json {
    const { memory, cpu, pids, blockIO, hugepageLimits, network, unified } = resources;
    return {
        devices: nonEmpty([...(resources.devices ?? []).map(declaredRule), ...devices.map(deviceRule)]),
        memory: memory && {
            limit: memory.limit,
            reservation: memory.reservation,
            swap: memory.swap,
            kernel: memory.kernel,
            kernelTCP: memory.kernelTCP,
            swappiness: memory.swappiness,
            disableOOMKiller: memory.disableOOMKiller,
        },
        cpu: cpu && {
            shares: cpu.shares,
            quota: cpu.quota,
            period: cpu.period,
            realtimeRuntime: cpu.realtimeRuntime,
            realtimePeriod: cpu.realtimePeriod,
            cpus: cpu.cpus || undefined,
            mems: cpu.mems || undefined,
        },
        pids: pids && { limit: pids.limit },
        blockIO: blockIO && ociBlockIO(blockIO),
        hugepageLimits: nonEmpty((hugepageLimits ?? []).map(({ pageSize, limit }) => ({ pageSize, limit }))),
        network: network && {
            classID: network.classID,
            priorities: nonEmpty((network.priorities ?? []).map(({ name, priority }) => ({ name, priority }))),
        },
        unified: sortedMap(unified ?? {}),
    };
}

function declaredRule({ allow, type, major, minor, access }: DeviceRuleSpec): Json {
    return { allow, type, major, minor, access };
}

function ociBlockIO(blockIO: BlockIOSpec): Json {
    const weights = blockIO.weightDevice ?? [];
    return {
        weight: blockIO.weight,
        leafWeight: blockIO.leafWeight,
        weightDevice: nonEmpty(
            weights.map(({ major, minor, weight, leafWeight }) => ({ major, minor, weight, leafWeight })),
        ),
        throttleReadBpsDevice: throttles(blockIO.throttleReadBpsDevice),
        throttleWriteBpsDevice: throttles(blockIO.throttleWriteBpsDevice),
        throttleReadIOPSDevice: throttles(blockIO.throttleReadIOPSDevice),
        throttleWriteIOPSDevice: throttles(blockIO.throttleWriteIOPSDevice),
    };
}

function throttles(limits: readonly ThrottleSpec[] = []): Json | undefined {
    return nonEmpty(limits.map(({ major, minor, rate }) => ({ major, minor, rate })));
}
