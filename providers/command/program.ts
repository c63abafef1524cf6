import { writeFile } from "node:fs/promises";
import type { Readable } from "node:stream";
import { Command } from "commander";
import { LinuxKitError } from "../../sdk/assembly/error";
import { typescriptOf } from "../../sdk/assembly/yaml/program/typescript";
import { DraftFolders } from "../artifact/image-file/draft-folders";
import { ownIdentity } from "../lifecycle/process";
import { defaultStateDirectory } from "../lifecycle/state-directory";
import { DiskJournal } from "../qemu/disk/journal";
import { Journal } from "../qemu/journal/journal";
import { Reservations } from "../qemu/journal/reservations";
import { buildCommand } from "./build/build";
import { runCommand } from "./build/run";
import { nameOf, yamlSources } from "./build/sources";
import { findMachine, printConsole } from "./console";
import { findLeftovers, otherOrganizations } from "./gc";
import { findLeftoverDisks } from "./gc-disks";
import { interruption, untilInterrupted } from "./interrupt";
import { type DiskHost, removeAll, report } from "./leftovers";
import { readStack, type RunPulumi, type StackSource } from "../lifecycle/stack";

export const exitCodes = { done: 0, failed: 1, leftovers: 3 } as const;

/** Says "error" when nobody reads it any more, as of `console | head`. */
interface Closable {
    on(event: "error", listener: () => void): unknown;
    off(event: "error", listener: () => void): unknown;
}

/** What the command reaches outside itself through. */
export interface Terminal {
    readonly env: NodeJS.ProcessEnv;
    readonly stdin: Readable;
    readonly stdout: Closable & { write(text: string | Buffer): unknown };
    readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean };
    exitCode?: number | string | null | undefined;
    on(event: "SIGINT", listener: () => void): unknown;
    off(event: "SIGINT", listener: () => void): unknown;
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
        .description("list the machines and disks that an interrupted command left here and the stack does not know")
        .option("--stack <name>", "organization/project/stack, or a stack of the project here", undefined)
        .option("--state <file>", "what `pulumi stack export` printed, instead of running it here")
        .option("--yes", "delete them, but no disk that was finished", false)
        .option("--json", "print a list for programs", false)
        .addHelpText("after", "\nExit codes: 0 nothing is left, 3 something is (see --yes), 1 the command failed.")
        .action((options: GcOptions) => collect(terminal, options, runPulumi));
    command
        .command("convert")
        .description("print the TypeScript program that declares and builds what LinuxKit YAML files do, merged")
        .argument(
            "<file...>",
            'YAML files, "-" for standard input, or http(s) URLs; a later one\'s kernel counts, its lists go on where the earlier ones end',
        )
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
    const write = (bytes: Buffer): unknown => terminal.stdout.write(bytes);
    const running = await untilInterrupted(terminal, (signal) =>
        printConsole(journal, machine, { write, follow, signal }),
    );
    if (!running) {
        terminal.stderr.write("the machine is stopped\n");
    }
}

async function collect(terminal: Terminal, options: GcOptions, runPulumi: RunPulumi | undefined): Promise<void> {
    const stateDirectory = defaultStateDirectory(terminal.env);
    const host = await hostOf(stateDirectory);
    if (options.yes) {
        await new DraftFolders(stateDirectory).sweep();
    }
    const state = await readStack(options, runPulumi).catch((error: unknown) => {
        throw options.yes ? filesOnly(error) : error;
    });
    const found = [...(await findLeftovers(host, state)), ...(await findLeftoverDisks(host.disks, state))];
    const removed = options.yes ? await removeAll(host, state, found) : new Set<string>();
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
    const isDone = found.every(({ id, kind }) => kind === "data" || removed.has(id));
    terminal.exitCode = isDone ? exitCodes.done : exitCodes.leftovers;
}

/** Unfinished files belong to no stack, and are gone by now. */
function filesOnly(error: unknown): unknown {
    if (!(error instanceof LinuxKitError)) {
        return error;
    }
    const done = "files that killed builds left unfinished are removed; machines and disks were not looked at";
    return new LinuxKitError(error.code, `${done}: ${error.message}`, error.fields, { cause: error });
}

async function convert(terminal: Terminal, files: readonly string[], { out }: { out?: string }): Promise<void> {
    const sources = await untilInterrupted(
        terminal,
        (signal) => yamlSources(files, { fetch: globalThis.fetch, signal, stdin: () => terminal.stdin }),
        interruption("nothing was written"),
    );
    const text = typescriptOf(sources, nameOf(files.at(-1) ?? "-"));
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

async function hostOf(stateDirectory: string): Promise<DiskHost> {
    return {
        journal: new Journal(stateDirectory),
        disks: new DiskJournal(stateDirectory),
        reservations: new Reservations(stateDirectory, await ownIdentity()),
    };
}
