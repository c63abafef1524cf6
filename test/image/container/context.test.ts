import { containerDirectory, containerFiles, containerIds, parseIds } from "../../../providers/image/container";
import { containerContext, containerSpec } from "./spec";

test("containers lie where LinuxKit puts them", () => {
    expect(containerDirectory({ kind: "onboot", name: "dhcp" }, 0)).toBe("containers/onboot/000-dhcp");
    expect(containerDirectory({ kind: "onshutdown", name: "last" }, 12)).toBe("containers/onshutdown/012-last");
    expect(containerDirectory({ kind: "service", name: "redis" }, 3)).toBe("containers/services/redis");
});

test("named ids count from 100 over onboot, onshutdown and services, whatever order they were declared in", () => {
    const components = {
        "services.b": containerSpec({ name: "b" }),
        "onboot.a": containerSpec({ kind: "onboot", name: "a" }),
        "services.c": containerSpec({ name: "c" }),
        "onshutdown.z": containerSpec({ kind: "onshutdown", name: "z" }),
        kernel: { kind: "kernel", source: { type: "folder", path: "k" }, cmdline: "" },
    } as const;
    const ids = containerIds({ architecture: "amd64", components, order: Object.keys(components) });
    expect(ids).toEqual({ a: 100, z: 101, b: 102, c: 103 });
});

test("names and ids are read from passwd and group files, and lines that are none are not", () => {
    const text =
        "root:x:0:0:root:/root:/bin/sh\n\n# comment\nredis:x:101:102::/var/lib/redis:/bin/false\nbroken:x\n:x:7:\n";
    expect(parseIds(text)).toEqual({ root: 0, redis: 101 });
});

test("a user by name becomes its number; one that nobody has is named, with where it was looked for", () => {
    const user = (uid: string) => {
        const [config] = containerFiles(containerSpec({ uid }), containerContext({ users: { redis: 101 } }));
        return (JSON.parse(config?.contents ?? "") as { process: { user: { uid: number } } }).process.user.uid;
    };
    expect([user("redis"), user("root"), user("")]).toEqual([101, 0, 0]);
    expect(() => user("toString")).toThrow(expect.objectContaining({ code: "unknown-id" }));
    expect(() => user("nobdy")).toThrow(/web\.uid: "nobdy" .*\/etc\/passwd/);
});

test("a volume is known by its name in binds and mounts", () => {
    const spec = containerSpec({
        binds: ["data:/data", "/data:/host"],
        mounts: [{ type: "bind", source: "data", destination: "/again", options: ["bind"] }],
    });
    const [config] = containerFiles(spec, containerContext({ volumes: ["data"] }));
    const { mounts } = JSON.parse(config?.contents ?? "") as { mounts: { destination: string; source: string }[] };
    const sources = Object.fromEntries(mounts.map(({ destination, source }) => [destination, source]));
    expect(sources).toMatchObject({
        "/data": "/containers/volumes/data/merged",
        "/host": "/data",
        "/again": "/containers/volumes/data/merged",
    });
});

test("a read-only volume is bound as read-only, whatever the container asks for", () => {
    const spec = containerSpec({
        binds: ["data:/data", "data:/written:rw,nosuid", "other:/other"],
        mounts: [{ type: "bind", source: "data", destination: "/again", options: ["bind"] }],
    });
    const context = containerContext({ volumes: ["data", "other"], readonlyVolumes: ["data"] });
    const [config] = containerFiles(spec, context);
    const { mounts } = JSON.parse(config?.contents ?? "") as { mounts: { destination: string; options: string[] }[] };
    const options = Object.fromEntries(mounts.map((mount) => [mount.destination, mount.options]));
    expect(options).toMatchObject({
        "/data": ["rbind", "rshared", "ro"],
        "/written": ["nosuid", "rbind", "ro"],
        "/again": ["bind", "ro"],
        "/other": ["rw", "rbind", "rshared"],
    });
});

test("a built-in component gets the rights to configure the network, and the machine's busybox", () => {
    const spec = containerSpec({
        kind: "onboot",
        name: "dhcp",
        source: { type: "builtin", name: "dhcp" },
        binds: ["/a:/b"],
    });
    const [config] = containerFiles(spec, containerContext());
    const parsed = JSON.parse(config?.contents ?? "") as {
        process: { capabilities: { bounding: string[] } };
        mounts: { destination: string }[];
    };
    expect(parsed.process.capabilities.bounding).toContain("CAP_NET_ADMIN");
    expect(parsed.mounts.map(({ destination }) => destination)).toEqual(
        expect.arrayContaining(["/usr/bin/busybox", "/run/resolvconf", "/b"]),
    );
});
