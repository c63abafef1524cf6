import {
    Assembly,
    debian,
    dhcp,
    folder,
    metadata,
    persistentDisk,
    privateNames,
    privateNetwork,
    staticAddress,
} from "../../sdk";
import { problemsOf, redis, redisArgs, specOf, withFile, withService } from "./programs";

function changed(changes: object): Assembly {
    return new Assembly({ ...redisArgs, ...changes });
}

const address = { interface: "eth0", address: "10.0.0.2/24" };
const key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n";
const repository = { url: "https://packages.example", suite: "stable", key };

const refused: readonly (readonly [string, object, string, string])[] = [
    ["a misspelt section", { sevices: [] }, "sevices", 'did you mean "services"?'],
    ["an unknown architecture", { architecture: "arm" }, "architecture", '"amd64" or "arm64"'],
    ["a kernel of nothing", { kernel: { cmdline: "a" } }, "kernel.image", "is required"],
    ["no init", { init: undefined }, "init", "is required"],
    [
        "nothing at all",
        { kernel: undefined, init: [], onboot: [], services: [], files: [], volumes: [] },
        "assembly",
        "declares nothing: give it at least one of",
    ],
    ["a section that is a record", { services: { redis } }, "services", "a plain list, not an object"],
    ["an entry that is a string", { onboot: ["dhcp"] }, "onboot[0]", "a plain object, not a string"],
    [
        "an entry that is an image alone",
        { init: [debian.packages(["busybox"])] },
        "init[0]",
        'write { name: "tools", image: ... }',
    ],
    ["an entry without a name", { volumes: [{}] }, "volumes[0].name", "a plain string"],
    ["two of one name", { services: [redis, redis] }, "services[1].name", "services[0]"],
    [
        "a kernel command line of two lines",
        { kernel: debian.kernel({ cmdline: "a\nb" }) },
        "kernel.cmdline",
        "one line",
    ],
    [
        "an unknown machine family",
        { kernel: debian.kernel({ families: ["qmeu" as "qemu"] }) },
        "kernel.image.families[0]",
        '"qemu"?',
    ],
    [
        "a module by its file",
        { kernel: debian.kernel({ modules: ["nvme.ko"] }) },
        "kernel.image.modules[0]",
        '"nvme.ko"',
    ],
    [
        "an init entry that is a kernel",
        { init: [{ name: "x", image: debian.kernel().image }] },
        "init[0].image",
        "debian.base()",
    ],
    [
        "an unknown OCI runtime",
        { init: [debian.base({ runtime: "youki" as "crun" })] },
        "init[0].image.runtime",
        '"runc"',
    ],
    ["a suite that is a path", { init: [debian.base({ suite: "../x" })] }, "init[0].image.suite", '"../x"'],
    [
        "a mirror without a protocol",
        { init: [debian.base({ mirror: "mirror.example" })] },
        "init[0].image.mirror",
        "https://",
    ],
    [
        "a repository without a key",
        { init: [debian.base({ repositories: [{ ...repository, key: "" }] })] },
        "init[0].image.repositories[0].key",
        "armoured",
    ],
    [
        "a lifecycle key of onboot",
        { onboot: [{ ...dhcp(), restart: "always" }] },
        "onboot[0].restart",
        "is for services",
    ],
    [
        "an interface's name",
        { onboot: [dhcp({ interface: "no such interface" })] },
        "onboot[0].image.interface",
        "network interface",
    ],
    [
        "a lease that is renewed before services start",
        { onboot: [dhcp({ renew: true })] },
        "onboot[0].image.renew",
        "put it among services",
    ],
    [
        "names that are kept before services start",
        { onboot: [privateNames()] },
        "onboot[0].image",
        "goes on as long as the machine: put it among services",
    ],
    [
        "a lease that a service takes once",
        { services: [dhcp()] },
        "services[0].image",
        "put it among onboot, or add renew: true",
    ],
    [
        "private networks that a service sets up",
        { services: [privateNetwork()] },
        "services[0].image",
        "put it among onboot",
    ],
    [
        "an address that a service sets time and again",
        { services: [{ ...staticAddress(address), restart: "always" }] },
        "services[0].image",
        "put it among onboot",
    ],
    [
        "a disk that a service mounts",
        { services: [persistentDisk({ label: "data", path: "/data" })] },
        "services[0].image",
        "ends when it is done, and as a service would be started again: put it among onboot",
    ],
    ["metadata that a service asks for", { services: [metadata()] }, "services[0].image", "put it among onboot"],
    [
        "an address without a prefix",
        { onboot: [staticAddress({ ...address, address: "10.0.0.2" })] },
        "onboot[0].image.address",
        '"10.0.0.2"',
    ],
    [
        "a prefix out of range",
        { onboot: [staticAddress({ ...address, address: "10.0.0.2/33" })] },
        "onboot[0].image.address",
        "/33",
    ],
    [
        "a gateway that is a name",
        { onboot: [staticAddress({ ...address, gateway: "router" })] },
        "onboot[0].image.gateway",
        '"router"',
    ],
    [
        "a name server that is none",
        { onboot: [staticAddress({ ...address, nameservers: ["1.1"] })] },
        "onboot[0].image.nameservers[0]",
        '"1.1"',
    ],
    ["a volume's format", { volumes: [{ name: "a", format: "tar" }] }, "volumes[0].format", '"oci"'],
    [
        "a volume from a kernel",
        { volumes: [{ name: "a", image: debian.kernel().image }] },
        "volumes[0].image",
        "folder",
    ],
];

test.each(refused)("%s is refused, alone and with its path", (_, changes, path, reason) => {
    const problems = problemsOf(() => changed(changes));
    expect(problems).toEqual([{ path, reason: expect.stringContaining(reason) as string }]);
});

const refusedPackages: readonly (readonly [readonly unknown[], string, string])[] = [
    [[], "services[1].image.packages", "at least one"],
    [["Redis"], "services[1].image.packages[0]", '"Redis"'],
    [["redis-server=5.0"], "services[1].image.packages[0]", "name of a Debian package"],
    [["redis-server", 7], "services[1].image.packages[1]", "not 7"],
];

test.each(refusedPackages)("packages %j are refused", (packages, path, reason) => {
    const problems = problemsOf(() => withService({ image: debian.packages(packages as string[]) }));
    expect(problems).toEqual([{ path, reason: expect.stringContaining(reason) as string }]);
});

const refusedFiles: readonly (readonly [string, object, string, string])[] = [
    ["with nothing in it", {}, "", "has none"],
    ["that is two things", { contents: "a", symlink: "/b" }, "", "has contents and symlink"],
    ["whose mode is not octal", { contents: "a", mode: "0888" }, ".mode", '"0888"'],
    ["whose mode is a number", { contents: "a", mode: 644 }, ".mode", "644"],
    ["of nobody's", { contents: "a", uid: "reddis" }, ".uid", 'did you mean "redis"?'],
    ["whose owner is in digits", { contents: "a", uid: "100" }, ".uid", "as a number"],
    ["that climbs", { path: "/etc/../x", contents: "a" }, ".path", '"/etc/../x"'],
    ["without a path", { path: "/", contents: "a" }, ".path", '"/"'],
    ["that may be missing but has no source", { contents: "a", optional: true }, ".optional", "source only"],
    ["that is not base64", { contents: "a", encoding: "base64" }, ".contents", "must be base64"],
    ["in an unknown format", { metadata: "toml" }, ".metadata", '"yaml"'],
    ["with a misspelt key", { content: "a", contents: "b" }, ".content", '"contents"'],
];

test.each(refusedFiles)("a file %s is refused", (_, file, path, reason) => {
    const problems = problemsOf(() => withFile(file));
    expect(problems).toEqual([{ path: `files[0]${path}`, reason: expect.stringContaining(reason) as string }]);
});

test("a path with and without its slash is the same file", () => {
    const files = [
        { path: "etc/motd", contents: "a" },
        { path: "/etc/motd", contents: "b" },
    ];
    expect(problemsOf(() => changed({ files }))).toEqual([
        { path: "files[1].path", reason: expect.stringContaining("files[0]") as string },
    ]);
});

test("services that wait for each other are reported once, with the way around", () => {
    const waiting = (name: string, ...dependsOn: string[]) => ({ ...redis, name, dependsOn });
    const services = [waiting("a", "b"), waiting("b", "c"), waiting("c", "b"), waiting("d", "a")];
    expect(problemsOf(() => changed({ services }))).toEqual([
        { path: "services[1].dependsOn", reason: expect.stringContaining("b -> c -> b") as string },
    ]);
});

test("every problem is reported at once, each on its line", () => {
    const declare = () =>
        changed({
            architecture: "z80",
            kernel: debian.kernel({ cmdline: "a\nb" }),
            services: [redis, { ...redis, name: "worker", uid: -1, healthcheck: { tcp: 0 } }],
            files: [{ path: "etc/motd", mode: "a+x" }],
        });
    expect(problemsOf(declare).map(({ path }) => path)).toEqual([
        "architecture",
        "kernel.cmdline",
        "services[1].uid",
        "services[1].healthcheck.tcp",
        "files[0].mode",
        "files[0]",
    ]);
    expect(declare).toThrow(/^the assembly has 6 problems:\n {2}architecture: .*\n {2}kernel\.cmdline: /);
});

const files: readonly (readonly [string, object, object])[] = [
    ["a file", { contents: "a" }, { contents: "a", encoding: "utf8", mode: "0600", directory: false, uid: 0, gid: 0 }],
    ["bytes", { contents: "AAE=", encoding: "base64" }, { contents: "AAE=", encoding: "base64" }],
    ["an empty file", { contents: "" }, { contents: "" }],
    ["a directory", { directory: true }, { directory: true, mode: "0700" }],
    ["a link", { symlink: "/proc/mounts" }, { symlink: "/proc/mounts", mode: "0777" }],
    ["a mode of three digits", { source: "./a", mode: "644", optional: true }, { mode: "0644", optional: true }],
    ["an owner by container", { contents: "a", uid: "redis", gid: "dhcp" }, { uid: "redis", gid: "dhcp" }],
];

test.each(files)("%s", (_, file, expected) => {
    expect(specOf(withFile(file)).components["files"]).toMatchObject({ files: { "/etc/motd": expected } });
});

test("a static address becomes the arguments of its program", () => {
    const onboot = [staticAddress({ ...address, gateway: "10.0.0.1", nameservers: ["10.0.0.1", "9.9.9.9"] })];
    expect(specOf(changed({ onboot })).components["onboot.static-address"]).toMatchObject({
        source: { type: "builtin", name: "static-address" },
        command: ["/static-address", "eth0", "10.0.0.2/24", "10.0.0.1", "10.0.0.1", "9.9.9.9"],
    });
});

test("DHCP of one interface, under a name of its own", () => {
    const onboot = [dhcp(), dhcp({ name: "dhcp-eth1", interface: "eth1" })];
    const { components, order } = specOf(changed({ onboot }));
    expect(components["onboot.dhcp"]).toMatchObject({ command: ["/dhcp"], net: "host" });
    expect(components["onboot.dhcp-eth1"]).toMatchObject({ command: ["/dhcp", "eth1"] });
    expect(order.slice(2, 4)).toEqual(["onboot.dhcp", "onboot.dhcp-eth1"]);
});

test("DHCP that stays is a service, ready when its interface has a lease", () => {
    const services = [dhcp({ renew: true }), dhcp({ name: "dhcp-eth1", interface: "eth1", renew: true })];
    const { components } = specOf(changed({ services }));
    expect(components["services.dhcp"]).toMatchObject({
        command: ["/dhcp", "--renew"],
        lifecycle: { healthcheck: { command: ["/dhcp", "--known"] } },
    });
    expect(components["services.dhcp-eth1"]).toMatchObject({
        command: ["/dhcp", "--renew", "eth1"],
        lifecycle: { healthcheck: { command: ["/dhcp", "--known", "eth1"] } },
    });
});

test("what is done when it ends may be a service that is started once", () => {
    const services = [{ ...dhcp(), restart: "on-failure" as const }];
    expect(problemsOf(() => changed({ services }))).toEqual([]);
});

test("containerd has a service and rules of its own", () => {
    const services = [
        { ...redis, runtime: { namespace: "k8s.io" } },
        { ...redis, name: "containerd" },
        { ...redis, name: "other", runtime: { namespace: "a b" } },
    ];
    const declare = (runtime: "crun" | "containerd") => changed({ init: [debian.base({ runtime })], services });
    expect(problemsOf(() => declare("crun"))).toEqual([]);
    expect(problemsOf(() => declare("containerd"))).toEqual([
        { path: "services[1].name", reason: expect.stringContaining("choose another") },
        { path: "services[2].runtime.namespace", reason: expect.stringContaining('"a b"') },
    ]);
});

test("containerd comes with runc", () => {
    const { components } = specOf(changed({ init: [debian.base({ runtime: "containerd" })] }));
    expect(components["init.base"]).toMatchObject({
        source: { packages: ["busybox-static", "containerd", "runc"], runtime: "containerd" },
    });
});

test("the kernel's package and the runtime's follow the architecture and the choice", () => {
    const { components } = specOf(changed({ architecture: "arm64", init: [debian.base({ runtime: "runc" })] }));
    expect(components["kernel"]).toMatchObject({
        source: { packages: ["linux-image-cloud-arm64"], families: ["qemu"] },
    });
    expect(components["init.base"]).toMatchObject({ source: { packages: ["busybox-static", "runc"] } });
});

test("a folder, a volume and a bind of it", () => {
    const volumes = [{ name: "data", readonly: true, image: folder("./data") }];
    const services = [{ ...redis, image: folder("./redis"), binds: ["data:/data", "/etc/ssl:/etc/ssl:ro"] }];
    const { components, order } = specOf(changed({ volumes, services }));
    expect(components["volumes.data"]).toEqual({
        kind: "volume",
        name: "data",
        source: { type: "folder", path: "./data" },
        readonly: true,
        format: "filesystem",
    });
    expect(components["services.redis"]).toMatchObject({ source: { type: "folder", path: "./redis" } });
    expect(order).toEqual(["kernel", "init.base", "volumes.data", "onboot.dhcp", "services.redis"]);
});

test("an own repository, less its trailing slash", () => {
    const image = debian.packages(["foo"], { repositories: [{ ...repository, url: `${repository.url}/` }] });
    const { components } = specOf(changed({ services: [{ ...redis, image }] }));
    expect(components["services.redis"]).toMatchObject({
        source: { repositories: [{ ...repository, components: ["main"] }], update: "recorded", suite: "trixie" },
    });
});
