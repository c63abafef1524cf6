import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { crc32 } from "node:zlib";

import { ensureImage, resolveComponents } from "../../../providers/image";
import { resolveLoaders, writeFormat } from "../../../providers/image/formats";
import { Assembly, debian } from "../../../sdk";
import { normalizeAssembly } from "../../../sdk/assembly/normalize";
import { temporaryFolder } from "../../support/folder";
import { realEnvironment } from "../disk/support/real";

const folder = temporaryFolder();
const tree = "boot/dtb/broadcom/bcm2837-rpi-3-b.dtb";

async function unpacked(options: { readonly cmdline: string; readonly withTree: boolean }) {
    const env = await realEnvironment();
    const { architecture, components, order } = new Assembly({
        architecture: "arm64",
        kernel: { ...debian.kernel(), cmdline: options.cmdline },
        init: [debian.base()],
        files: options.withTree ? [{ path: tree, contents: "a device tree" }] : [],
    });
    const { spec, problems } = normalizeAssembly({ architecture, components, order });
    if (spec === undefined) {
        throw new Error(JSON.stringify(problems));
    }
    const plan = { ...(await resolveComponents(spec, undefined, env)), format: 1, compression: "fast" } as const;
    const loaders = await resolveLoaders({ plan, format: "rpi3" }, undefined, env);
    const file = path.join(folder(), "rpi3.tar");
    await writeFormat({ plan, format: "rpi3", spdx: false, ...(loaders && { loaders }) }, () => file, env);
    execFileSync("tar", ["-xf", file, "-C", folder()]);
    const names = execFileSync("tar", ["-tf", file], { encoding: "utf8" }).trim().split("\n");
    return {
        names,
        read: (name: string) => readFileSync(path.join(folder(), name)),
        image: await ensureImage(plan, env),
    };
}

const firmware = ["LICENCE.broadcom", "bootcode.bin", "fixup.dat", "fixup_cd.dat", "fixup_x.dat"];
const programs = ["start.elf", "start_cd.elf", "start_x.elf", "u-boot.bin"];
const own = ["config.txt", "boot.scr", "kernel.uimg", "initrd.uimg"];

test("firmware, U-Boot, and the image as U-Boot takes it", async () => {
    const { names, read, image } = await unpacked({ cmdline: "quiet", withTree: false });
    expect(names).toEqual([...firmware, ...programs, ...own]);
    expect(read("start.elf").toString("latin1", 1, 4)).toBe("ELF");
    expect(read("LICENCE.broadcom").toString()).toContain("Broadcom");
    expect(read("config.txt").toString()).toContain("kernel=u-boot.bin");
    for (const [name, type] of [
        ["boot.scr", 6],
        ["kernel.uimg", 2],
        ["initrd.uimg", 3],
    ] as const) {
        const bytes = read(name);
        expect([bytes.readUInt32BE(0), bytes[30], bytes.readUInt32BE(12)]).toEqual([
            0x27051956,
            type,
            bytes.length - 64,
        ]);
        expect(bytes.readUInt32BE(24)).toBe(crc32(bytes.subarray(64)));
    }
    expect(read("kernel.uimg").subarray(64).equals(readFileSync(image.kernelPath))).toBe(true);
    expect(read("initrd.uimg").subarray(64).equals(readFileSync(image.initrdPath))).toBe(true);
    const script = read("boot.scr").toString("utf8", 72);
    expect(script).toContain("setenv bootargs 'dwc_otg.lpm_enable=0 console=tty1 console=ttyS0,115200 quiet'\n");
    expect(script).toContain("bootm ${kernel_addr_r} ${ramdisk_addr_r} ${fdt_addr}\n");
});

test("the device tree that the image brings", async () => {
    const { names, read } = await unpacked({ cmdline: "", withTree: true });
    expect(names.slice(-3)).toEqual(["dtb", "dtb/broadcom", "dtb/broadcom/bcm2837-rpi-3-b.dtb"]);
    expect(read("dtb/broadcom/bcm2837-rpi-3-b.dtb").toString()).toBe("a device tree");
    expect(read("boot.scr").toString()).toContain("fatload mmc 0:1 ${fdt_addr_r} dtb/broadcom/bcm2837-rpi-3-b.dtb\n");
});

test("a command line that would end U-Boot's text is an error", async () => {
    await expect(unpacked({ cmdline: "a='b'", withTree: false })).rejects.toMatchObject({ code: "Rpi3Cmdline" });
});
