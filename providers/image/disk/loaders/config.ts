import type { Architecture } from "../../../../sdk/assembly/spec";
import { LinuxKitError } from "../../../../sdk/assembly/error";
import type { BootFiles } from "../boot-files";
import type { FatFile } from "../fat/file";
import { payloadOf } from "../payload";
import { defaultBootFiles } from "./table";

/** Where every loader finds what it starts. */
export const KERNEL = "kernel";
export const INITRD = "initrd.img";

/** https://wiki.syslinux.org/wiki/index.php?title=Config */
export function syslinuxConfig({ cmdline }: BootFiles): string {
    const entry = ["LABEL linuxkit", `    KERNEL /${KERNEL}`, `    INITRD /${INITRD}`, `    APPEND ${cmdline}`];
    return ["DEFAULT linuxkit", "PROMPT 0", ...entry, ""].join("\n");
}

/** systemd-boot with its configuration (UAPI.1, "Boot Loader Specification", type 1). */
export function systemdBoot(loader: Buffer, { cmdline }: BootFiles, architecture: Architecture): FatFile[] {
    const entry = ["title LinuxKit", `linux /${KERNEL}`, `initrd /${INITRD}`, `options ${cmdline}`, ""];
    return [
        textFile("loader/loader.conf", "timeout 0\ndefault linuxkit.conf\neditor no\n"),
        textFile("loader/entries/linuxkit.conf", entry.join("\n")),
        { path: defaultBootFiles[architecture], parts: [payloadOf(loader)] },
    ];
}

/** Where Debian's GRUB for CDs looks on the CD. */
export const GRUB_CONFIG = "boot/grub/grub.cfg";

/** For GRUB that reads kernel and initrd from the CD around it. */
export function grubConfig({ cmdline }: BootFiles): string {
    const words = ["linux", `/${KERNEL}`, ...grubWords(cmdline)];
    return ["set timeout=0", words.join(" "), `initrd /${INITRD}`, "boot", ""].join("\n");
}

/**
 * The arguments as a kernel tells them apart, at spaces outside of double quotes. GRUB quotes one with a space in it again,
 * and puts a backslash before each quote and backslash (grub-core/lib/cmdline.c).
 */
function grubWords(cmdline: string): string[] {
    if (/['\\]/.test(cmdline)) {
        throw new LinuxKitError(
            "DiskCmdline",
            "kernel.cmdline cannot be given to GRUB, which iso-efi-initrd boots with: it holds a single quote or a backslash. Take iso-efi.",
            { property: "kernel.cmdline" },
        );
    }
    const words = cmdline.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
    return words.map((word) => `'${word.replaceAll('"', "")}'`);
}

function textFile(path: string, text: string): FatFile {
    return { path, parts: [payloadOf(text)] };
}
