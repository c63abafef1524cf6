import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import type { Architecture } from "../../../../sdk/assembly/spec";

export type Firmware = "bios" | "uefi";

/** How a machine sees an image: QEMU's arguments. */
export type Controller = "ide" | "sata" | "scsi" | "virtio" | "nvme" | "cd";

export interface BootOptions {
    readonly image: string;
    readonly architecture: Architecture;
    readonly firmware: Firmware;
    readonly controller: Controller;
    /** QEMU's arguments for what else it has. */
    readonly devices?: readonly string[];
}

const programs: Readonly<Record<Architecture, string>> = { amd64: "qemu-system-x86_64", arm64: "qemu-system-aarch64" };
const machines: Readonly<Record<Architecture, string>> = { amd64: "q35", arm64: "virt" };
const processors: Readonly<Record<Architecture, string>> = { amd64: "max,-cx16", arm64: "cortex-a72" };
/** Code and variables of UEFI: of Debian's packages ovmf and qemu-efi-aarch64, and of QEMU's own from Homebrew. */
const firmwares: Readonly<Record<Architecture, readonly (readonly [code: string, variables: string])[]>> = {
    amd64: [
        ["/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"],
        ["/opt/homebrew/share/qemu/edk2-x86_64-code.fd", "/opt/homebrew/share/qemu/edk2-i386-vars.fd"],
    ],
    arm64: [
        ["/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.fd"],
        ["/opt/homebrew/share/qemu/edk2-aarch64-code.fd", "/opt/homebrew/share/qemu/edk2-arm-vars.fd"],
    ],
};
const controllers: Readonly<Record<Controller, readonly string[]>> = {
    ide: ["-device", "ide-hd,drive=disk"],
    sata: ["-device", "ide-hd,drive=disk"],
    scsi: ["-device", "virtio-scsi-pci", "-device", "scsi-hd,drive=disk"],
    virtio: ["-device", "virtio-blk-pci,drive=disk"],
    nvme: ["-device", "nvme,drive=disk,serial=1"],
    cd: ["-device", "virtio-scsi-pci", "-device", "scsi-cd,drive=disk"],
};
/** q35's own controller. */
const SATA_CD = ["-device", "ide-cd,drive=disk"];
const PATIENCE_MS = 240_000;

/** Boots an image, and ends the machine when a line matches: all that the console said until then. */
export async function boot(options: BootOptions, pattern: RegExp): Promise<string> {
    const folder = mkdtempSync(path.join(tmpdir(), "linuxkit-disk-"));
    const [program = "", ...args] = machineArguments(options, folder);
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    try {
        return await consoleUntil(child, pattern);
    } finally {
        await end(child);
        rmSync(folder, { recursive: true, force: true });
    }
}

function machineArguments(options: BootOptions, folder: string): string[] {
    const { image, architecture, firmware, controller, devices = [] } = options;
    const isCd = controller === "cd";
    const device = isCd && architecture === "amd64" ? SATA_CD : controllers[controller];
    return [
        programs[architecture],
        // Only the older board has IDE: q35's controller is of SATA.
        ...["-machine", controller === "ide" ? "pc" : machines[architecture]],
        ...["-accel", "tcg", "-cpu", processors[architecture], "-smp", "1", "-m", "768"],
        ...["-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio"],
        ...(firmware === "uefi" ? uefi(architecture, folder) : []),
        ...["-drive", `if=none,id=disk,format=raw,file=${image},${isCd ? "readonly=on" : "snapshot=on"}`],
        ...device,
        ...devices,
    ];
}

function uefi(architecture: Architecture, folder: string): string[] {
    const found = firmwares[architecture].find(([code]) => existsSync(code));
    if (found === undefined) {
        throw new Error(`UEFI's firmware for ${architecture} is missing: npm run setup`);
    }
    const [code, original] = found;
    const variables = path.join(folder, "variables.fd");
    copyFileSync(original, variables);
    return [
        ...["-drive", `if=pflash,unit=0,format=raw,readonly=on,file=${code}`],
        ...["-drive", `if=pflash,unit=1,format=raw,file=${variables}`],
    ];
}

function consoleUntil(child: ChildProcess, pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
        let text = "";
        const fail = (why: string) => {
            clearTimeout(timer);
            reject(new Error(`${why} before ${String(pattern)}:\n${text.slice(-4000)}`));
        };
        const timer = setTimeout(() => fail(`${PATIENCE_MS} ms passed`), PATIENCE_MS);
        child.once("error", reject);
        child.once("close", () => fail("QEMU ended"));
        child.stdout?.setEncoding("latin1").on("data", (chunk: string) => {
            text += chunk;
            if (pattern.test(text)) {
                clearTimeout(timer);
                resolve(text);
            }
        });
    });
}

async function end(child: ChildProcess): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
        const over = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await over;
    }
}
