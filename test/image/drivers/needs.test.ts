import { imageKernel, initrdNeeds, requireDrivers } from "../../../providers/image/drivers";
import type { ComponentSpec, InitSpec, KernelSpec } from "../../../sdk/assembly/spec";
import { containerSpec } from "../container/spec";

const debian = {
    type: "debian",
    packages: [],
    suite: "trixie",
    repositories: [],
    update: "recorded",
    documentation: false,
} as const;
const base: InitSpec = { kind: "init", source: { ...debian, role: "base" } };
const folder: InitSpec = { kind: "init", source: { type: "folder", path: "init" } };

test("a lack is named with who needs it, the driver, the kernel and the way out, all of them in one error", () => {
    const kernel = {
        name: "linuxkit/kernel:6.6.13",
        needs: ["SYSFS", "TMPFS"],
        version: "6.6.13-linuxkit",
        drivers: { EFI_STUB: "missing", VIRTIO_BLK: "left-out", TMPFS: "left-out", SYSFS: "built-in" },
    } as const;
    const lacking = () => requireDrivers("raw-efi", ["EFI_STUB", "VIRTIO_BLK", "EFI_STUB"], kernel);
    expect(lacking).toThrow(
        expect.objectContaining({
            code: "KernelDriver",
            fields: {
                kernel: "linuxkit/kernel:6.6.13",
                drivers: ["CONFIG_EFI_STUB", "CONFIG_VIRTIO_BLK", "CONFIG_TMPFS"],
            },
        }) as Error,
    );
    expect(lacking).toThrow(
        "raw-efi cannot use the kernel linuxkit/kernel:6.6.13 (6.6.13-linuxkit): " +
            "it is built without CONFIG_EFI_STUB (to be started by UEFI): take a kernel that has it; " +
            "it has no CONFIG_VIRTIO_BLK (virtio's disks) built in, and the image has no module virtio_blk: " +
            'add that, by debian.kernel({ modules: ["virtio_blk"] }) with Debian\'s kernel, or take another kernel; ' +
            "it has CONFIG_TMPFS (file systems in memory) as a module, too late for this: take a kernel that has it built in",
    );
});

test("nothing is said of a driver of which nothing is known, or which the image has as a module", () => {
    const kernel = { name: "k", drivers: { VIRTIO_NET: "module" }, needs: [] } as const;
    expect(() => requireDrivers("raw-efi", ["EFI_STUB", "VIRTIO_NET"], kernel)).not.toThrow();
});

test("an initrd is packed with zstd where that is known to be unpacked, else with gzip", () => {
    expect(initrdNeeds({ drivers: { RD_ZSTD: "built-in" } })).toEqual(["BLK_DEV_INITRD", "RD_ZSTD"]);
    expect(initrdNeeds({ drivers: { RD_ZSTD: "missing" } })).toEqual(["BLK_DEV_INITRD", "RD_GZIP"]);
});

test("Debian's base needs what it mounts, and overlays where something is written to", () => {
    const needs = (components: Record<string, ComponentSpec>) => imageKernel({ components }, { drivers: {} }).needs;
    expect(needs({ "init.x": folder, "services.a": containerSpec({}) })).toEqual([]);
    expect(needs({ "init.x": base })).toContain("DEVTMPFS");
    expect(needs({ "init.x": base, "services.a": containerSpec({ readonly: true }) })).not.toContain("OVERLAY_FS");
    expect(needs({ "init.x": base, "services.a": containerSpec({ readonly: false }) })).toContain("OVERLAY_FS");
});

test("a kernel is called as the program calls it", () => {
    const from = (changes: Partial<KernelSpec>) => {
        const source = { ...debian, role: "kernel" } as const;
        const components = { kernel: { kind: "kernel", cmdline: "", source, ...changes } } as const;
        return imageKernel({ components }, { drivers: {} }).name;
    };
    const reference = "linuxkit/kernel:6.6.13";
    expect(from({ source: { type: "oci", from: "registry", reference, update: "recorded" } })).toBe(reference);
    const found = { version: "1", architecture: "amd64", repository: "main", path: "p", sizeBytes: 1, sha256: "" };
    const packages = { dash: found, "linux-image-cloud-amd64": found, "linux-image-6.12-cloud-amd64": found };
    expect(from({ resolved: { type: "debian", declaration: "", packages } as never })).toBe(
        "linux-image-6.12-cloud-amd64",
    );
});
