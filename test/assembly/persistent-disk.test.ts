import { Assembly, debian, persistentDisk, type PersistentDiskArgs } from "../../sdk";
import { normalizeAssembly } from "../../sdk/assembly/normalize";
import type { ContainerSpec } from "../../sdk/assembly/spec";

function assembled(...all: readonly PersistentDiskArgs[]): Assembly {
    return new Assembly({
        kernel: debian.kernel(),
        init: [debian.base()],
        onboot: all.map((options) => persistentDisk(options)),
    });
}

function specOf({ architecture, components, order }: Assembly, key: string): ContainerSpec {
    const { spec, problems } = normalizeAssembly({ architecture, components, order });
    expect(problems).toEqual([]);
    return spec?.components[key] as ContainerSpec;
}

test("a persistent disk may mount and grow, and what it mounts is seen by the machine", () => {
    const spec = specOf(assembled({ label: "data", path: "/var/lib/redis" }), "onboot.persistent-disk");
    expect(spec).toMatchObject({
        source: {
            type: "debian",
            role: "rootfs",
            packages: ["e2fsprogs"],
            component: "persistent-disk",
            suite: "trixie",
        },
        command: ["/persistent-disk", "data", "/var/lib/redis"],
        capabilities: ["CAP_SYS_ADMIN", "CAP_SYS_RESOURCE"],
        rootfsPropagation: "shared",
        runtime: { mkdir: ["/var/lib/redis"] },
    });
    expect(spec.binds).toContain("/var/lib/redis:/var/lib/redis:rshared,rbind");
});

test("several have names, devices and archives of their own", () => {
    const both = assembled(
        { label: "data", path: "/data" },
        { name: "logs", label: "logs", path: "/var/log/all", device: "/dev/vdb", suite: "bookworm" },
    );
    expect(specOf(both, "onboot.logs")).toMatchObject({
        source: { suite: "bookworm" },
        command: ["/persistent-disk", "logs", "/var/log/all", "/dev/vdb"],
    });
});

test.each<[string, Partial<Record<keyof PersistentDiskArgs, unknown>>, string]>([
    ["no label", { label: undefined }, "label must be the label of a filesystem"],
    ["a label over ext4's limit", { label: "a-label-of-17-abc" }, '"a-label-of-17-abc"'],
    ["a label with a space", { label: "my data" }, "label must be"],
    ["a relative path", { path: "var/lib" }, "path must be an absolute path"],
    ["a path that climbs", { path: "/var/../etc" }, "path must be"],
    ["a path that binds elsewhere", { path: "/var:/etc" }, "path must be"],
    ["the root", { path: "/" }, "path must be"],
    ["a device by its id", { device: "virtio-data" }, 'device must be a block device, such as "/dev/vdb"'],
])("%s is refused", (_, changes, reason) => {
    const options = { label: "data", path: "/data", ...changes } as PersistentDiskArgs;
    expect(() => persistentDisk(options)).toThrow(reason);
});

test("YAML keeps a persistent disk", () => {
    const assembly = assembled({ label: "data", path: "/data", device: "/dev/vda" });
    const again = Assembly.fromYaml(assembly.toYaml());
    expect(specOf(again, "onboot.persistent-disk")).toEqual(specOf(assembly, "onboot.persistent-disk"));
});
