import { spawn } from "node:child_process";
import { Command, InvalidArgumentError, Option } from "commander";

import { LinuxKitError } from "../../../sdk/assembly/error";
import { parseBytes } from "../../../sdk/assembly/units";
import { defaultStoreDirectory, ensureImage } from "../../image";
import { findAccelerator } from "../../qemu/accelerator";
import { guestArguments } from "../../qemu/machine/arguments";
import { findQemu } from "../../qemu/machine/binary";
import { type Accelerator, defaults, type Port } from "../../qemu/settings";
import type { Terminal } from "../program";
import { type PlanOptions, planned, withEnvironment, withPlanOptions } from "./build";
import { positive, size } from "./options";

interface RunOptions extends PlanOptions {
    readonly memory: number;
    readonly cpus: number;
    readonly publish: readonly Port[];
    readonly accelerator?: Accelerator;
}

export function runCommand(terminal: Terminal): Command {
    return withPlanOptions(new Command("run"))
        .description("build an image and boot it in QEMU, its console on this terminal, until it powers off")
        .addOption(
            new Option("--memory <size>", "of the machine")
                .argParser(size)
                .default(parseBytes(defaults.memory), defaults.memory),
        )
        .option("--cpus <number>", "of the machine", positive, defaults.cpus)
        .option("--publish <[address:]host:guest[/udp]>", "forward a port of this host; may be repeated", publish, [])
        .addOption(
            new Option("--accelerator <name>", "(default: the fastest that boots a guest here)").choices([
                "kvm",
                "hvf",
                "tcg",
            ]),
        )
        .addHelpText("after", "\nCtrl-A X ends the machine; Ctrl-A C leads to QEMU's monitor and back.")
        .action((files: readonly string[], options: RunOptions) => run(terminal, files, options));
}

const portForm = /^(?:(\d+\.\d+\.\d+\.\d+):)?(\d+):(\d+)(?:\/(tcp|udp))?$/;

function publish(text: string, earlier: readonly Port[]): readonly Port[] {
    const [, address = "127.0.0.1", host, guest, protocol = "tcp"] = portForm.exec(text) ?? [];
    const numbers = [host, guest].map(Number);
    if (!numbers.every((port) => port >= 1 && port <= 65_535)) {
        throw new InvalidArgumentError('it has the form "6379:6379", ports from 1 to 65535');
    }
    const port = { address, host: Number(host), guest: Number(guest), protocol: protocol as Port["protocol"] };
    return [...earlier, port];
}

async function run(terminal: Terminal, files: readonly string[], options: RunOptions): Promise<void> {
    const qemu = await withEnvironment(terminal, async (environment) => {
        const { plan } = await planned(files, options, environment);
        const { architecture } = plan;
        const program = await findQemu(architecture, terminal.env["PATH"]);
        const image = await ensureImage(plan, environment);
        const accelerator =
            options.accelerator ??
            (await findAccelerator(program, architecture, {
                cacheDirectory: defaultStoreDirectory(terminal.env),
                onProbe: (name) => environment.progress({ message: `trying whether ${name} boots a guest here` }),
            }));
        const { memory: memoryBytes, cpus, publish: ports } = options;
        const guest = { architecture, memoryBytes, cpus, ports, kernelArguments: [] };
        return { program, args: [...guestArguments(guest, image, accelerator), "-serial", "mon:stdio"] };
    });
    terminal.exitCode = await inForeground(qemu.program, qemu.args);
}

/** QEMU on this terminal; a signal that ends this command ends the machine. */
async function inForeground(program: string, args: readonly string[]): Promise<number> {
    const qemu = spawn(program, args, { stdio: "inherit" });
    const end = (): void => void qemu.kill("SIGTERM");
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    signals.forEach((signal) => process.on(signal, end));
    try {
        return await new Promise<number>((resolve, reject) => {
            qemu.once("error", (cause) =>
                reject(new LinuxKitError("qemu-failed", `${program} cannot be run: ${cause.message}`, {}, { cause })),
            );
            qemu.once("exit", (code) => resolve(code ?? 1));
        });
    } finally {
        signals.forEach((signal) => process.off(signal, end));
    }
}
