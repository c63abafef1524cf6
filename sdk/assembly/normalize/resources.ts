import { integer, leaf, list, type Reader, record, text, refine } from "../read/reader";
import { optional, required, shape } from "../read/shape";
import type { ResourcesSpec } from "../spec";
import { secretText, size } from "./leaves";

const swap: Reader<number> = (value, path, findings) => (value === -1 ? -1 : size(value, path, findings));

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

const microseconds = integer("microseconds, a whole number from 1", 1);

/** OCI runtime spec `linux.resources`; what is absent is not limited. */
export const resources: Reader<ResourcesSpec> = shape("resources", {
    memory: optional(
        refine(
            shape("memory", { limit: optional(size), reservation: optional(size), swap: optional(swap) }),
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
            quota: optional(microseconds),
            period: optional(microseconds),
            cpus: optional(cpuList),
            mems: optional(cpuList),
        }),
    ),
    pids: optional(shape("pids", { limit: required(pidsLimit, "how many processes and threads it may have") })),
    blockIO: optional(shape("blockIO", { weight: optional(integer("a whole number from 10 to 1000", 10, 1000)) })),
    hugepageLimits: optional(list(hugepageLimit, "a list of limits")),
    unified: optional(record(secretText, cgroupFile)),
});
