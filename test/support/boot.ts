import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

import type { Architecture } from "../../sdk/assembly/spec";

export interface BootOptions {
    readonly kernelPath: string;
    readonly initrdPath: string;
    readonly architecture?: Architecture;
    readonly memoryMegabytes?: number;
    /** Host port to guest port, on loopback. */
    readonly ports?: Readonly<Record<number, number>>;
    /** Raw files, in the order of its virtio disks. */
    readonly disks?: readonly { readonly file: string; readonly readonly?: boolean }[];
    /** Options of QEMU's user networking, comma by comma. */
    readonly network?: readonly string[];
    /** Further arguments of QEMU. */
    readonly extra?: readonly string[];
}

/** A machine under QEMU, without hardware acceleration. */
export interface Guest {
    /** What stood on the console so far, without the firmware's own lines being told apart. */
    readonly lines: readonly string[];
    /** The first line that matches, now or later; an error with the console's end when the time is over or QEMU ends. */
    waitFor(pattern: RegExp, timeoutMs?: number): Promise<string>;
    /** Presses the power button. */
    powerDown(): Promise<void>;
    /** QEMU's exit code, once it has ended by itself. */
    ended(timeoutMs?: number): Promise<number | null>;
}

const machines: Readonly<Record<Architecture, readonly string[]>> = {
    amd64: ["qemu-system-x86_64", "-machine", "q35", "-cpu", "max,-cx16"],
    arm64: ["qemu-system-aarch64", "-machine", "virt", "-cpu", "cortex-a72", "-device", "virtio-keyboard-pci"],
};
/** Without firmware an arm64 guest has no ACPI, and its kernel no driver for the board's own button. */
const powerButtons: Readonly<Record<Architecture, object>> = {
    amd64: { execute: "system_powerdown" },
    arm64: { execute: "send-key", arguments: { keys: [{ type: "qcode", data: "power" }] } },
};
const consoles: Readonly<Record<Architecture, string>> = { amd64: "ttyS0", arm64: "ttyAMA0" };
const PATIENCE_MS = 180_000;

/**
 * Boots machines in the tests of a file, which get ten minutes each, and ends each machine after the test that started it.
 * A test that is over, its time being up, starts none.
 */
export function guests(): (options: BootOptions) => Guest {
    jest.setTimeout(10 * 60_000);
    const running: { child: ChildProcess; folder: string }[] = [];
    let isOver = false;
    const endAll = async () => {
        for (const { child, folder } of running.splice(0)) {
            await end(child);
            rmSync(folder, { recursive: true, force: true });
        }
    };
    afterEach(endAll);
    afterAll(() => {
        isOver = true;
        return endAll();
    });
    return (options) => {
        if (isOver) {
            throw new Error("the tests of this file are over");
        }
        const folder = mkdtempSync(path.join(tmpdir(), "linuxkit-boot-"));
        const child = start(options, folder);
        running.push({ child, folder });
        const button = powerButtons[options.architecture ?? "amd64"];
        return watch(child, () => command(path.join(folder, "qmp"), button));
    };
}

async function end(child: ChildProcess): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
        const over = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await over;
    }
}

function start(options: BootOptions, folder: string): ChildProcess {
    const { kernelPath, initrdPath, architecture = "amd64", memoryMegabytes = 512, ports = {}, disks = [] } = options;
    const { network = [], extra = [] } = options;
    const [program = "", ...machine] = machines[architecture];
    const forwards = Object.entries(ports).map(([host, guest]) => `,hostfwd=tcp:127.0.0.1:${host}-:${guest}`);
    const settings = {
        accel: "tcg",
        smp: "1",
        m: String(memoryMegabytes),
        display: "none",
        serial: "stdio",
        kernel: kernelPath,
        initrd: initrdPath,
        append: `console=${consoles[architecture]} quiet mitigations=off panic=-1`,
        netdev: [`user,id=net0${forwards.join("")}`, ...network].join(","),
        qmp: `unix:${path.join(folder, "qmp")},server=on,wait=off`,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => [`-${name}`, value]);
    const devices = ["virtio-net-pci,netdev=net0", "virtio-rng-pci"].flatMap((device) => ["-device", device]);
    const drives = disks.flatMap(({ file, readonly = false }) => [
        "-drive",
        `if=virtio,format=raw,readonly=${readonly ? "on" : "off"},file=${file}`,
    ]);
    return spawn(program, [...machine, "-nodefaults", "-no-reboot", ...flags, ...devices, ...drives, ...extra], {
        stdio: ["ignore", "pipe", "inherit"],
    });
}

function watch(child: ChildProcess, powerDown: () => Promise<void>): Guest {
    const lines: string[] = [];
    const waiting = new Set<() => void>();
    const wake = () => [...waiting].forEach((check) => check());
    if (child.stdout === null) {
        throw new Error("QEMU was started without a console");
    }
    createInterface({ input: child.stdout }).on("line", (line) => {
        lines.push(line);
        wake();
    });
    child.once("close", wake);

    function until<T>(what: string, look: () => T | undefined, timeoutMs: number): Promise<T> {
        return new Promise((resolve, reject) => {
            const settle = (act: () => void) => {
                clearTimeout(timer);
                waiting.delete(check);
                act();
            };
            const fail = (why: string) => reject(new Error(`${why} before ${what}:\n${lines.slice(-40).join("\n")}`));
            const check = () => {
                const found = look();
                if (found !== undefined) {
                    settle(() => resolve(found));
                } else if (child.exitCode !== null || child.signalCode !== null) {
                    settle(() => fail("QEMU ended"));
                }
            };
            const timer = setTimeout(() => settle(() => fail(`${timeoutMs} ms passed`)), timeoutMs);
            waiting.add(check);
            check();
        });
    }
    const exitCode = () => child.exitCode ?? undefined;
    return {
        lines,
        waitFor: (pattern, timeoutMs = PATIENCE_MS) =>
            until(String(pattern), () => lines.find((line) => pattern.test(line)), timeoutMs),
        powerDown,
        ended: (timeoutMs = PATIENCE_MS) => until("its own end", exitCode, timeoutMs),
    };
}

/** One command of the QEMU Machine Protocol: a greeting, the negotiation, the command, each answered by a line. */
function command(socketPath: string, wanted: object): Promise<void> {
    return new Promise((resolve, reject) => {
        const socket = connect(socketPath);
        const commands = [{ execute: "qmp_capabilities" }, wanted];
        socket.on("error", reject);
        createInterface({ input: socket }).on("line", () => {
            const next = commands.shift();
            if (next === undefined) {
                socket.end(() => resolve());
            } else {
                socket.write(`${JSON.stringify(next)}\n`);
            }
        });
    });
}
