import { kernelFacts, parseKernelConfig, withModules } from "../../../providers/image/drivers";

const head = "#\n# Automatically generated file; DO NOT EDIT.\n# Linux/x86 6.6.13 Kernel Configuration\n#\n";
const some = "CONFIG_TMPFS=y\nCONFIG_VIRTIO_BLK=m\n# CONFIG_EFI_STUB is not set\n";

describe("a kernel's configuration", () => {
    it("says what is built in, a module, or off", () => {
        const config = parseKernelConfig(`${head}${some}CONFIG_CMDLINE=""\n`);
        expect(config).toEqual({
            options: { TMPFS: "y", VIRTIO_BLK: "m", EFI_STUB: "n", CMDLINE: '""' },
            isComplete: true,
        });
        const { version, drivers } = kernelFacts({ version: "6.6.13-linuxkit", config });
        expect(version).toBe("6.6.13-linuxkit");
        expect(drivers).toMatchObject({ TMPFS: "built-in", VIRTIO_BLK: "left-out", EFI_STUB: "missing" });
    });

    it("is complete only as kernels are built with it: what a shorter one does not name is unknown", () => {
        expect(kernelFacts({ config: parseKernelConfig(`${head}${some}`) }).drivers.SQUASHFS).toBe("missing");
        const { drivers } = kernelFacts({ config: parseKernelConfig(some) });
        expect(drivers).toEqual({ TMPFS: "built-in", VIRTIO_BLK: "left-out", EFI_STUB: "missing" });
    });

    it("is none where no option stands", () => {
        expect(parseKernelConfig("")).toBeUndefined();
        expect(parseKernelConfig("hello\nCONFIG_lower\n")).toBeUndefined();
    });

    it("may have options of any name", () => {
        const config = parseKernelConfig("CONFIG___proto__=y\nCONFIG_constructor=m\n");
        expect(Object.keys(config?.options ?? {})).toEqual(["__proto__", "constructor"]);
        expect(kernelFacts({ config }).drivers).toEqual({});
    });
});

describe("the list of what is built in", () => {
    const builtin = "kernel/drivers/block/virtio_blk.ko\nkernel/fs/squashfs/squashfs.ko\n";

    it("tells of what could be a module, where no configuration does", () => {
        const { drivers } = kernelFacts({ builtin });
        expect(drivers).toMatchObject({ VIRTIO_BLK: "built-in", SQUASHFS: "built-in", EROFS_FS: "left-out" });
        expect(drivers.EFI_STUB).toBeUndefined();
    });

    it("does not count where the configuration has an answer", () => {
        const config = parseKernelConfig(some);
        expect(kernelFacts({ config, builtin }).drivers).toMatchObject({
            VIRTIO_BLK: "left-out",
            SQUASHFS: "built-in",
        });
    });
});

test("modules of an image are those of its root for its kernel, packed or not, by either spelling", () => {
    const { drivers } = kernelFacts({ config: parseKernelConfig(`${head}${some}CONFIG_EROFS_FS=m\n`) });
    const paths = [
        "usr/lib/modules/6.1/kernel/drivers/block/virtio-blk.ko.xz",
        "lib/modules/6.1/kernel/fs/squashfs.ko",
        "lib/modules/6.1/erofs.ko.zst",
        "lib/modules/6.1/kernel/tmpfs.ko",
        "lib/modules/6.1/virtio_net.ko.d/x",
    ];
    const found = { VIRTIO_BLK: "module", EROFS_FS: "module", SQUASHFS: "module", TMPFS: "built-in" };
    expect(withModules({ drivers }, paths)).toMatchObject({ ...found, VIRTIO_NET: "missing" });
    expect(withModules({ version: "6.1", drivers }, paths)).toMatchObject({ ...found, VIRTIO_NET: "missing" });
    expect(withModules({ version: "6.1-cloud", drivers }, paths)).toEqual(drivers);
});

test.each([
    "containers/services/x/lower/home/overlay.ko",
    "containers/onboot/000-x/lower/lib/modules/6.1/extra/overlay.ko",
    "usr/lib/modules/overlay.ko",
    "usr/share/lib/modules/6.1/overlay.ko",
    "usr/usr/lib/modules/6.1/overlay.ko",
    "overlay.ko",
])("%s is no module of a machine's kernel", (path) => {
    expect(withModules({ drivers: { OVERLAY_FS: "left-out" } }, [path])).toEqual({ OVERLAY_FS: "left-out" });
});

test("nothing is said of a kernel of which nothing is known", () => {
    expect(kernelFacts({})).toEqual({ drivers: {} });
    expect(withModules({ drivers: {} }, ["lib/modules/1/virtio_net.ko"])).toEqual({ VIRTIO_NET: "module" });
});
