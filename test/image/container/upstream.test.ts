import { readFileSync } from "node:fs";
import path from "node:path";

import { containerFiles } from "../../../providers/image/container";
import type { ContainerSpec } from "../../../sdk/assembly/spec";
import { containerContext, containerSpec } from "./spec";

/** What the linuxkit CLI (2024-05-07) writes for the declarations below; its runtime.json before the root's mounts go in. */
function golden(name: string): string {
    return readFileSync(path.join(__dirname, "golden", name), "utf8");
}

/** That CLI's version of the OCI specification, and an error of its own: it loses `hostID`, whose name its YAML reader does not know. */
const corrected = (config: string) =>
    config.replace('"ociVersion": "1.0.2-dev"', '"ociVersion": "1.2.1"').replaceAll('"hostID": 0', '"hostID": 1000');

const ids = { plain: 100, full: 101, everything: 102 };

function written(spec: ContainerSpec, file: string): string {
    const context = containerContext({ directory: `containers/services/${spec.name}`, users: ids, groups: ids });
    return (
        containerFiles(spec, context).find(({ path: name }) => name === `${context.directory}/${file}`)?.contents ?? ""
    );
}

const mapping = { containerID: 0, hostID: 1000, size: 100 };

const full = containerSpec({
    name: "full",
    command: ["/bin/sh", "-c", "echo '<a> & \"b\"' > /x\n\tend\u2028\u0001é"],
    env: ["A=1", "PATH=/bin"],
    cwd: "/srv",
    capabilities: ["CAP_NET_ADMIN", "CAP_CHOWN"],
    ambient: ["CAP_NET_RAW"],
    tmpfs: ["/tmp", "/run:size=1m,mode=755"],
    binds: ["/var/lib:/data", "/etc:/host-etc:ro,rprivate", "/a<b>:/c&d"],
    mounts: [
        { type: "bind", source: "/dev", destination: "/dev", options: ["rw", "rbind"] },
        { type: "tmpfs", source: "tmpfs", destination: "/cache", options: [] },
    ],
    devices: [
        { path: "/dev/console", type: "c", major: 5, minor: 1, mode: "0620" },
        { path: "all", type: "b", major: 0, minor: 0, mode: "0666" },
    ],
    net: "new",
    pid: "host",
    ipc: "new",
    uts: "/run/ns/uts",
    userns: "new",
    hostname: "inside",
    readonly: true,
    maskedPaths: ["/proc/kcore"],
    readonlyPaths: ["/proc/sys"],
    uid: "full",
    gid: 7,
    additionalGids: [9, "plain"],
    noNewPrivileges: true,
    oomScoreAdj: -500,
    rootfsPropagation: "shared",
    cgroupsPath: "/group/full",
    resources: {
        memory: { limit: 268435456, swap: 268435456 },
        cpu: { shares: 512, quota: 50000, period: 100000, cpus: "0" },
        pids: { limit: 64 },
    },
    sysctl: { "net.core.somaxconn": "512", "kernel.domainname": "x" },
    rlimits: ["nofile,1024,unlimited", "core,0,0"],
    uidMappings: [mapping],
    gidMappings: [mapping],
    annotations: { b: "2", a: "1" },
    runtime: {
        cgroups: ["group"],
        mounts: [{ type: "tmpfs", source: "tmpfs", destination: "/var/x", options: ["rw"] }],
        mkdir: ["/var/x/y", "rel"],
        interfaces: [
            { name: "eth1", add: "", peer: "", createInRoot: false },
            { name: "v0", add: "", peer: "v1", createInRoot: false },
        ],
        bindNS: { net: "/run/netns/x" },
        namespace: "other",
    },
});
const plain = containerSpec({ name: "plain", command: ["/bin/true"] });
const everything = containerSpec({ name: "everything", capabilities: ["all"], net: "none" });

test.each([plain, full, everything])("config.json of $name is linuxkit's, byte by byte", (spec) => {
    expect(written(spec, "config.json")).toBe(corrected(golden(`${spec.name}.config.golden`)));
});

test.each([plain, full, everything])("runtime.json of $name is linuxkit's, with the root's mounts in front", (spec) => {
    const { mounts, ...rest } = JSON.parse(written(spec, "runtime.json")) as { mounts: { destination: string }[] };
    const rootMounts = spec.readonly ? 1 : 3;
    const text = golden(`${spec.name}.runtime.golden`);
    const upstream = JSON.parse(text) as { mounts: object[] };
    expect({ ...rest, mounts: mounts.slice(rootMounts) }).toEqual(upstream);
    expect(Object.keys(JSON.parse(written(spec, "runtime.json")) as object)).toEqual(Object.keys(upstream));
    expect(mounts[rootMounts - 1]?.destination).toBe(`/containers/services/${spec.name}/rootfs`);
});

test("a limit beside what linuxkit of that day knew", () => {
    const spec = containerSpec({ resources: { unified: { "memory.high": "1", "cpu.weight": "50" } } });
    const { linux } = JSON.parse(written(spec, "config.json")) as { linux: { resources: unknown } };
    expect(JSON.stringify(linux.resources)).toBe('{"unified":{"cpu.weight":"50","memory.high":"1"}}');
});

test("limits that only cgroup v1 knows, and rules for devices, in the order of the OCI specification", () => {
    const resources = {
        devices: [{ allow: false, access: "rwm" }],
        memory: { kernel: 1, kernelTCP: 2, swappiness: 3, disableOOMKiller: true },
        cpu: { realtimeRuntime: 4, realtimePeriod: 5 },
        blockIO: {
            leafWeight: 10,
            weightDevice: [{ major: 8, minor: 0, weight: 20 }],
            throttleWriteIOPSDevice: [{ major: 8, minor: 0, rate: 100 }],
        },
        network: { classID: 6, priorities: [{ name: "eth0", priority: 7 }] },
    };
    const devices = [{ path: "/dev/null", type: "c", major: 1, minor: 3, mode: "0666" }] as const;
    const mounts = [{ type: "bind", source: "/a", destination: "/b", options: [], uidMappings: [mapping] }];
    const spec = containerSpec({ resources, devices, mounts });
    const { linux, mounts: found } = JSON.parse(written(spec, "config.json")) as {
        linux: { resources: unknown };
        mounts: readonly { destination: string }[];
    };
    const own = { allow: true, type: "c", major: 1, minor: 3, access: "rwm" };
    expect(JSON.stringify(linux.resources)).toBe(
        JSON.stringify({ ...resources, devices: [...resources.devices, own] }),
    );
    expect(found.find(({ destination }) => destination === "/b")).toEqual({
        destination: "/b",
        type: "bind",
        source: "/a",
        uidMappings: [mapping],
    });
});

test("a score of 0 is written where it is known that it was given", () => {
    const scoreOf = (given: readonly string[]) => written(containerSpec({ name: "plain", given }), "config.json");
    expect(scoreOf(["oomScoreAdj"])).toContain('"oomScoreAdj": 0');
    expect(scoreOf(["uid"])).not.toContain("oomScoreAdj");
});
