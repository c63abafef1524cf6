import { Command } from "commander";
import { LinuxKitError } from "../../sdk/assembly/error";
import { DraftFolders } from "../artifact/image-file/draft-folders";
import { cloudResources, hostLook, placesOf } from "../aws/leftovers";
import { ownIdentity } from "../lifecycle/process";
import { readStack, runOwnPulumi, type RunPulumi, type StackSource, type StackState } from "../lifecycle/stack";
import { defaultStateDirectory } from "../lifecycle/state-directory";
import { DiskJournal } from "../qemu/disk/journal";
import { Journal } from "../qemu/journal/journal";
import { Reservations } from "../qemu/journal/reservations";
import { exitCodes } from "./exit-codes";
import { findLeftovers, otherOrganizations } from "./gc";
import {
    type CloudFindings,
    cloudLeftovers,
    type CloudRow,
    configuredPlace,
    isSettled,
    lookAt,
    type LookOf,
    removeAllOf,
} from "./gc-aws";
import { cloudJson, cloudReport } from "./gc-aws-report";
import { findLeftoverDisks } from "./gc-disks";
import { untilInterrupted } from "./interrupt";
import { type DiskHost, removeAll, report } from "./leftovers";
import type { Terminal } from "./program";

type GcOptions = StackSource & {
    readonly yes: boolean;
    readonly json: boolean;
    readonly aws: boolean;
    readonly region?: readonly string[];
};

/** What `gc` reaches besides this host. */
export interface Outside {
    readonly runPulumi: RunPulumi;
    readonly lookOf: LookOf;
}

const ownOutside: Outside = { runPulumi: runOwnPulumi, lookOf: hostLook };

export function gcCommand(terminal: Terminal, outside: Partial<Outside>): Command {
    return new Command("gc")
        .description(
            "list what an interrupted command left and the stack does not know: machines and disks of this host",
        )
        .option("--stack <name>", "organization/project/stack, or a stack of the project here", undefined)
        .option("--state <file>", "what `pulumi stack export` printed, instead of running it here")
        .option("--aws", "look on AWS too, where the stack's resources are", false)
        .option("--region <name...>", "look in these regions of AWS", undefined)
        .option("--yes", "delete them, but no disk or volume that was finished", false)
        .option("--json", "print a list for programs", false)
        .addHelpText("after", "\nExit codes: 0 nothing is left, 3 something is (see --yes), 1 the command failed.")
        .action((options: GcOptions) => collect(terminal, options, { ...ownOutside, ...outside }));
}

async function collect(terminal: Terminal, options: GcOptions, outside: Outside): Promise<void> {
    const stateDirectory = defaultStateDirectory(terminal.env);
    const host = await hostOf(stateDirectory);
    if (options.yes) {
        await new DraftFolders(stateDirectory).sweep();
    }
    const before = await readStack(options, outside.runPulumi).catch((error: unknown) => {
        throw options.yes ? filesOnly(error) : error;
    });
    const clouds = await lookAround(terminal, options, before, outside);
    const state = clouds.length === 0 ? before : await readStack(options, outside.runPulumi);
    const here = [...(await findLeftovers(host, state)), ...(await findLeftoverDisks(host.disks, state))];
    const removed = options.yes ? await removeAll(host, state, here) : new Set<string>();
    const there = await Promise.all(clouds.map((cloud) => settled(terminal, options, cloud, state)));
    if (options.json) {
        const rows = here.map((leftover) => ({ ...leftover, deleted: removed.has(leftover.id) }));
        terminal.stdout.write(`${JSON.stringify([...rows, ...there.flat().map(cloudJson)], undefined, 4)}\n`);
    } else {
        const elsewhere = clouds.flatMap((cloud, index) => cloudReport(state, cloud, there[index] ?? [], options.yes));
        terminal.stdout.write(`${[...report(state, here, removed, options.yes), ...elsewhere].join("\n")}\n`);
    }
    await hint(terminal, host, state, clouds.length > 0);
    const isDone = here.every(({ id, kind }) => kind === "data" || removed.has(id)) && there.flat().every(isSettled);
    terminal.exitCode = isDone ? exitCodes.done : exitCodes.leftovers;
}

/** Nothing of AWS's SDK is loaded unless it was asked for. */
async function lookAround(
    { env }: Terminal,
    options: GcOptions,
    state: StackState,
    { lookOf, runPulumi }: Outside,
): Promise<readonly CloudFindings[]> {
    if (!options.aws && options.region === undefined) {
        return [];
    }
    const places = await placesOf(state, options.region, () => configuredPlace(options, env, runPulumi));
    return Promise.all(places.map((place) => lookAt(place, state, lookOf)));
}

async function settled(
    terminal: Terminal,
    { yes }: GcOptions,
    cloud: CloudFindings,
    state: StackState,
): Promise<readonly CloudRow[]> {
    const rows = await cloudLeftovers(cloud, state);
    return yes ? untilInterrupted(terminal, (signal) => removeAllOf(cloud, rows, signal)) : rows;
}

/** What was not looked at. */
async function hint({ stderr }: Terminal, host: DiskHost, state: StackState, looked: boolean): Promise<void> {
    const { project, stack } = state.name;
    for (const organization of await otherOrganizations(host, state)) {
        stderr.write(
            `machines of ${organization}/${project}/${stack} were left aside; for them: --stack ${organization}/${project}/${stack}\n`,
        );
    }
    if (!looked && cloudResources(state).length > 0) {
        stderr.write(`${project}/${stack} has resources on AWS, which was not looked at; for them: --aws\n`);
    }
}

/** Unfinished files belong to no stack, and are gone by now. */
function filesOnly(error: unknown): unknown {
    if (!(error instanceof LinuxKitError)) {
        return error;
    }
    const done = "files that killed builds left unfinished are removed; machines and disks were not looked at";
    return new LinuxKitError(error.code, `${done}: ${error.message}`, error.fields, { cause: error });
}

async function hostOf(stateDirectory: string): Promise<DiskHost> {
    return {
        journal: new Journal(stateDirectory),
        disks: new DiskJournal(stateDirectory),
        reservations: new Reservations(stateDirectory, await ownIdentity()),
    };
}
