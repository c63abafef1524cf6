import { Assembly, debian, type MachineFamily, metadata, type MetadataArgs } from "../../sdk";
import { normalizeAssembly } from "../../sdk/assembly/normalize";

function specOf(options?: MetadataArgs) {
    const { architecture, components, order } = new Assembly({
        kernel: debian.kernel(),
        init: [debian.base()],
        onboot: [metadata(options)],
    });
    const { spec, problems } = normalizeAssembly({ architecture, components, order });
    expect(problems).toEqual([]);
    return spec?.components;
}

test("it is named as LinuxKit's package, and may read QEMU's device, set the host name and say a line", () => {
    expect(specOf()?.["onboot.metadata"]).toMatchObject({
        source: { type: "debian", role: "rootfs", packages: ["jq"], component: "metadata" },
        command: ["/metadata"],
        net: "host",
        capabilities: ["CAP_SYS_ADMIN"],
        binds: ["/dev/console:/dev/console", "/run/config:/run/config", "/usr/bin/busybox:/usr/bin/busybox:ro"],
        runtime: { mkdir: ["/run/config"] },
    });
});

test("providers are asked in the order that is given, and one that is none is refused", () => {
    expect(specOf({ name: "facts", providers: ["gcp", "aws"], suite: "bookworm" })?.["onboot.facts"]).toMatchObject({
        source: { suite: "bookworm" },
        command: ["/metadata", "gcp", "aws"],
    });
    expect(() => metadata({ providers: ["gce" as MachineFamily] })).toThrow(
        'metadata(): providers must be of "qemu", "aws", "gcp", "azure", not "gce"',
    );
});
