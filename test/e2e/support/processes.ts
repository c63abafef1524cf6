import { processesOf } from "../../../tools/process/leftovers.ts";
import { run } from "../../../tools/process/run.ts";
import type { Stack } from "./stack";

/** Every process that names the stack's folder or works in it. */
export function processesOfStack(stack: Stack): Promise<string[]> {
    return processesOf(stack.directory, run);
}

/** Pids of the stack's virtual machines. */
export async function machinesOf(stack: Stack): Promise<number[]> {
    return pids(await processesOf(stack.stateDirectory, run), /qemu-system/);
}

/** Pids of Pulumi's dynamic provider for the stack. */
export async function providersOf(stack: Stack): Promise<number[]> {
    return pids(await processesOf(stack.programDirectory, run), /^\d+ \S*node .*dynamic-provider/);
}

function pids(processes: readonly string[], command: RegExp): number[] {
    return processes.filter((line) => command.test(line)).map((line) => Number.parseInt(line, 10));
}
