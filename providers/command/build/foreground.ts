import { spawn } from "node:child_process";

import { LinuxKitError } from "../../../sdk/assembly/error";
import { defaultStoreDirectory, ensureImage } from "../../image";
import { findAccelerator } from "../../qemu/accelerator";
import { addressProblem, bindProblem } from "../../qemu/check/listen";
import { guestArguments } from "../../qemu/machine/arguments";
import { findQemu } from "../../qemu/machine/binary";
import { requireMachineDrivers } from "../../qemu/machine/drivers";
import type { Accelerator, Port } from "../../qemu/settings";
import type { Terminal } from "../program";
import { type PlanOptions, wantedAssembly, withEnvironment } from "./build";
import { plannedAssembly } from "./planned";

export interface RunOptions extends PlanOptions {
    readonly memory: number;
    readonly cpus: number;
    readonly publish: readonly Port[];
    readonly accelerator?: Accelerator;
}

/** Builds an image and runs it until it powers off; the exit code is QEMU's. */
export async function runInForeground(
    terminal: Terminal,
    files: readonly string[],
    options: RunOptions,
): Promise<void> {
    await requireFree(options.publish);
    const qemu = await withEnvironment(terminal, async (environment) => {
        const assembly = await wantedAssembly(terminal, files, options, environment);
        const plan = await plannedAssembly(assembly, options.compression, environment);
        const { architecture } = plan;
        const program = await findQemu(architecture, terminal.env["PATH"]);
        const image = await ensureImage(plan, environment);
        const { memory: memoryBytes, cpus, publish: ports } = options;
        const devices = { image: plan, disks: [], networks: [], ports, readiness: "console" } as const;
        requireMachineDrivers(devices, image.kernelFacts);
        const accelerator =
            options.accelerator ??
            (await findAccelerator(program, architecture, {
                cacheDirectory: defaultStoreDirectory(terminal.env),
                onProbe: (name) => environment.progress({ message: `trying whether ${name} boots a guest here` }),
            }));
        const guest = { architecture, memoryBytes, cpus, ports, kernelArguments: [] };
        return { program, args: [...guestArguments(guest, image, accelerator), "-serial", "mon:stdio"] };
    });
    terminal.exitCode = await inForeground(qemu.program, qemu.args);
}

/** Before a build that may take long; QEMU's own error does not say which port it was. */
async function requireFree(ports: readonly Port[]): Promise<void> {
    for (const port of ports) {
        const problem = (await addressProblem(port.protocol, port.address)) ?? (await bindProblem(port));
        if (problem !== undefined) {
            throw new LinuxKitError("port-unavailable", `--publish: ${problem}`, { ...port });
        }
    }
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
