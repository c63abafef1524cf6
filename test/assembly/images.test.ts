import * as pulumi from "@pulumi/pulumi";

import { Assembly, type AssemblyArgs, debian, oci } from "../../sdk";
import { problemsOf, redisArgs, specOf, withService } from "./programs";

const reference = "docker.io/library/redis:7-alpine";
const registry = { type: "oci", from: "registry", reference, update: "recorded" };

function componentOf(key: string, changes: Partial<AssemblyArgs>): object | undefined {
    return specOf(new Assembly({ ...redisArgs, ...changes })).components[key];
}

const service = (given: object) => specOf(withService({ command: undefined, ...given })).components["services.worker"];

test("an image is a string, or what oci makes; files of this machine are read each time", () => {
    const source = (image: unknown) => service({ image });
    expect(source("redis:7-alpine")).toMatchObject({ source: registry });
    expect(source(oci.image("redis:7-alpine", { update: "always" }))).toMatchObject({
        source: { ...registry, update: "always" },
    });
    const local = { type: "oci", path: "./redis", update: "always" };
    expect(source(oci.layout("./redis"))).toMatchObject({ source: { ...local, from: "layout", reference: "" } });
    expect(source(oci.archive("./redis", "a:b"))).toMatchObject({
        source: { ...local, from: "archive", reference: "a:b" },
    });
});

test("every section takes images, and a reference may come from elsewhere", () => {
    const image = "redis:7-alpine";
    const assembly = new Assembly({
        kernel: { image },
        init: [{ name: "a", image }],
        onboot: [{ name: "a", image }],
        onshutdown: [{ name: "a", image }],
        services: [{ name: "a", image }],
        volumes: [{ name: "a", image }],
    });
    const sources = Object.values(specOf(assembly).components).map((each) => "source" in each && each.source);
    expect(sources).toEqual(Array.from({ length: 6 }, () => registry));
    expect(() => withService({ image: pulumi.output(image), command: undefined })).not.toThrow();
});

test("what the program gives of an image's container is noted, and defaults of packages are not filled in", () => {
    const container = service({
        image: "redis",
        readonly: false,
        cwd: undefined,
        env: ["A=b"],
        runtime: { mkdir: [], bindNS: {} },
        "capabilities.add": ["CAP_KILL"],
        "binds.add": ["/a:/b"],
    });
    expect(container).toMatchObject({
        env: ["A=b"],
        given: ["env", "readonly", "runtime.bindNS", "runtime.mkdir"],
        "capabilities.add": ["CAP_KILL"],
        "binds.add": ["/a:/b"],
    });
    expect(container).not.toHaveProperty("command");
    expect(service({ image: "redis" })).not.toHaveProperty("env");
});

test("without an image, additions are all there is, and nothing of it stays in the spec", () => {
    const added = service({ command: ["/a"], "capabilities.add": ["CAP_KILL"], "binds.add": ["/a:/b"] });
    expect(added).toEqual(service({ command: ["/a"], capabilities: ["CAP_KILL"], binds: ["/a:/b"] }));
    expect(added).not.toHaveProperty("given");
});

test("a kernel from an image has LinuxKit's defaults, a Debian kernel none of its keys", () => {
    const image = "linuxkit/kernel:6.12.59";
    const source = { ...registry, reference: `docker.io/${image}` };
    expect(componentOf("kernel", { kernel: { image } })).toEqual({
        kind: "kernel",
        source,
        cmdline: "",
        binary: "kernel",
        tar: "kernel.tar",
    });
    const keys = { binary: "/boot/vmlinuz", tar: "none", ucode: "intel-ucode.cpio" };
    expect(componentOf("kernel", { kernel: { image, ...keys } })).toMatchObject({ ...keys, binary: "boot/vmlinuz" });
    expect(Object.keys(componentOf("kernel", {}) ?? {})).toEqual(["kind", "source", "cmdline"]);
});

test("a volume may be an image's layout, for some platforms", () => {
    const volume = { name: "a", image: "redis", format: "oci", platforms: ["linux/amd64", "linux/arm/v7"] } as const;
    expect(componentOf("volumes.a", { volumes: [volume] })).toMatchObject({
        format: "oci",
        platforms: ["linux/amd64", "linux/arm/v7"],
    });
    expect(componentOf("volumes.a", { volumes: [{ name: "a" }] })).not.toHaveProperty("platforms");
});

test.each<readonly [string, Partial<AssemblyArgs>, string, string]>([
    ["a reference", { init: [{ name: "a", image: "Redis" }] }, "init[0].image", '"Redis" has'],
    [
        "a password",
        { init: [{ name: "a", image: "user:hunter2@redis" }] },
        "init[0].image",
        'the reference needs a digest of the form "sha256:"',
    ],
    ["another source", { init: [{ name: "a", image: { from: "oci" } as never }] }, "init[0].image", "redis:7"],
    [
        "where an image is from",
        { init: [{ name: "a", image: { type: "oci", from: "registri" } as never }] },
        "init[0].image.from",
        'did you mean "registry"?',
    ],
    [
        "a key of an image's source",
        { init: [{ name: "a", image: { ...oci.layout("."), path: undefined } as never }] },
        "init[0].image.path",
        "is required",
    ],
    [
        "a kernel's key",
        { kernel: { ...debian.kernel(), ucode: "a" } },
        "kernel.ucode",
        "goes with a kernel from an image only",
    ],
    ["a kernel's file", { kernel: { image: "a", binary: "../a" } }, "kernel.binary", "the path of a file"],
    ["a format", { volumes: [{ name: "a", format: "oci" }] }, "volumes[0].image", 'for the format "oci"'],
    [
        "platforms",
        { volumes: [{ name: "a", image: "a", platforms: ["linux/amd64"] }] },
        "volumes[0].platforms",
        'goes with the format "oci" only',
    ],
    [
        "a platform",
        { volumes: [{ name: "a", image: "a", format: "oci", platforms: ["amd64"] }] },
        "volumes[0].platforms[0]",
        "os/architecture",
    ],
    [
        "additions to what is replaced",
        { services: [{ name: "a", image: "a", binds: [], "binds.add": [] }] },
        'services[0]["binds.add"]',
        "put its entries there",
    ],
])("%s that is wrong is named with its place", (_, changes, path, reason) => {
    const problems = problemsOf(() => new Assembly({ ...redisArgs, ...changes }));
    expect(problems).toEqual([{ path, reason: expect.stringContaining(reason) as string }]);
    expect(JSON.stringify(problems)).not.toContain("hunter2");
});
