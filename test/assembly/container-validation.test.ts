import { problemsOf, withService, workerOf } from "./programs";

/** What is declared, the path below `services[1]` that is reported, and what its reason says. */
const refused: readonly (readonly [string, object, string, string])[] = [
    ["an unknown key", { helthcheck: {} }, ".helthcheck", 'did you mean "healthcheck"?'],
    ["a key far from any other", { zebra: 1 }, ".zebra", "is no property of a service"],
    ["a name with a slash", { name: "a/b" }, ".name", 'letters and digits, joined by one "_", "." or "-" each'],
    ["a name like an option", { name: "-v" }, ".name", '"-v"'],
    ["a name that is a folder above", { name: ".." }, ".name", '".."'],
    ["a name that is hidden", { name: ".a" }, ".name", '".a"'],
    ["a name that ends in a dot", { name: "a." }, ".name", '"a."'],
    ["a name with two dots together", { name: "a..b" }, ".name", '"a..b"'],
    ["a name with a line's end", { name: "a\n" }, ".name", '"a\\n"'],
    ["a name with a space", { name: "a b" }, ".name", '"a b"'],
    ["a name of another script", { name: "ä" }, ".name", '"ä"'],
    ["a name like a number of one more", { name: "a#2" }, ".name", '"a#2"'],
    ["a name of a control group's file", { name: "cgroup.procs" }, ".name", 'must not begin with "cgroup."'],
    ["a long name", { name: "a".repeat(77) }, ".name", "at most 76"],
    ["an empty name", { name: "" }, ".name", '""'],
    ["no image", { image: undefined }, ".image", "is required"],
    ["an image reference", { image: "Redis" }, ".image", 'did you mean "redis"?'],
    ["a kernel as an image", { image: { type: "debian", role: "kernel" } }, ".image", "of another kind"],
    ["no command", { command: undefined }, ".command", "is required"],
    ["an empty command", { command: [] }, ".command", "must name a program"],
    ["a command that is a string", { command: "sleep 1d" }, ".command", "must be a list"],
    ["an argument that is a number", { command: ["sleep", 1] }, ".command[1]", "not a number"],
    ["a variable without a value", { env: ["PATH"] }, ".env[0]", '"NAME=value"'],
    ["a relative working directory", { cwd: "srv" }, ".cwd", '"srv"'],
    ["a capability without its prefix", { capabilities: ["NET_ADMIN"] }, ".capabilities[0]", 'write "CAP_NET_ADMIN"'],
    ["a misspelt capability", { capabilities: ["CAP_SYS_ADMN"] }, ".capabilities[0]", 'mean "CAP_SYS_ADMIN"?'],
    ["all beside another", { capabilities: ["CAP_CHOWN", "all"] }, ".capabilities[1]", "no capability"],
    ["an ambient capability that is none", { ambient: ["CAP_FLY"] }, ".ambient[0]", '"CAP_FLY"'],
    ["a bind without a destination", { binds: ["/data"] }, ".binds[0]", "source:destination"],
    ["a bind with a relative destination", { binds: ["/data:data"] }, ".binds[0]", '"data"'],
    ["a bind of an unknown volume", { binds: ["data:/data"] }, ".binds[0]", "name of a volume"],
    ["a bind with too many parts", { binds: ["/a:/b:ro:x"] }, ".binds[0]", '"/a:/b:ro:x"'],
    ["a bind that climbs", { binds: ["/a/../..:/b"] }, ".binds[0]", "absolute path"],
    ["a relative tmpfs", { tmpfs: ["tmp:size=64m"] }, ".tmpfs[0]", '"tmp:size=64m"'],
    [
        "a relative mount destination",
        { mounts: [{ type: "tmpfs", destination: "x" }] },
        ".mounts[0].destination",
        '"x"',
    ],
    ["a mount without a type", { mounts: [{ source: "a", destination: "/a" }] }, ".mounts[0].type", "is required"],
    ["a mount without a destination", { mounts: [{ type: "ext4" }] }, ".mounts[0].destination", "is required"],
    ["an unknown key of a mount", { mounts: [{ type: "proc", option: [] }] }, ".mounts[0].option", '"options"'],
    ["a device of no type", { devices: [{ path: "/dev/x", type: "x" }] }, ".devices[0].type", '"x"'],
    ["a device without numbers", { devices: [{ path: "/dev/x", type: "c" }] }, ".devices[0]", "major, minor, mode"],
    [
        "a device's mode",
        { devices: [{ path: "/dev/x", type: "c", major: 1, minor: 2, mode: "999" }] },
        ".devices[0].mode",
        '"999"',
    ],
    ["a namespace that is none", { net: "bridge" }, ".net", '"bridge"'],
    ["a process namespace called none", { pid: "none" }, ".pid", '"none"'],
    ["a relative namespace", { ipc: "run/ipc" }, ".ipc", '"run/ipc"'],
    ["a flag that is a word", { readonly: "yes" }, ".readonly", "true or false"],
    ["a negative uid", { uid: -1 }, ".uid", "-1"],
    ["a uid with a fraction", { uid: 1.5 }, ".uid", "1.5"],
    ["a uid in digits", { uid: "100" }, ".uid", '"100"'],
    ["the uid that means none", { gid: 4294967295 }, ".gid", "4294967295"],
    ["a group that is a list", { additionalGids: [[1]] }, ".additionalGids[0]", "a list"],
    ["a relative masked path", { maskedPaths: ["proc/kcore"] }, ".maskedPaths[0]", '"proc/kcore"'],
    ["a host name with a space", { hostname: "a b", uts: "new" }, ".hostname", '"a b"'],
    ["a host name in the machine's namespace", { hostname: "a" }, ".hostname", 'add uts: "new"'],
    ["an OOM score out of range", { oomScoreAdj: 1001 }, ".oomScoreAdj", "1001"],
    ["an unknown propagation", { rootfsPropagation: "public" }, ".rootfsPropagation", '"public"'],
    ["memory in words", { resources: { memory: { limit: "lots" } } }, ".resources.memory.limit", '"lots"'],
    ["memory of zero", { resources: { memory: { limit: "0 MB" } } }, ".resources.memory.limit", '"0 MB" is zero'],
    ["memory of nothing", { resources: { memory: { limit: 0 } } }, ".resources.memory.limit", "0"],
    [
        "swap below memory",
        { resources: { memory: { limit: "2 MB", swap: "1 MB" } } },
        ".resources.memory.swap",
        "memory and swap together",
    ],
    ["shares out of range", { resources: { cpu: { shares: 1 } } }, ".resources.cpu.shares", "not 1"],
    ["a list of CPUs", { resources: { cpu: { cpus: "all" } } }, ".resources.cpu.cpus", '"all"'],
    ["processes without a limit", { resources: { pids: {} } }, ".resources.pids.limit", "is required"],
    ["LinuxKit's spelling of block I/O", { resources: { blockio: {} } }, ".resources.blockio", '"blockIO"'],
    [
        "a path as a cgroup file",
        { resources: { unified: { "../x.y": "1" } } },
        '.resources.unified["../x.y"]',
        "cgroup",
    ],
    ["a setting without a dot", { sysctl: { somaxconn: "1" } }, ".sysctl.somaxconn", "kernel setting"],
    ["a setting that is a number", { sysctl: { "vm.max": 1 } }, '.sysctl["vm.max"]', "a number"],
    [
        "the machine's network setting",
        { sysctl: { "net.core.somaxconn": "1" } },
        '.sysctl["net.core.somaxconn"]',
        'net: "new"',
    ],
    ["the machine's queue setting", { sysctl: { "kernel.shmmax": "1" } }, '.sysctl["kernel.shmmax"]', 'ipc: "new"'],
    ["a limit without a hard one", { rlimits: ["nofile,1"] }, ".rlimits[0]", '"nofile,1"'],
    ["an unknown limit", { rlimits: ["nofiles,1,2"] }, ".rlimits[0]", 'did you mean "nofile"?'],
    ["ids of no size", { uidMappings: [{ containerID: 0, hostID: 1, size: 0 }] }, ".uidMappings[0].size", "0"],
    ["an annotation that is a number", { annotations: { a: 1 } }, ".annotations.a", "a number"],
    ["a folder to make that climbs", { runtime: { mkdir: ["../x"] } }, ".runtime.mkdir[0]", '"../x"'],
    ["an interface without a name", { runtime: { interfaces: [{}] } }, ".runtime.interfaces[0].name", "is required"],
    [
        "an unknown namespace to bind",
        { runtime: { bindNS: { network: "/x" } } },
        ".runtime.bindNS.network",
        "no property",
    ],
    ["an unknown seccomp profile", { seccomp: "strict" }, ".seccomp", '"unconfined"'],
    ["an unknown restart", { restart: "allways" }, ".restart", 'did you mean "always"?'],
    ["a stop time in words", { stopTimeout: "soon" }, ".stopTimeout", '"soon"'],
    ["a stop time without a unit", { stopTimeout: 5 }, ".stopTimeout", '"10s"'],
    ["an empty health check", { healthcheck: {} }, ".healthcheck", "has none"],
    ["two health checks", { healthcheck: { tcp: 1, http: "http://a/" } }, ".healthcheck", "has tcp and http"],
    ["a port out of range", { healthcheck: { tcp: 65536 } }, ".healthcheck.tcp", "65536"],
    ["a port that is a string", { healthcheck: { tcp: "80" } }, ".healthcheck.tcp", '"80"'],
    ["a health check over TLS", { healthcheck: { http: "https://a/" } }, ".healthcheck.http", "http://"],
    ["an interval of nothing", { healthcheck: { tcp: 1, interval: "0s" } }, ".healthcheck.interval", "more than zero"],
    ["no tries", { healthcheck: { tcp: 1, retries: 0 } }, ".healthcheck.retries", "not 0"],
    ["a misspelt dependency", { dependsOn: ["rediss"] }, ".dependsOn[0]", 'did you mean "redis"?'],
    ["a dependency on itself", { dependsOn: ["worker"] }, ".dependsOn", "worker -> worker"],
];

test.each(refused)("%s is refused, alone and with its path", (_, service, path, reason) => {
    const problems = problemsOf(() => withService(service));
    expect(problems).toEqual([{ path: `services[1]${path}`, reason: expect.stringContaining(reason) as string }]);
});

test("a user namespace without its mappings is refused", () => {
    const paths = problemsOf(() => withService({ userns: "new" })).map(({ path }) => path);
    expect(paths).toEqual(["services[1].uidMappings", "services[1].gidMappings"]);
});

const consoleDevice = { path: "/dev/console", type: "c", major: 5, minor: 1, mode: "666" };

/** What is declared, and what of it stands in the spec. */
const accepted: readonly (readonly [string, object, object])[] = [
    ["no capability", { ambient: ["none"] }, { ambient: [] }],
    ["PATH where env has none", { env: ["A=b"] }, { env: [expect.stringMatching(/^PATH=\//), "A=b"] }],
    ["PATH as it is declared", { env: ["PATH=/bin"] }, { env: ["PATH=/bin"] }],
    ["a mount by its source", { mounts: [{ source: "proc" }] }, { mounts: [mount("proc", "proc", "/proc")] }],
    ["a mount by its type", { mounts: [{ type: "sysfs" }] }, { mounts: [mount("sysfs", "sysfs", "/sys")] }],
    ["a mount at /dev", { mounts: [{ destination: "/dev" }] }, { mounts: [mount("tmpfs", "tmpfs", "/dev")] }],
    ["a mode of three digits", { devices: [consoleDevice] }, { devices: [{ ...consoleDevice, mode: "0666" }] }],
    [
        "all devices of a type",
        { devices: [{ path: "all", type: "b" }] },
        { devices: [{ path: "all", type: "b", major: 0, minor: 0, mode: "0666" }] },
    ],
    [
        "bytes and sizes",
        { resources: { memory: { limit: "64 MB", reservation: 4096, swap: -1 } } },
        { resources: { memory: { limit: 67_108_864, reservation: 4096, swap: -1 } } },
    ],
    [
        "what has no limit",
        { resources: { memory: { limit: -1, reservation: -1 }, cpu: { quota: -1 }, pids: { limit: -1 } } },
        { resources: { memory: { limit: -1, reservation: -1 }, cpu: { quota: -1 }, pids: { limit: -1 } } },
    ],
    ["a user by name", { uid: "redis", gid: "nogroup" }, { uid: "redis", gid: "nogroup" }],
    ["a host name", { hostname: "a.b-1", uts: "new" }, { hostname: "a.b-1", uts: "new" }],
    ["a namespace by path", { net: "/run/netns/wg" }, { net: "/run/netns/wg" }],
    ["a setting of its own network", { net: "new", sysctl: { "net.a": "1" } }, { sysctl: { "net.a": "1" } }],
    ["a limit", { rlimits: ["nofile,1024,unlimited"] }, { rlimits: ["nofile,1024,unlimited"] }],
    [
        "null for what is absent",
        { env: null, restart: null },
        { lifecycle: { restart: "always", dependsOn: [], stopTimeoutSeconds: 5 } },
    ],
    [
        "a health check by command",
        {
            healthcheck: { command: ["true"], interval: "500ms", timeout: "1m", retries: 3 },
            dependsOn: ["redis"],
            stopTimeout: "0s",
        },
        {
            lifecycle: {
                restart: "always",
                dependsOn: ["redis"],
                healthcheck: { command: ["true"], intervalSeconds: 0.5, timeoutSeconds: 60, retries: 3 },
                stopTimeoutSeconds: 0,
            },
        },
    ],
    [
        "an interface of its own",
        {
            runtime: {
                interfaces: [{ name: "wg0", add: "wireguard", createInRoot: true }],
                bindNS: { net: "/run/netns/wg" },
            },
        },
        {
            runtime: {
                cgroups: [],
                mounts: [],
                mkdir: [],
                interfaces: [{ name: "wg0", add: "wireguard", peer: "", createInRoot: true }],
                bindNS: { net: "/run/netns/wg" },
                namespace: "",
            },
        },
    ],
];

test.each(accepted)("%s", (_, service, expected) => {
    expect(workerOf(service)).toMatchObject(expected);
});

test("all capabilities are those of the kernel, in its order", () => {
    const { capabilities } = workerOf({ capabilities: ["all"] });
    expect(capabilities).toHaveLength(41);
    expect([capabilities[0], capabilities[12], capabilities[40]]).toEqual([
        "CAP_CHOWN",
        "CAP_NET_ADMIN",
        "CAP_CHECKPOINT_RESTORE",
    ]);
});

function mount(type: string, source: string, destination: string) {
    return { type, source, destination, options: [] };
}
