import { existsSync } from "node:fs";
import path from "node:path";

import { type FormatRequest, writeFormat } from "../../../providers/image/formats";
import { formats } from "../../../providers/image/formats/table";
import { ensureImage, resolveComponents } from "../../../providers/image";
import { temporaryFolder } from "../../support/folder";
import { makeTar } from "../archive/make-tar";
import { fakeBzImage, image, imageOf, kernelOf, writeImages } from "../build/support/images";
import { environment, fakeKernel, planned, usual, writeFolder } from "../build/support/plan";

const folder = temporaryFolder();

const head = "#\n# Automatically generated file; DO NOT EDIT.\n# Linux/x86 6.1.1 Kernel Configuration\n#\n";
const all = ["BLK_DEV_INITRD", "RD_GZIP", "RD_ZSTD", "EFI_STUB", "SQUASHFS", "EROFS_FS", "ISO9660_FS"];

function config(options: readonly string[], modules: readonly string[] = []): string {
    const lines = [...options.map((name) => `CONFIG_${name}=y`), ...modules.map((name) => `CONFIG_${name}=m`)];
    return `${head}${lines.join("\n")}\n`;
}

async function refusal(format: string, text: string, modules: Readonly<Record<string, string>> = {}) {
    const env = environment(folder());
    writeFolder(folder(), { "extra/etc/extra": "", ...modules });
    const extra = { kind: "init", source: { type: "folder", path: "extra" } } as const;
    const kernel = fakeKernel(env.storeDirectory, text);
    const { kernel: _, ...components } = usual(env).components;
    const spec = { ...usual(env), components: { kernel, "init.extra": extra, ...components } };
    const plan = await planned({ ...spec, order: Object.keys(spec.components) }, env);
    const request: FormatRequest = { plan, format, spdx: false };
    const file = (part: string): string => path.join(folder(), `out.${part}`);
    const error = await writeFormat(request, file, env).then(
        () => undefined,
        (cause: unknown) => cause as { code: string; message: string; fields: Record<string, unknown> },
    );
    return { error, isWritten: ["kernel", "disk", "root", "iso", "tar"].some((part) => existsSync(file(part))) };
}

const lacks: readonly (readonly [string, string, string])[] = [
    ["kernel+initrd", "BLK_DEV_INITRD", "an initrd"],
    ["tar-kernel-initrd", "BLK_DEV_INITRD", "an initrd"],
    ["raw-bios", "BLK_DEV_INITRD", "an initrd"],
    ["vmdk", "BLK_DEV_INITRD", "an initrd"],
    ["iso-bios", "BLK_DEV_INITRD", "an initrd"],
    ["raw-efi", "EFI_STUB", "to be started by UEFI"],
    ["raw-hybrid", "EFI_STUB", "to be started by UEFI"],
    ["qcow2-efi", "EFI_STUB", "to be started by UEFI"],
    ["iso-efi", "EFI_STUB", "to be started by UEFI"],
    ["iso-efi-initrd", "EFI_STUB", "to be started by UEFI"],
    ["kernel+squashfs", "SQUASHFS", "squashfs"],
    ["kernel+erofs", "EROFS_FS", "EROFS"],
    ["kernel+iso", "ISO9660_FS", "ISO 9660"],
];

test.each(lacks)("%s is refused with a kernel without %s, before anything is written", async (format, driver, what) => {
    const { error, isWritten } = await refusal(format, config(all.filter((name) => name !== driver)));
    expect(error).toMatchObject({
        code: "KernelDriver",
        message: `${format} cannot use the kernel linux-image (6.1): it is built without CONFIG_${driver} (${what}): take a kernel that has it`,
        fields: { kernel: "linux-image", drivers: [`CONFIG_${driver}`] },
    });
    expect(isWritten).toBe(false);
});

test("an initrd needs gzip of a kernel without zstd", async () => {
    expect((await refusal("kernel+initrd", config(["BLK_DEV_INITRD", "RD_GZIP"]))).error).toBeUndefined();
    const { error } = await refusal("kernel+initrd", config(["BLK_DEV_INITRD", "RD_XZ"]));
    expect(error?.message).toContain("CONFIG_RD_GZIP");
});

test("a file system may be a module that the image has, and is told how to get it where it has not", async () => {
    const text = config(["BLK_DEV_INITRD"], ["EROFS_FS"]);
    const { error } = await refusal("kernel+erofs", text);
    expect(error?.message).toContain(
        'the image has no module erofs: add that, by debian.kernel({ modules: ["erofs"] })',
    );
    const withModule = { "extra/usr/lib/modules/6.1/kernel/fs/erofs/erofs.ko": "\x7fELF" };
    expect(await refusal("kernel+erofs", text, withModule)).toEqual({ error: undefined, isWritten: true });
});

test("a tar is not booted, whatever its kernel", async () => {
    for (const format of Object.entries(formats).flatMap(([name, each]) => (each.needsKernel ? [] : [name]))) {
        expect(await refusal(format, config([]))).toEqual({ error: undefined, isWritten: true });
    }
});

describe("a kernel of an image", () => {
    async function built(kernel: Buffer, entries: Parameters<typeof imageOf>[1] = [], tar = makeTar()) {
        const env = environment(folder());
        const init = { kind: "init", source: image("init") } as const;
        writeImages(folder(), {
            kernel: imageOf({}, [{ name: "kernel", body: kernel }, { name: "kernel.tar", body: tar }, ...entries]),
            init: imageOf({}, [{ name: "sbin/init", body: "" }]),
        });
        const components = { kernel: kernelOf("kernel"), "init.init": init };
        const spec = { architecture: "amd64", components, order: Object.keys(components) } as const;
        const resolved = await resolveComponents(spec, undefined, env);
        return ensureImage({ ...resolved, format: 1, compression: "fast" }, env);
    }

    test("is known by the configuration beside it, and its version", async () => {
        const entries = [{ name: "boot/config-6.6.13", body: config(["TMPFS"], ["SQUASHFS"]) }];
        const { kernelFacts } = await built(fakeBzImage("6.6.13-linuxkit"), entries);
        expect(kernelFacts).toMatchObject({ name: "kernel", version: "6.6.13-linuxkit" });
        expect(kernelFacts.drivers).toMatchObject({ TMPFS: "built-in", SQUASHFS: "left-out", EFI_STUB: "missing" });
    });

    test("is known by its list of what is built in, and its modules", async () => {
        const tar = makeTar(
            { name: "lib/modules/5.4/modules.builtin", body: "kernel/fs/squashfs/squashfs.ko\n" },
            { name: "lib/modules/5.4/kernel/fs/isofs/isofs.ko", body: "" },
            { name: "lib/modules/4.0.0/kernel/fs/erofs/erofs.ko.xz", body: "" },
        );
        const { kernelFacts } = await built(fakeBzImage("5.4"), [], tar);
        expect(kernelFacts.drivers).toMatchObject({ SQUASHFS: "built-in", ISO9660_FS: "module", EROFS_FS: "left-out" });
        expect(kernelFacts.drivers).not.toHaveProperty("EFI_STUB");
    });

    test("is not known where it says nothing", async () => {
        expect((await built(Buffer.from("no kernel"))).kernelFacts).toEqual({ name: "kernel", drivers: {}, needs: [] });
    });
});
