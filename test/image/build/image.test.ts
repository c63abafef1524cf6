import { createHash } from "node:crypto";
import { readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

import { digestOf, ensureImage } from "../../../providers/image";
import type { BuiltImage, ImagePlan } from "../../../providers/image/plan";
import type { KernelSpec } from "../../../sdk/assembly/spec";
import { temporaryFolder } from "../../support/folder";
import { assembly, environment, fakeKernel, files, planned, service, usual, writeFolder } from "./support/plan";
import { unpack } from "./support/unpack";

const folder = temporaryFolder();

async function build(plan: ImagePlan): Promise<BuiltImage> {
    return ensureImage(plan, environment(folder()));
}

async function usualPlan(changes: Parameters<typeof usual>[1] = {}): Promise<ImagePlan> {
    const env = environment(folder());
    return planned(usual(env, changes), env);
}

test("lays the image out as LinuxKit does", async () => {
    const image = await build(
        await usualPlan({ "volumes.data": { kind: "volume", name: "data", readonly: false, format: "filesystem" } }),
    );
    const tree = await unpack(image);
    expect(tree.get("sbin/init")).toMatchObject({ mode: "100644", text: "#!/bin/sh\n" });
    expect(tree.get("etc/resolv.conf")?.target).toBe("/run/resolvconf/resolv.conf");
    expect(tree.get("etc/motd")).toMatchObject({ mode: "100644", uid: 33, gid: 34, target: "", text: "hello" });
    expect(["dev", "proc", "sys", "run", "tmp", "boot", "containers"].map((name) => tree.get(name)?.mode)).toEqual([
        "40755",
        "40755",
        "40755",
        "40755",
        "41777",
        "40755",
        "40755",
    ]);
    const web = "containers/services/web";
    expect(tree.get(`${web}/lower/run`)?.text).toBe("#!/bin/sh\necho web\n");
    expect([`${web}/tmp`, `${web}/rootfs`, `${web}/lower/proc`].map((name) => tree.get(name)?.mode)).toEqual([
        "40755",
        "40755",
        "40755",
    ]);
    expect(JSON.parse(tree.get(`${web}/config.json`)?.text ?? "")).toMatchObject({ process: { args: ["/run"] } });
    expect(["runtime.json", "service.sh"].map((name) => tree.has(`${web}/${name}`))).toEqual([true, true]);
    expect(["lower", "tmp", "merged"].map((name) => tree.get(`containers/volumes/data/${name}`)?.mode)).toEqual([
        "40755",
        "40755",
        "40755",
    ]);
    expect([...tree.keys()].filter((name) => name.startsWith("boot/"))).toEqual([]);
});

test("a read-only volume is marked as one, with and without a source, and is not taken from one that is written to", async () => {
    const env = environment(folder());
    const marks = async (readonly: boolean) => {
        const volume = { kind: "volume", readonly, format: "filesystem" } as const;
        const spec = usual(env, {
            "volumes.empty": { ...volume, name: "empty" },
            "volumes.full": { ...volume, name: "full", source: { type: "folder", path: "web" } },
        });
        const tree = await unpack(await build(await planned(spec, env)));
        expect(tree.get("containers/volumes/full/lower/run")?.text).toBe("#!/bin/sh\necho web\n");
        return ["empty", "full"].map((name) => tree.get(`containers/volumes/${name}/readonly`)?.mode);
    };
    expect(await marks(false)).toEqual([undefined, undefined]);
    expect(await marks(true)).toEqual(["100644", "100644"]);
});

test("says what it built, and where", async () => {
    const plan = await usualPlan();
    const image = await build(plan);
    expect(image).toMatchObject({ cmdline: "quiet", notes: [] });
    for (const [file, artifact] of [
        [image.kernelPath, image.kernel],
        [image.initrdPath, image.initrd],
    ] as const) {
        const bytes = readFileSync(file);
        expect(artifact).toEqual({ sizeBytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
        expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    expect(readFileSync(image.kernelPath).toString("latin1", 0x202, 0x206)).toBe("HdrS");
    expect(image.components.map(({ key }) => key)).toEqual(["kernel", "init.base", "services.web", "files"]);
    expect(image.components.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBe(image.initrd.sizeBytes);
    expect(image.components[0]?.packages.map(({ name, version }) => `${name} ${version}`)).toEqual(["linux-image 6.1"]);
});

test("two containers of the same source share one copy", async () => {
    const env = environment(folder());
    const spec = usual(env, { "services.again": service("again", { source: { type: "folder", path: "web" } }) });
    const tree = await unpack(await build(await planned(spec, env)));
    expect([...tree.keys()].filter((name) => name.endsWith("/run") && name.includes("services"))).toEqual([
        "containers/services/web/lower/run",
    ]);
    expect(tree.get("containers/services/again/runtime.json")?.text).toContain("/containers/services/web/lower");
});

test("a read-only container has its source as rootfs, and onboot is numbered", async () => {
    const env = environment(folder());
    writeFolder(folder(), { "a/x": "", "b/y": "" });
    const onboot = (name: string) => service(name, { kind: "onboot", readonly: true });
    const tree = await unpack(
        await build(await planned(usual(env, { "onboot.a": onboot("a"), "onboot.b": onboot("b") }), env)),
    );
    expect(tree.has("containers/onboot/000-a/rootfs/x")).toBe(true);
    expect(tree.has("containers/onboot/001-b/rootfs/y")).toBe(true);
    expect(tree.has("containers/onboot/000-a/tmp")).toBe(false);
});

test("a container's name stands for one id everywhere: its own account's, else LinuxKit's", async () => {
    const env = environment(folder());
    const spec = usual(env, {
        "services.web": service("web"),
        "services.redis": service("redis", { uid: "redis", gid: "redis" }),
        "services.other": service("other", { uid: "redis", gid: "web", additionalGids: ["redis", "own"] }),
        files: files({
            "/etc/r": { contents: "", uid: "redis", gid: "redis" },
            "/etc/w": { contents: "", uid: "web", gid: "web" },
            "/etc/m": { contents: "", uid: "machine", gid: "root" },
        }),
    });
    writeFolder(folder(), {
        "base/etc/passwd": "root:x:0:0::/:\nredis:x:1:1::/:\nweb:x:2:2::/:\nmachine:x:3:3::/:\n",
        "redis/etc/passwd": "redis:x:64001:64001::/:\n",
        "redis/etc/group": "redis:x:64002:\n",
        "other/etc/passwd": "redis:x:5:5::/:\n",
        "other/etc/group": "own:x:6:\nweb:x:7:\n",
    });
    const tree = await unpack(await build(await planned(spec, env)));
    const user = (name: string) => {
        const config = tree.get(`containers/services/${name}/config.json`)?.text ?? "";
        return (JSON.parse(config) as { process: { user: object } }).process.user;
    };
    const owner = (name: string) => [tree.get(name)?.uid, tree.get(name)?.gid];
    expect(user("redis")).toEqual({ uid: 64001, gid: 64002 });
    expect(user("other")).toEqual({ uid: 64001, gid: 100, additionalGids: [64002, 6] });
    expect([owner("etc/r"), owner("etc/w"), owner("etc/m")]).toEqual([
        [64001, 64002],
        [100, 100],
        [3, 0],
    ]);
});

test("metadata holds what the assembly holds in LinuxKit's words, not where that came from", async () => {
    const env = environment(folder());
    const { kernel, ...rest } = usual(env, {
        files: files({ "/etc/about": { metadata: "json" }, "/etc/copy": { source: "web/run" } }),
        "services.web": service("web", { source: { type: "folder", path: path.join(folder(), "web") } }),
    }).components as { kernel: KernelSpec };
    const mirrored = (mirror: string, cmdline: string) =>
        planned(
            assembly({
                kernel: { ...kernel, cmdline, source: { ...kernel.source, mirror } as KernelSpec["source"] },
                ...rest,
            }),
            env,
        );
    const mirror = "http://user:hunter2@mirror.test/debian";
    const plan = await mirrored(mirror, "quiet");
    const text = (await unpack(await build(plan))).get("etc/about")?.text ?? "";
    expect(JSON.parse(text)).toMatchObject({
        kernel: { cmdline: "quiet" },
        services: [{ name: "web", command: ["/run"] }],
        files: [
            { path: "/etc/about" },
            { path: "/etc/copy", source: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string },
        ],
    });
    expect([mirror, "hunter2", folder(), "web/run"].filter((place) => text.includes(place))).toEqual([]);
    expect(digestOf(await mirrored("http://other.test", "quiet"))).toBe(digestOf(plan));
    expect(digestOf(await mirrored(mirror, "debug"))).not.toBe(digestOf(plan));
});

test("a kernel that cannot unpack zstd gets gzip", async () => {
    const env = environment(folder());
    const kernel = fakeKernel(env.storeDirectory, "CONFIG_RD_GZIP=y\n# CONFIG_RD_ZSTD is not set\n");
    const image = await build(await planned(usual(env, { kernel }), env));
    expect(readFileSync(image.initrdPath).readUInt16BE()).toBe(0x1f8b);
    expect((await unpack(image)).get("etc/motd")?.text).toBe("hello");
});

test("files go through the links of the image, and leave its folders as they are", async () => {
    const env = environment(folder());
    const spec = usual(env, { files: files({ "/bin/tool": { contents: "x" }, "/root/.profile": { contents: "y" } }) });
    const root = path.join(folder(), "base");
    writeFolder(root, { "usr/bin/true": "" });
    symlinkSync("usr/bin", path.join(root, "bin"));
    const tree = await unpack(await build(await planned(spec, env)));
    expect(tree.get("bin")).toMatchObject({ target: "usr/bin" });
    expect(tree.get("usr/bin/tool")?.text).toBe("x");
    expect(tree.get("root")?.mode).toBe("40700");
});

test("folders that files are the first to need have the owner and the permissions of the first of them, and may be entered", async () => {
    const env = environment(folder());
    const given = files({
        "/srv/app/b": { contents: "b", mode: "0644" },
        "/srv/app/a": { contents: "a", mode: "0640", uid: 7, gid: 8 },
        "/srv/key": { contents: "secret", mode: "0400" },
        "/srv/own": { directory: true, mode: "0711" },
        "/srv/own/c": { contents: "c" },
        "/opt/link": { symlink: "/srv", uid: 9 },
    });
    const tree = await unpack(await build(await planned(usual(env, { files: given }), env)));
    const facts = ["srv", "srv/app", "srv/own", "opt"]
        .map((name) => tree.get(name))
        .map((each) => [each?.mode, each?.uid]);
    expect(facts).toEqual([
        ["40750", 7],
        ["40750", 7],
        ["40711", 0],
        ["40755", 9],
    ]);
});

test("a component that would lose something of another is an error that names it", async () => {
    const env = environment(folder());
    writeFolder(folder(), { "second/sbin": "a file where the first has a folder" });
    const spec = usual(env, { "init.second": { kind: "init", source: { type: "folder", path: "second" } } });
    await expect(build(await planned(spec, env))).rejects.toMatchObject({
        code: "LayoutConflict",
        message: expect.stringMatching(/init\.second brings \/sbin as a file.* folder/) as string,
    });
});

test("an error of a component names it, and nothing is left half made", async () => {
    const plan = await usualPlan();
    writeFileSync(path.join(folder(), "web", "run"), "changed since");
    await expect(build(plan)).rejects.toMatchObject({ code: "FolderChanged", fields: { component: "services.web" } });
    await expect(build({ ...plan, components: {} })).rejects.toMatchObject({ code: "PlanWithoutKernel" });
    const { kernel: _, ...rest } = (await usualPlan()).components;
    await expect(build({ ...plan, components: rest })).rejects.toMatchObject({ code: "PlanWithoutKernel" });
});

test("a build that is called off ends with the reason", async () => {
    const abort = new AbortController();
    abort.abort(new Error("Ctrl-C"));
    await expect(ensureImage(await usualPlan(), environment(folder(), { signal: abort.signal }))).rejects.toThrow(
        "Ctrl-C",
    );
});
