import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { ToolError } from "../../process/report.ts";
import { type Console, watchConsole } from "./console.ts";

export interface GuestOptions {
    readonly kernelPath: string;
    readonly initrdPath: string;
    readonly cmdline: string;
    /** Port of this host that leads to Redis' in the guest. */
    readonly port: number;
}

/** A machine that was just started, under QEMU without hardware acceleration. */
export interface Guest {
    /** Resolves with the seconds from QEMU's start until a line of the console matches. */
    line(pattern: RegExp): Promise<number>;
    /** The same for something else that the guest does; the signal ends when the guest has failed or taken too long. */
    until(what: string, happens: (signal: AbortSignal) => Promise<unknown>): Promise<number>;
    end(): Promise<void>;
}

const PATIENCE_MS = 180_000;

/** As `qemu.Machine` starts a machine of 256 MB under TCG, but with the console on standard output. */
export function qemuArguments({ kernelPath, initrdPath, cmdline, port }: GuestOptions): string[] {
    const network = `user,id=net0,hostfwd=tcp:127.0.0.1:${port}-:6379`;
    return [
        ["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none", "-serial", "stdio"],
        ["-machine", "q35", "-accel", "tcg", "-cpu", "max,-cx16", "-smp", "1", "-m", "256M"],
        ["-kernel", kernelPath, "-initrd", initrdPath, "-append", `${cmdline} console=ttyS0 panic=-1`],
        ["-netdev", network, "-device", "virtio-net-pci,netdev=net0,romfile="],
        ["-object", "rng-builtin,id=rng0", "-device", "virtio-rng-pci,rng=rng0"],
    ].flat();
}

/** @param atEnd is given what stops the guest at once */
export function startGuest(options: GuestOptions, atEnd: (stop: () => void) => void): Guest {
    const start = performance.now();
    const child = spawn("qemu-system-x86_64", qemuArguments(options), { stdio: ["ignore", "pipe", "pipe"] });
    atEnd(() => void child.kill("SIGKILL"));
    const console = watchConsole(child);
    const until: Guest["until"] = async (what, happens) => {
        await unlessFailed(what, happens, console);
        return (performance.now() - start) / 1000;
    };
    return {
        until,
        line: (pattern) => until(`${pattern} on the console`, () => console.appears(pattern)),
        end: async () => {
            if (child.exitCode === null && child.signalCode === null) {
                const ended = once(child, "close");
                child.kill("SIGKILL");
                await ended;
            }
        },
    };
}

async function unlessFailed(
    what: string,
    happens: (signal: AbortSignal) => Promise<unknown>,
    console: Console,
): Promise<void> {
    const over = new AbortController();
    const tooLate = async (): Promise<never> => {
        await delay(PATIENCE_MS, undefined, { signal: over.signal });
        throw new ToolError(`no ${what} within ${PATIENCE_MS / 1000} s:\n${console.last()}`);
    };
    try {
        await Promise.race([happens(over.signal), console.failed, tooLate()]);
    } finally {
        over.abort();
    }
}
