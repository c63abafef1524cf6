import { flag, integer, leaf, list, oneOf, type Reader, record, text, refine } from "../read/reader";
import { defaulted, optional, required, shape } from "../read/shape";
import type { ResourcesSpec } from "../spec";
import { secretText, size } from "./leaves";

/** As the OCI specification has it: -1 is no limit. */
function limitless(limit: Reader<number>): Reader<number> {
    return (value, path, findings) => (value === -1 ? -1 : limit(value, path, findings));
}

const memoryLimit = limitless(size);

/** cpuset(7), list format. */
const cpuList = text({ what: 'a list of numbers and ranges, such as "0-1,3"' }, (value) =>
    /^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(value),
);

const pidsLimit: Reader<number> = leaf({ what: "a whole number from 1, or -1 for no limit" }, (value) =>
    typeof value === "number" && Number.isSafeInteger(value) && (value === -1 || value >= 1) ? value : undefined,
);

const hugepageLimit = shape("a limit on huge pages", {
    pageSize: required(
        text({ what: 'a page size as the kernel names it, such as "2MB"' }, (value) => /^[1-9]\d*[KMG]B$/.test(value)),
        'the size of the pages, such as "2MB"',
    ),
    limit: required(size, 'a size, such as "64 MB"'),
});

/** A file of the cgroup's own folder: what leads out of it is no setting. */
const cgroupFile: Reader<string> = text({ what: 'the name of a cgroup v2 file, such as "memory.high"' }, (value) =>
    /^[a-z0-9_]+(\.[A-Za-z0-9_]+)+$/.test(value),
);

const number = integer("a whole number from 0", 0, 2 ** 32 - 1);
const weight = integer("a whole number from 10 to 1000", 10, 1000);

const deviceRule = shape("a device rule", {
    allow: defaulted(flag, false),
    type: optional(oneOf(["a", "b", "c"])),
    major: optional(number),
    minor: optional(number),
    access: optional(text({ what: 'some of "r", "w" and "m", such as "rwm"' }, (value) => /^[rwm]{1,3}$/.test(value))),
});

const ofDevice = {
    major: required(number, "the device's major number"),
    minor: required(number, "the device's minor number"),
} as const;
const weightDevices = list(
    shape("a device's weight", { ...ofDevice, weight: optional(weight), leafWeight: optional(weight) }),
    "a list of devices' weights",
);
const rate = required(integer("a whole number from 0", 0), "how much in a second");
const throttles = list(shape("a limit on a device", { ...ofDevice, rate }), "a list of limits on devices");

const networkPriority = shape("a priority", {
    name: required(text(), 'the interface, such as "eth0"'),
    priority: required(number, "a whole number"),
});

const microseconds = integer("microseconds, a whole number from 1", 1);

/** OCI runtime spec `linux.resources`; what is absent is not limited. */
export const resources: Reader<ResourcesSpec> = shape("resources", {
    devices: optional(list(deviceRule, "a list of device rules")),
    memory: optional(
        refine(
            shape("memory", {
                limit: optional(memoryLimit),
                reservation: optional(memoryLimit),
                swap: optional(memoryLimit),
                kernel: optional(memoryLimit),
                kernelTCP: optional(memoryLimit),
                swappiness: optional(integer("a whole number from 0 to 100", 0, 100)),
                disableOOMKiller: optional(flag),
            }),
            (memory, path, findings) => {
                const { limit, swap: total } = memory;
                return limit !== undefined && total !== undefined && total !== -1 && total < limit
                    ? findings.reject(`${path}.swap`, "is memory and swap together, so it must not be below limit")
                    : memory;
            },
        ),
    ),
    cpu: optional(
        shape("cpu", {
            shares: optional(integer("a whole number from 2 to 262144", 2, 262144)),
            quota: optional(limitless(microseconds)),
            period: optional(microseconds),
            realtimeRuntime: optional(limitless(microseconds)),
            realtimePeriod: optional(microseconds),
            cpus: optional(cpuList),
            mems: optional(cpuList),
        }),
    ),
    pids: optional(shape("pids", { limit: required(pidsLimit, "how many processes and threads it may have") })),
    blockIO: optional(
        shape("blockIO", {
            weight: optional(weight),
            leafWeight: optional(weight),
            weightDevice: optional(weightDevices),
            throttleReadBpsDevice: optional(throttles),
            throttleWriteBpsDevice: optional(throttles),
            throttleReadIOPSDevice: optional(throttles),
            throttleWriteIOPSDevice: optional(throttles),
        }),
    ),
    hugepageLimits: optional(list(hugepageLimit, "a list of limits")),
    network: optional(
        shape("network", { classID: optional(number), priorities: optional(list(networkPriority, "a list")) }),
    ),
    unified: optional(record(secretText, cgroupFile)),
});
