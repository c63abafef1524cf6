import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { LinuxKitError } from "../../sdk/assembly/error";
import { typescriptOf } from "../../sdk/assembly/yaml/program/typescript";
import { DraftFolders } from "../artifact/image-file/draft-folders";
import { ownIdentity } from "../lifecycle/process";
import { defaultStateDirectory } from "../lifecycle/state-directory";
import { Journal } from "../qemu/journal/journal";
import { Reservations } from "../qemu/journal/reservations";
import { buildCommand } from "./build/build";
import { runCommand } from "./build/run";
import { findMachine, printConsole } from "./console";
import { findLeftovers, type Host, type Leftover, otherOrganizations, releasePorts, removeLeftover } from "./gc";
import { readStack, type RunPulumi, type StackSource, type StackState } from "./stack";

export const exitCodes = { done: 0, failed: 1, leftovers: 3 } as const;

/** What the command reaches outside itself through. */
export interface Terminal {
    readonly env: NodeJS.ProcessEnv;
    readonly stdout: { write(text: string | Buffer): unknown };
    readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
    exitCode?: number | string | null | undefined;
    once(event: "SIGINT", listener: () => void): unknown;
}

export function program(terminal: Terminal, runPulumi?: RunPulumi): Command {
    const command = new Command("pulumi-linuxkit").description(
        "Builds operating systems, and looks after the virtual machines of this host.",
    );
    command
        .command("console")
        .description("print a machine's console and follow it; Ctrl-C ends")
        .argument("[machine]", "name or id; needed where there are several")
        .option("--no-follow", "print what there is, and end")
        .action((machine: string | undefined, options: { follow: boolean }) => showConsole(terminal, machine, options));
    command
        .command("gc")
        .description("list the machines that an interrupted command left here and the stack does not know")
        .option("--stack <name>", "organization/project/stack, or a stack of the project here", undefined)
        .option("--state <file>", "what `pulumi stack export` printed, instead of running it here")
        .option("--yes", "delete them", false)
        .option("--json", "print a list for programs", false)
        .addHelpText("after", "\nExit codes: 0 nothing is left, 3 something is (see --yes), 1 the command failed.")
        .action((options: GcOptions) => collect(terminal, options, runPulumi));
    command
        .command("convert")
        .description("print the TypeScript program that declares and builds what LinuxKit YAML files do, merged")
        .argument("<file...>", "YAML files; a later one's kernel counts, its lists go on where the earlier ones end")
        .option(
            "--out <file>",
            "write the program to a new file; paths in it are relative to that file's folder",
            undefined,
        )
        .action((files: readonly string[], options: { out?: string }) => convert(terminal, files, options));
    command.addCommand(buildCommand(terminal)).addCommand(runCommand(terminal));
    return command;
}

type GcOptions = StackSource & { readonly yes: boolean; readonly json: boolean };

async function showConsole(
    terminal: Terminal,
    wanted: string | undefined,
    { follow }: { follow: boolean },
): Promise<void> {
    const journal = new Journal(defaultStateDirectory(terminal.env));
    const machine = await findMachine(journal, wanted);
    const interrupt = new AbortController();
    terminal.once("SIGINT", () => interrupt.abort());
    const running = await printConsole(journal, machine, {
        write: (bytes) => terminal.stdout.write(bytes),
        follow,
        signal: interrupt.signal,
    });
    if (!running) {
        terminal.stderr.write("the machine is stopped\n");
    }
}

async function collect(terminal: Terminal, options: GcOptions, runPulumi: RunPulumi | undefined): Promise<void> {
    const host = await hostOf(terminal.env);
    const state = await readStack(options, runPulumi);
    const found = await findLeftovers(host, state);
    const removed = options.yes ? await removeAll(host, state, found) : new Set<string>();
    if (options.yes) {
        await new DraftFolders(defaultStateDirectory(terminal.env)).sweep();
    }
    if (options.json) {
        const rows = found.map((leftover) => ({ ...leftover, deleted: removed.has(leftover.id) }));
        terminal.stdout.write(`${JSON.stringify(rows, undefined, 4)}\n`);
    } else {
        terminal.stdout.write(`${report(state, found, removed, options.yes).join("\n")}\n`);
    }
    for (const organization of await otherOrganizations(host, state)) {
        const { project, stack } = state.name;
        terminal.stderr.write(
            `machines of ${organization}/${project}/${stack} were left aside; for them: --stack ${organization}/${project}/${stack}\n`,
        );
    }
    terminal.exitCode = removed.size === found.length ? exitCodes.done : exitCodes.leftovers;
}

async function convert(terminal: Terminal, files: readonly string[], { out }: { out?: string }): Promise<void> {
    const text = typescriptOf(files);
    if (out === undefined) {
        terminal.stdout.write(text);
        return;
    }
    await writeFile(out, text, { flag: "wx" }).catch((cause: unknown) => {
        const { code, message } = cause as NodeJS.ErrnoException;
        const reason = code === "EEXIST" ? `${out} is there already: name a new file` : message;
        throw new LinuxKitError("out-unwritable", `--out: ${reason}`, { out }, { cause });
    });
}

async function hostOf(environment: NodeJS.ProcessEnv): Promise<Host> {
    const stateDirectory = defaultStateDirectory(environment);
    return {
        journal: new Journal(stateDirectory),
        reservations: new Reservations(stateDirectory, await ownIdentity()),
    };
}

async function removeAll(host: Host, state: StackState, found: readonly Leftover[]): Promise<ReadonlySet<string>> {
    const removed = new Set<string>();
    for (const leftover of found) {
        if (await removeLeftover(host, leftover)) {
            removed.add(leftover.id);
        }
    }
    await releasePorts(host, state);
    return removed;
}

function report(
    { name }: StackState,
    found: readonly Leftover[],
    removed: ReadonlySet<string>,
    told: boolean,
): readonly string[] {
    const stack = `${name.project}/${name.stack}`;
    if (found.length === 0) {
        return [`nothing is left of ${stack} on this host that its state does not know`];
    }
    const lines = found.map((leftover) => `${outcome(leftover, removed, told)}  ${describe(leftover)}`);
    return told ? lines : [`left of ${stack} on this host, and not in its state:`, ...lines, "delete them with --yes"];
}

function outcome({ id }: Leftover, removed: ReadonlySet<string>, told: boolean): string {
    if (!told) {
        return "  ";
    }
    return removed.has(id) ? "deleted" : "in use now, kept";
}

function describe({ id, name, pid, ports, kind }: Leftover): string {
    const what = kind === "unfinished" ? "its creation was cut off" : "made, and never recorded in state";
    const where = pid === null ? "not running" : `process ${pid}`;
    const open = ports.map(({ address, host, guest }) => `${address}:${host} -> ${guest}`).join(", ");
    return [id, name, what, where, open].filter((part) => part !== "").join("  ");
}
