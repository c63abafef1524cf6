import { Command } from "commander";
import { LinuxKitError } from "../../sdk/assembly/error";
import { type ConsoleSource, hostConsole, printInstanceConsole } from "../aws/console";
import { type Connection, defaultRegion } from "../aws/leftovers";
import { nameOf } from "../lifecycle/identity";
import { readStack, runOwnPulumi, type RunPulumi, type StackResource, type StackSource } from "../lifecycle/stack";
import { defaultStateDirectory } from "../lifecycle/state-directory";
import { Journal } from "../qemu/journal/journal";
import { findMachine, printConsole } from "./console";
import { untilInterrupted } from "./interrupt";
import type { Terminal } from "./program";

type ConsoleOptions = StackSource & { readonly follow: boolean; readonly region?: string };

/** What `console` reaches besides this host. */
export interface ConsoleOutside {
    readonly runPulumi: RunPulumi;
    readonly consoleOf: (connection: Connection, region: string) => ConsoleSource;
}

const ownOutside: ConsoleOutside = { runPulumi: runOwnPulumi, consoleOf: hostConsole };

export function consoleCommand(terminal: Terminal, outside: Partial<ConsoleOutside>): Command {
    return new Command("console")
        .description("print a machine's console and follow it; Ctrl-C ends")
        .argument("[machine]", "name or id, of this host or on AWS; needed where there are several")
        .option("-f, --follow", "go on with what comes to it", true)
        .option("--no-follow", "print what there is, and end")
        .option("--region <name>", "where an instance of AWS is; by default as the stack's state has it", undefined)
        .option("--stack <name>", "organization/project/stack, or a stack of the project here", undefined)
        .option("--state <file>", "what `pulumi stack export` printed, instead of running it here")
        .action((wanted: string | undefined, options: ConsoleOptions) =>
            show(terminal, wanted, options, { ...ownOutside, ...outside }),
        );
}

/** A machine of this host goes before an instance of that name; nothing else is asked when it is here. */
async function show(
    terminal: Terminal,
    wanted: string | undefined,
    options: ConsoleOptions,
    outside: ConsoleOutside,
): Promise<void> {
    if (isInstanceId(wanted)) {
        await showInstance(terminal, await instanceOf(wanted, options, outside), options, outside);
        return;
    }
    const journal = new Journal(defaultStateDirectory(terminal.env));
    const machine = await findMachine(journal, wanted).catch(async (error: unknown) => {
        if (!isNone(error)) throw error;
        return instanceNamed(wanted, await instancesIn(options, outside), error);
    });
    if ("region" in machine) {
        await showInstance(terminal, machine, options, outside);
        return;
    }
    const write = (bytes: Buffer): unknown => terminal.stdout.write(bytes);
    const running = await untilInterrupted(terminal, (signal) =>
        printConsole(journal, machine, { write, follow: options.follow, signal }),
    );
    if (!running) {
        terminal.stderr.write("the machine is stopped\n");
    }
}

interface CloudInstance {
    readonly id: string;
    readonly region: string;
    readonly connection: Connection;
}

interface NamedInstance extends CloudInstance {
    readonly name: string;
}

const isInstanceId = (wanted: string | undefined): wanted is string => /^i-[0-9a-f]{8,17}$/.test(wanted ?? "");

const isNone = (error: unknown): error is LinuxKitError =>
    error instanceof LinuxKitError && error.code === "no-machine";

async function showInstance(
    terminal: Terminal,
    { id, region, connection }: CloudInstance,
    { follow }: ConsoleOptions,
    { consoleOf }: ConsoleOutside,
): Promise<void> {
    let printed = 0;
    const write = (text: string): void => {
        printed += text.length;
        terminal.stdout.write(text);
    };
    const state = await untilInterrupted(terminal, (signal) =>
        printInstanceConsole(consoleOf(connection, region), id, { write, follow, signal }),
    );
    if (printed === 0) {
        terminal.stderr.write(`AWS has nothing of the console of ${id} yet: it may take some minutes\n`);
    }
    if (state !== "running") {
        terminal.stderr.write(`the instance ${id} is ${state}\n`);
    }
}

/** The instance of an id, as state has it; one that it does not have is looked for where AWS's own chain says. */
async function instanceOf(id: string, options: ConsoleOptions, outside: ConsoleOutside): Promise<CloudInstance> {
    const known = (await instancesIn(options, outside)).find((instance) => instance.id === id);
    const region = options.region ?? known?.region ?? (await defaultRegion({}));
    if (region === undefined) {
        throw new LinuxKitError(
            "region-unknown",
            `nothing says in which region of AWS ${id} is: give --region, or set AWS_REGION`,
        );
    }
    return { id, region, connection: known?.connection ?? {} };
}

/** @throws the error that there is no such machine, with the instances that there are */
function instanceNamed(
    wanted: string | undefined,
    all: readonly NamedInstance[],
    { message }: LinuxKitError,
): CloudInstance {
    const fits = all.filter(({ name }) => wanted === undefined || name === wanted);
    const [only] = fits;
    if (only !== undefined && fits.length === 1) {
        return only;
    }
    const lines = (fits.length > 0 ? fits : all).map(({ id, name, region }) => `  ${id}  ${name}  (${region})`);
    if (only !== undefined) {
        throw new LinuxKitError("several-machines", ["say which, by its id:", ...lines].join("\n"));
    }
    const which = wanted === undefined ? "the stack has" : `the stack has none called ${JSON.stringify(wanted)}, but`;
    const there = lines.length === 0 ? [] : [`on AWS ${which}:`, ...lines];
    throw new LinuxKitError("no-machine", [message, ...there].join("\n"));
}

/** Those of the stack; none where there is no stack to read. */
async function instancesIn(source: StackSource, { runPulumi }: ConsoleOutside): Promise<readonly NamedInstance[]> {
    const isAsked = source.stack !== undefined || source.state !== undefined;
    const resources = await readStack(source, runPulumi).then(
        (state) => state.resources,
        (error: unknown): readonly StackResource[] => {
            if (isAsked) throw error;
            return [];
        },
    );
    return resources
        .filter(({ type, id }) => type.includes("dynamic/linuxkit/aws:Instance") && id !== undefined)
        .map(({ urn, id = "", properties }) => ({
            id,
            name: nameOf({ urn }),
            region: String(properties["region"]),
            connection: (properties["connection"] ?? {}) as Connection,
        }));
}
