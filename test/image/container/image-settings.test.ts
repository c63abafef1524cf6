import fc from "fast-check";

import { withLabel } from "../../../providers/image/container";
import type { LabelSpec } from "../../../sdk/assembly/normalize/label";
import type { ContainerSpec } from "../../../sdk/assembly/spec";
import { readLabel } from "../../../sdk/assembly/yaml/label";
import { Assembly, debian } from "../../../sdk";
import { specOf } from "../../assembly/programs";

const context = { architecture: "amd64", containers: [], volumes: [] } as const;

/** A service as a program declares it. */
function declared(given: object): ContainerSpec {
    const assembly = new Assembly({
        kernel: debian.kernel(),
        init: [debian.base()],
        services: [{ name: "a", image: "a", ...given }],
    });
    return specOf(assembly).components["services.a"] as ContainerSpec;
}

const label = (value: object): LabelSpec => readLabel(JSON.stringify(value), "a", context);
const settled = (given: object, labelled: object) => withLabel(declared(given), label(labelled));

/** For each key a value for the program, and another one for the label. */
const values: Readonly<Record<string, readonly [unknown, unknown]>> = {
    command: [["/a"], ["/b"]],
    env: [["A=1"], ["B=2"]],
    cwd: ["/a", "/b"],
    capabilities: [["CAP_KILL"], ["CAP_CHOWN"]],
    ambient: [["CAP_KILL"], ["CAP_CHOWN"]],
    mounts: [
        [{ type: "tmpfs", source: "a", destination: "/a", options: [] }],
        [{ type: "tmpfs", source: "b", destination: "/b", options: [] }],
    ],
    binds: [["/a:/a"], ["/b:/b"]],
    devices: [[], [{ path: "/b", type: "c", major: 1, minor: 2, mode: "0600" }]],
    tmpfs: [["/a"], ["/b"]],
    net: ["host", "new"],
    pid: ["host", "new"],
    ipc: ["host", "new"],
    uts: ["host", "new"],
    userns: ["host", "/b"],
    readonly: [false, true],
    maskedPaths: [["/a"], ["/b"]],
    readonlyPaths: [["/a"], ["/b"]],
    uid: [0, "b"],
    gid: ["a", 2],
    additionalGids: [[1], [2]],
    noNewPrivileges: [false, true],
    oomScoreAdj: [0, 2],
    rootfsPropagation: ["shared", "private"],
    cgroupsPath: ["/a", "/b"],
    resources: [{ pids: { limit: 1 } }, { pids: { limit: 2 } }],
    sysctl: [{ "kernel.a": "1" }, { "kernel.b": "2" }],
    rlimits: [["nofile,1,1"], ["nofile,2,2"]],
    uidMappings: [[], [{ hostID: 1, containerID: 2, size: 3 }]],
    gidMappings: [[], [{ hostID: 1, containerID: 2, size: 3 }]],
    annotations: [{ a: "1" }, { b: "2" }],
};

test.each(Object.keys(values))("%s: the program's counts, else the label's, else the default", (key) => {
    const [own, images] = values[key] ?? [];
    const found = (given: object, labelled: object) => settled(given, labelled)[key as keyof ContainerSpec];
    expect(found({ [key]: own }, { [key]: images })).toEqual(own);
    expect(found({}, { [key]: images })).toEqual(images);
    expect(found({}, {})).toEqual(declared({})[key as keyof ContainerSpec]);
});

test("every key that an image may say is tried here", () => {
    const tried = [...Object.keys(values), "hostname", "runtime"];
    const everything = label(
        Object.fromEntries([...Object.entries(values).map(([key, [, value]]) => [key, value]), ["hostname", "b"]]),
    );
    expect(everything.given.toSorted()).toEqual(tried.filter((key) => key !== "runtime").toSorted());
    const known = Object.keys(everything.values).filter((key) => !key.endsWith(".add"));
    expect(known.toSorted()).toEqual(tried.toSorted());
});

test("of runtime each key counts for itself, and of bindNS each namespace", () => {
    const own = { mkdir: ["/a"], bindNS: { net: "/a" }, namespace: "" };
    const images = { mkdir: ["/b"], cgroups: ["b"], bindNS: { net: "/b", pid: "/b" }, namespace: "b" };
    expect(settled({ runtime: own }, { runtime: images }).runtime).toMatchObject({
        mkdir: ["/a"],
        cgroups: ["b"],
        bindNS: { net: "/a", pid: "/b" },
        namespace: "",
        interfaces: [],
    });
});

test("only the additions add, and only to what the label says", () => {
    const images = { capabilities: ["CAP_KILL", "CAP_CHOWN"], binds: ["/b:/b"] };
    const added = settled({ "capabilities.add": ["CAP_CHOWN", "CAP_SYSLOG"], "binds.add": ["/a:/a"] }, images);
    expect(added).toMatchObject({
        capabilities: ["CAP_KILL", "CAP_CHOWN", "CAP_SYSLOG"],
        binds: ["/b:/b", "/a:/a"],
    });
    expect(settled({ "capabilities.add": ["CAP_KILL"] }, {}).capabilities).toEqual(["CAP_KILL"]);
    expect(settled({ capabilities: ["all"] }, images).capabilities).toContain("CAP_SYS_ADMIN");
    expect(settled({ capabilities: ["none"] }, images).capabilities).toEqual([]);
});

test("what comes of it is a container as if the program had said it all", () => {
    const keys = fc.uniqueArray(fc.constantFrom(...Object.keys(values)));
    fc.assert(
        fc.property(keys, keys, (own, images) => {
            const pick = (from: readonly string[], index: 0 | 1) =>
                Object.fromEntries(from.map((key) => [key, values[key]?.[index]]));
            const both = { ...pick(images, 1), ...pick(own, 0) };
            expect(settled(pick(own, 0), pick(images, 1))).toEqual(declared(both));
        }),
        { numRuns: 200 },
    );
});
