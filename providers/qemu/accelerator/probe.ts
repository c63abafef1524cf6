import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Architecture } from "../../../sdk/assembly/spec";
import type { Accelerator } from "../settings";
import { probeGuest } from "./guest";

const probeMilliseconds = 5000;

/** The accelerator that this system may have for guests of an architecture; none of another architecture than its own. */
export async function candidate(architecture: Architecture): Promise<Accelerator | undefined> {
    if (architecture !== (process.arch === "x64" ? "amd64" : process.arch)) {
        return undefined;
    }
    if (process.platform === "darwin") {
        return "hvf";
    }
    const usable = await access("/dev/kvm", constants.R_OK | constants.W_OK).then(
        () => true,
        () => false,
    );
    return usable ? "kvm" : undefined;
}

/**
 * Boots a guest of a few bytes. A device file says nothing: virtual machines offer a /dev/kvm on which a guest hangs.
 */
export async function boots(
    qemu: string,
    architecture: Architecture,
    accelerator: Accelerator,
    timeoutMilliseconds: number = probeMilliseconds,
): Promise<boolean> {
    const guest = probeGuest(architecture);
    const folder = await mkdtemp(join(tmpdir(), "linuxkit-probe-"));
    try {
        const image = join(folder, "guest");
        await writeFile(image, guest.image);
        const cpu = accelerator === "tcg" ? "max" : "host";
        const { code, output } = await run(
            qemu,
            [
                ...guest.args,
                ...["-accel", accelerator, "-cpu", cpu, "-m", "64"],
                ...["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"],
                ...["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"],
                ...["-kernel", image],
            ],
            timeoutMilliseconds,
        );
        return code === guest.exitCode && output.includes(guest.output);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** `code` is null when the time was over, or a signal ended it. */
function run(
    file: string,
    args: readonly string[],
    timeoutMilliseconds: number,
): Promise<{ readonly code: number | null; readonly output: string }> {
    return new Promise((resolve, reject) => {
        const child = spawn(file, args, {
            stdio: ["ignore", "pipe", "ignore"],
            timeout: timeoutMilliseconds,
            killSignal: "SIGKILL",
        });
        let output = "";
        child.stdout.setEncoding("latin1").on("data", (chunk: string) => (output += chunk));
        child.once("error", reject);
        child.once("exit", (code) => resolve({ code, output }));
    });
}
