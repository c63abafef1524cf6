import fc from "fast-check";

const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
const place = fc.constantFrom("/a", "/b/c", "/var/lib/ü", "/x<y");
const capability = fc.constantFrom("CAP_CHOWN", "CAP_KILL", "CAP_NET_ADMIN", "CAP_SYS_ADMIN", "CAP_BPF");
const capabilities = fc.oneof(fc.constantFrom(["all"], ["none"]), fc.uniqueArray(capability, { maxLength: 4 }));
const id = fc.constantFrom<number | string>(0, 1, 70_000, "root", "s0", "b0");
const namespace = fc.constantFrom("host", "root", "new", "/run/ns/one");
const number = fc.integer({ min: 1, max: 1_000_000 });

const mount = fc.record(
    {
        type: fc.constantFrom("tmpfs", "ext4", "bind"),
        source: fc.constantFrom("/dev/sda1", "none"),
        destination: fc.constantFrom("/m/one", "/m/two", "/dev"),
        options: fc.subarray(["ro", "nosuid", "mode=755"]),
    },
    { requiredKeys: ["type", "destination"] },
);
const mounts = fc.uniqueArray(mount, { maxLength: 2, selector: ({ destination }) => destination });

const device = fc.record({
    path: fc.constantFrom("/dev/fuse", "/dev/kvm", "all"),
    type: fc.constantFrom("c", "b"),
    major: number,
    minor: number,
    mode: fc.constantFrom("0666", "600"),
});

/** Keys of one word alone: LinuxKit loses the others, which an assembly of its own shows. */
const resources = fc.record(
    {
        devices: fc.array(fc.record({ allow: fc.boolean(), access: fc.constantFrom("r", "rwm") }), { maxLength: 2 }),
        memory: fc.record({ limit: number, swap: fc.constantFrom(-1, 5_000_000), swappiness: fc.nat({ max: 100 }) }),
        cpu: fc.record(
            { shares: fc.integer({ min: 2, max: 1024 }), cpus: fc.constantFrom("0", "0-3") },
            { requiredKeys: [] },
        ),
        pids: fc.record({ limit: number }),
        blockio: fc.record({ weight: fc.integer({ min: 10, max: 1000 }) }),
    },
    { requiredKeys: [] },
);

const runtime = fc.record(
    {
        cgroups: fc.uniqueArray(fc.constantFrom("one", "two/three"), { maxLength: 2 }),
        mkdir: fc.uniqueArray(place, { maxLength: 2 }),
        mounts,
        namespace: fc.constantFrom("a", "services.linuxkit"),
    },
    { requiredKeys: [] },
);

/** Whatever a container may have beside its name and its image, and what both take. */
export const containerArbitrary = fc.record(
    {
        capabilities,
        ambient: fc.uniqueArray(capability, { maxLength: 2 }),
        mounts,
        binds: fc.uniqueArray(fc.constantFrom("/a:/bind/a", "/b:/bind/b:ro", "/dev:/dev"), { maxLength: 3 }),
        devices: fc.array(device, { maxLength: 2 }),
        tmpfs: fc.uniqueArray(fc.constantFrom("/tmp", "/run:size=1m,mode=700"), { maxLength: 2 }),
        command: fc.array(words, { minLength: 1, maxLength: 3 }),
        env: fc.array(
            words.map((value) => `K=${value}`),
            { maxLength: 2 },
        ),
        cwd: place,
        net: fc.oneof(namespace, fc.constant("none")),
        pid: namespace,
        ipc: namespace,
        uts: namespace,
        readonly: fc.boolean(),
        maskedPaths: fc.uniqueArray(place, { maxLength: 2 }),
        readonlyPaths: fc.uniqueArray(place, { maxLength: 2 }),
        uid: id,
        gid: id,
        additionalGids: fc.array(id, { maxLength: 3 }),
        noNewPrivileges: fc.boolean(),
        oomScoreAdj: fc.integer({ min: -1000, max: 1000 }),
        rootfsPropagation: fc.constantFrom("shared", "slave", "private"),
        cgroupsPath: place,
        resources,
        annotations: fc.dictionary(words, words, { maxKeys: 2 }),
        rlimits: fc.uniqueArray(
            fc.constantFrom("nofile,1,2", "nproc,unlimited,unlimited", "core,0,18446744073709551615"),
            { maxLength: 2 },
        ),
        runtime,
    },
    { requiredKeys: [] },
);
