import { readFileSync } from "node:fs";
import { join } from "node:path";

import { digestOf, ensureImage, resolveComponents } from "../../../providers/image";
import type { BuiltImage, ImagePlan } from "../../../providers/image/plan";
import type { ComponentSpec } from "../../../sdk/assembly/spec";
import { temporaryFolder } from "../../support/folder";
import { makeTar } from "../archive/make-tar";
import {
    containerOf,
    fakeBzImage,
    image,
    imageOf,
    initOf,
    kernelImage,
    kernelOf,
    labelled,
    writeImages,
} from "./support/images";
import { assembly, environment, fakeKernel, files, service, writeFolder } from "./support/plan";
import { type Unpacked, unpack } from "./support/unpack";

const folder = temporaryFolder();

async function plan(components: Readonly<Record<string, ComponentSpec>>): Promise<ImagePlan> {
    const resolved = await resolveComponents(assembly(components), undefined, environment(folder()));
    return { ...resolved, format: 1, compression: "fast" };
}

async function build(components: Readonly<Record<string, ComponentSpec>>): Promise<BuiltImage> {
    return ensureImage(await plan(components), environment(folder()));
}

const init = imageOf({}, [
    { name: "sbin/init", body: "#!/bin/sh\n", mode: 0o755 },
    { name: "etc/", type: "5", mode: 0o700 },
    { name: "etc/passwd", body: "root:x:0:0::/:\n" },
    { name: "etc/resolv.conf", body: "nameserver 1.2.3.4\n" },
    { name: "lib/apk/db/installed", body: "P:busybox\n" },
]);
const app = imageOf({ Entrypoint: ["/app"], Cmd: ["--fast"], Env: ["PATH=/bin", "A=b"], WorkingDir: "/srv" }, [
    { name: "app", body: "program", mode: 0o755 },
]);
const kernel = kernelImage([
    { name: "./lib/modules/6.12/", type: "5", mode: 0o755 },
    { name: "./lib/modules/6.12/modules.dep", body: "dep" },
    { name: "./boot/vmlinuz", body: "left out" },
]);

function config(tree: ReadonlyMap<string, Unpacked>, directory: string) {
    const parse = (name: string): unknown => JSON.parse(tree.get(`containers/${directory}/${name}`)?.text ?? "");
    return { config: parse("config.json"), runtime: parse("runtime.json") };
}

test("an image of nothing but images is laid out as LinuxKit does", async () => {
    const label = { capabilities: ["CAP_NET_ADMIN"], binds: ["/run:/run"], command: ["/dhcp"], readonly: true };
    const dhcp = labelled(label, [{ name: "dhcp", body: "dhcp", mode: 0o755 }]);
    writeImages(folder(), { kernel, init, app, dhcp });
    const built = await build({
        kernel: kernelOf("kernel"),
        "init.init": initOf("init"),
        "onboot.dhcp": containerOf("dhcp", { kind: "onboot" }),
        "services.app": containerOf("app"),
        files: files({ "/etc/motd": { contents: "hello" } }),
    });
    expect(built).toMatchObject({ cmdline: "console=ttyS0", notes: [] });
    expect(readFileSync(built.kernelPath)).toEqual(fakeBzImage());
    const tree = await unpack(built);
    expect(
        Object.fromEntries([...tree].map(([path, { mode, target, text }]) => [path, target || text || mode])),
    ).toEqual({
        boot: "40755",
        lib: "40755",
        "lib/modules": "40755",
        "lib/modules/6.12": "40755",
        "lib/modules/6.12/modules.dep": "dep",
        sbin: "40755",
        "sbin/init": "#!/bin/sh\n",
        etc: "40755",
        "etc/passwd": "root:x:0:0::/:\n",
        "etc/resolv.conf": "/run/resolvconf/resolv.conf",
        "lib/apk": "40755",
        "lib/apk/db": "40755",
        "lib/apk/db/installed": "P:busybox\n",
        dev: "40755",
        "dev/pts": "40755",
        "dev/shm": "40755",
        "etc/hosts": expect.stringMatching(/^127\.0\.0\.1 +localhost\n/) as string,
        proc: "40755",
        sys: "40755",
        "etc/mtab": "/proc/mounts",
        "etc/motd": "hello",
        ...containerTree("containers/onboot/000-dhcp", "rootfs", { dhcp: "dhcp" }),
        ...containerTree("containers/services/app", "lower", { app: "program" }),
        "containers/services/app/rootfs": "40755",
        "containers/services/app/tmp": "40755",
        containers: "40755",
        "containers/onboot": "40755",
        "containers/services": "40755",
    });
    expect(config(tree, "services/app").config).toMatchObject({
        process: { args: ["/app", "--fast"], env: ["PATH=/bin", "A=b"], cwd: "/srv" },
    });
    const { config: dhcpConfig, runtime } = config(tree, "onboot/000-dhcp");
    expect(dhcpConfig).toMatchObject({
        process: { args: ["/dhcp"], capabilities: { bounding: ["CAP_NET_ADMIN"] } },
        root: { readonly: true },
    });
    expect(JSON.stringify(dhcpConfig)).toContain('"source":"/run"');
    expect(runtime).toMatchObject({ mounts: [{ source: "/containers/onboot/000-dhcp/rootfs", options: ["bind"] }] });
});

function containerTree(
    directory: string,
    root: string,
    own: Readonly<Record<string, string>>,
): Record<string, unknown> {
    const text = expect.any(String) as string;
    const names = Object.entries(own).map(([name, value]) => [`${directory}/${root}/${name}`, value]);
    const folders = ["dev", "dev/pts", "dev/shm", "etc", "proc", "sys"].map((name) => [
        `${directory}/${root}/${name}`,
        "40755",
    ]);
    return {
        [directory]: "40755",
        [`${directory}/${root}`]: "40755",
        ...(Object.fromEntries([...names, ...folders]) as object),
        [`${directory}/${root}/etc/hosts`]: text,
        [`${directory}/${root}/etc/resolv.conf`]: "\n# no resolv.conf configured\n",
        [`${directory}/${root}/etc/mtab`]: "/proc/mounts",
        [`${directory}/config.json`]: text,
        [`${directory}/runtime.json`]: text,
        [`${directory}/service.sh`]: text,
    };
}

test("what Docker puts into containers is left out or made anew, whatever it is in the image", async () => {
    const odd = imageOf({ Cmd: ["/x"] }, [
        { name: ".dockerenv" },
        { name: "Dockerfile", body: "FROM scratch" },
        { name: "etc/hostname", body: "build" },
        { name: "dev/", type: "5", mode: 0o700 },
        { name: "dev/console", type: "3", major: 5, minor: 1 },
        { name: "dev/null", type: "3", major: 1, minor: 3, mode: 0o666 },
        { name: "dev/shm", type: "2", link: "/run/shm" },
        { name: "proc", body: "a file" },
        { name: "etc/hosts", type: "2", link: "/run/hosts" },
        { name: "etc/mtab", body: "own" },
    ]);
    writeImages(folder(), { kernel, init, odd });
    const tree = await unpack(
        await build({ kernel: kernelOf("kernel"), "init.init": initOf("init"), "services.odd": containerOf("odd") }),
    );
    const root = "containers/services/odd/lower";
    const found = [...tree].flatMap(([path, { mode, text }]) =>
        path.startsWith(`${root}/`) ? [[path.slice(root.length + 1), mode.startsWith("100") ? text : mode]] : [],
    );
    expect(Object.fromEntries(found)).toEqual({
        etc: "40755",
        dev: "40755",
        "dev/null": "20666",
        "dev/shm": "40755",
        "dev/pts": "40755",
        proc: "40755",
        sys: "40755",
        "etc/hosts": expect.stringContaining("ip6-allrouters") as string,
        "etc/mtab": "own",
        "etc/resolv.conf": "\n# no resolv.conf configured\n",
    });
    const linked = imageOf({ Cmd: ["/x"] }, [
        { name: "etc/hostname", body: "a" },
        { name: "copy", type: "1", link: "etc/hostname" },
    ]);
    writeImages(folder(), { kernel, init, odd: linked });
    await expect(
        build({ kernel: kernelOf("kernel"), "init.init": initOf("init"), "services.odd": containerOf("odd") }),
    ).rejects.toMatchObject({ code: "ImageInexpressible", fields: { component: "services.odd" } });
});

test("containers of one image share one copy, whatever they are called by", async () => {
    writeImages(folder(), { kernel, init, app, same: app });
    const tree = await unpack(
        await build({
            kernel: kernelOf("kernel"),
            "init.init": initOf("init"),
            "onboot.first": containerOf("first", { kind: "onboot", source: image("app"), readonly: true }),
            "services.second": containerOf("second", { source: image("same") }),
        }),
    );
    expect([...tree.keys()].filter((path) => path.endsWith("/app"))).toEqual([
        "containers/onboot/000-first/rootfs/app",
    ]);
    expect(config(tree, "services/second").runtime).toMatchObject({
        mounts: [
            {},
            {},
            { options: expect.arrayContaining(["lowerdir=/containers/onboot/000-first/rootfs"]) as string[] },
        ],
    });
});

test("names of users are those of the image, and a user of its configuration is named in a note", async () => {
    const accounts = [
        { name: "etc/passwd", body: "redis:x:999:1000::/:\n" },
        { name: "etc/group", body: "redis:x:1000:\n" },
    ];
    writeImages(folder(), {
        kernel,
        init,
        redis: labelled({ uid: "redis", gid: "redis" }, accounts, { Cmd: ["/r"], User: "redis" }),
        other: imageOf({ Cmd: ["/o"], User: "redis:redis" }, accounts),
    });
    const components = { kernel: kernelOf("kernel"), "init.init": initOf("init") };
    const built = await build({
        ...components,
        "services.redis": containerOf("redis"),
        "services.other": containerOf("other"),
    });
    const tree = await unpack(built);
    expect(config(tree, "services/redis").config).toMatchObject({ process: { user: { uid: 999, gid: 1000 } } });
    expect(config(tree, "services/other").config).toMatchObject({ process: { user: { uid: 0, gid: 0 } } });
    expect(built.notes).toEqual([expect.stringMatching(/^services\.other: the image other .*"redis:redis"/)]);
});

test("databases of Alpine's packages are joined where several images of init bring one", async () => {
    const database = (text: string) => imageOf({}, [{ name: "lib/apk/db/installed", body: text }]);
    const lib = { name: "lib", type: "5", mode: 0o700 };
    const second = imageOf({}, [lib, { name: "lib/apk/db/installed", body: "P:runc\n" }]);
    writeImages(folder(), { kernel, init, second, none: imageOf({}, [{ name: "x" }]) });
    const joined = await unpack(
        await build({
            kernel: kernelOf("kernel"),
            "init.init": initOf("init"),
            "init.none": initOf("none"),
            "init.second": initOf("second"),
        }),
    );
    expect(joined.get("lib/apk/db/installed")?.text).toBe("P:busybox\n\n\nP:runc\n\n\n");
    expect(joined.get("lib")?.mode).toBe("40700");
    const large = database("P:x\n".repeat(2 ** 21));
    writeImages(folder(), { kernel, init, second: large });
    await expect(
        build({ kernel: kernelOf("kernel"), "init.init": initOf("init"), "init.second": initOf("second") }),
    ).rejects.toMatchObject({ code: "ApkDatabase" });
});

test("a volume is filled from an image, as LinuxKit does", async () => {
    writeImages(folder(), { kernel, init, app });
    const volume = {
        kind: "volume",
        name: "data",
        readonly: false,
        format: "filesystem",
        source: image("app"),
    } as const;
    const tree = await unpack(
        await build({ kernel: kernelOf("kernel"), "init.init": initOf("init"), "volumes.data": volume }),
    );
    expect(tree.get("containers/volumes/data/lower/app")?.text).toBe("program");
    expect(tree.get("containers/volumes/data/lower/etc/resolv.conf")?.target).toBe("/run/resolvconf/resolv.conf");
    expect(["tmp", "merged"].map((name) => tree.get(`containers/volumes/data/${name}`)?.mode)).toEqual([
        "40755",
        "40755",
    ]);
});

test("microcode goes in front of the initrd, as it is", async () => {
    const ucode = Buffer.concat([makeTar({ name: "stands for a cpio" }).subarray(0, 510), Buffer.from("end")]);
    writeImages(folder(), { kernel: kernelImage([], [{ name: "ucode.cpio", body: ucode }]), init });
    const components = { kernel: kernelOf("kernel", { ucode: "ucode.cpio" }), "init.init": initOf("init") };
    const built = await build(components);
    const initrd = readFileSync(built.initrdPath);
    expect(initrd.subarray(0, ucode.length)).toEqual(ucode);
    expect(initrd.readUInt32BE(516)).toBe(0x28b52ffd);
    expect(built.ucode?.sizeBytes).toBe(513);
    expect(readFileSync(built.ucodePath ?? "")).toEqual(ucode);
    expect(await build(components)).toEqual(built);
});

test("with Debian's base, modules of a kernel's image lie where its /lib leads", async () => {
    writeImages(folder(), { kernel, app });
    const planned = await plan({ kernel: kernelOf("kernel"), "services.app": containerOf("app") });
    const debian = {
        type: "debian",
        packages: [],
        role: "rootfs",
        suite: "trixie",
        repositories: [],
        update: "recorded",
        documentation: false,
    } as const;
    const base = { kind: "init", source: debian, resolved: { type: "debian", declaration: "", packages: {} } } as const;
    const components = { ...planned.components, "init.base": base };
    const built = await ensureImage(
        { ...planned, components, order: [...planned.order, "init.base"] },
        environment(folder()),
    );
    const tree = await unpack(built);
    expect(tree.get("usr/lib/modules/6.12/modules.dep")?.text).toBe("dep");
    expect(tree.has("lib/modules")).toBe(false);
});

test("with inits of images alone, modules of Debian's kernel lie in their /lib", async () => {
    writeImages(folder(), { init });
    const planned = await plan({ "init.init": initOf("init") });
    const components = { ...planned.components, kernel: fakeKernel(join(folder(), "store")) };
    const order = ["kernel", ...planned.order] as const;
    const built = await ensureImage({ ...planned, components, order }, environment(folder()));
    const tree = await unpack(built);
    expect([tree.get("lib/modules/6.1/modules.builtin")?.mode, tree.has("usr/lib/modules")]).toEqual(["100644", false]);
});

test.each<readonly [string, Parameters<typeof kernelOf>[1], RegExp]>([
    ["kernel", { binary: "vmlinuz" }, /no file vmlinuz .* set binary .* such as kernel/],
    ["tar", { tar: "modules.tar" }, /no file modules\.tar: set tar/],
    ["microcode", { ucode: "intel.cpio" }, /no file intel\.cpio .* set ucode/],
])("a kernel's image without its %s is an error that says which key to set", async (_, changes, message) => {
    writeImages(folder(), { kernel, init });
    await expect(build({ kernel: kernelOf("kernel", changes), "init.init": initOf("init") })).rejects.toMatchObject({
        code: "KernelImage",
        message: expect.stringMatching(message) as string,
        fields: { component: "kernel" },
    });
});

test("a kernel's files may be hard links, and what is no kernel is named in a note", async () => {
    const odd = imageOf({}, [
        { name: "boot/real", body: "no kernel" },
        { name: "kernel", type: "1", link: "boot/real" },
        { name: "modules", body: makeTar({ name: "lib/modules/x", body: "x" }) },
        { name: "kernel.tar", type: "1", link: "modules" },
    ]);
    writeImages(folder(), { kernel: odd, init });
    const built = await build({ kernel: kernelOf("kernel"), "init.init": initOf("init") });
    expect(readFileSync(built.kernelPath).toString()).toBe("no kernel");
    expect((await unpack(built)).get("lib/modules/x")?.text).toBe("x");
    expect(built.notes).toEqual([
        expect.stringMatching(/^kernel: kernel of its image is in no form of a Linux kernel for amd64/),
    ]);
    expect(readFileSync(built.initrdPath).readUInt16BE()).toBe(0x1f8b);
});

test("a kernel's tar may be left out", async () => {
    writeImages(folder(), { kernel: imageOf({}, [{ name: "kernel", body: fakeBzImage() }]), init });
    const built = await build({ kernel: kernelOf("kernel", { tar: "none" }), "init.init": initOf("init") });
    expect((await unpack(built)).get("boot")?.mode).toBe("40755");
});

test("a bad label, and a container that nothing gives a command, are errors that name image, label and key", async () => {
    const components = { kernel: kernelOf("kernel"), "init.init": initOf("init"), "services.odd": containerOf("odd") };
    const attempt = (odd: typeof app) => {
        writeImages(folder(), { kernel, init, odd });
        return build(components);
    };
    await expect(attempt(labelled({ readonly: "yes", capabilties: [] }, []))).rejects.toMatchObject({
        code: "invalid-label",
        message: expect.stringMatching(
            /services\.odd: the label org\.mobyproject\.config of odd [^]*readonly: must be[^]*capabilties: .*did you mean "capabilities"/,
        ) as string,
        fields: { component: "services.odd", image: "odd" },
    });
    await expect(attempt(imageOf({}, [{ name: "x" }]))).rejects.toMatchObject({
        code: "invalid-container",
        message: expect.stringMatching(/services\.odd: .* the image odd .*command is required/) as string,
    });
    await expect(attempt(labelled({ hostname: "x", command: ["/x"] }, []))).rejects.toThrow(
        /hostname needs .*uts: "new"/,
    );
});

test("the digest covers the image, wherever it came from, and what the program gives", async () => {
    writeImages(folder(), { kernel, init, app, same: app });
    const digest = async (changes: Parameters<typeof containerOf>[1]) =>
        digestOf(await plan({ kernel: kernelOf("kernel"), "services.app": containerOf("app", changes) }));
    const plain = await digest({});
    expect(await digest({ source: image("same") })).toBe(plain);
    expect(await digest({ source: image("init") })).not.toBe(plain);
    expect(await digest({ readonly: false })).not.toBe(plain);
});

test("folders and images stand beside each other", async () => {
    writeImages(folder(), { kernel, app });
    writeFolder(folder(), { "base/sbin/init": "#!/bin/sh\n", "web/run": "web" });
    const tree = await unpack(
        await build({
            kernel: kernelOf("kernel"),
            "init.base": { kind: "init", source: { type: "folder", path: "base" } },
            "services.web": service("web"),
            "services.app": containerOf("app", { command: ["/app"], env: ["C=d"] }),
        }),
    );
    expect(config(tree, "services/app").config).toMatchObject({ process: { args: ["/app"], env: ["C=d"] } });
    expect(tree.get("containers/services/web/lower/run")?.text).toBe("web");
});
