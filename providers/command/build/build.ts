import path from "node:path";
import { Command, Option } from "commander";

import type { Assembly } from "../../../sdk/assembly/assembly";
import { DraftFolders } from "../../artifact/image-file/draft-folders";
import { digestOf, hostEnvironment } from "../../image";
import { withImageParts } from "../../image/build/ensure";
import type { BuildEnvironment } from "../../image/environment";
import { type FormatRequest, formatOf, requireSuited, requireWritable, resolveLoaders } from "../../image/formats";
import type { Artifact, BuiltContents, Compression, ImagePlan } from "../../image/plan";
import { defaultStateDirectory } from "../../lifecycle/state-directory";
import { interruption, untilInterrupted } from "../interrupt";
import type { Terminal } from "../program";
import { declaredIn } from "./declared";
import { type WrittenFiles, writeFiles } from "./files";
import { fileName, names, parameter, size } from "./options";
import { requireFolderOf } from "./folder";
import { requireOutputs } from "./outputs";
import { plannedAssembly } from "./planned";
import { progressDisplay } from "./progress";
import { sizeTable } from "./sizes";
import { nameOf } from "./sources";

/** What `build` and `run` have in common. */
export interface PlanOptions {
    readonly arch?: "amd64" | "arm64";
    readonly compression: Compression;
    readonly param: Readonly<Record<string, string>>;
}

interface BuildOptions extends PlanOptions {
    readonly format: readonly string[];
    readonly dir: string;
    readonly name?: string;
    readonly size?: number;
    readonly json: boolean;
}

export function buildCommand(terminal: Terminal): Command {
    return withPlanOptions(new Command("build"))
        .description("build an image from LinuxKit YAML files, merged, or from a module that exports an Assembly")
        .addOption(
            new Option("--format <names>", "separated by commas")
                .argParser(names)
                .default(["kernel+initrd"], "kernel+initrd"),
        )
        .option("--dir <folder>", "where the files go", ".")
        .option("--name <name>", "what the files' names begin with (default: the last file's)", fileName)
        .option("--size <size>", 'size of a disk: "1 GB" (default: the smallest that fits)', size)
        .option("--json", "print what was built for programs", false)
        .action((files: readonly string[], options: BuildOptions) => build(terminal, files, options));
}

export function withPlanOptions(command: Command): Command {
    return command
        .argument("<file...>", 'YAML files, "-" for standard input, http(s) URLs, or one module (.ts, .js)')
        .addOption(new Option("--arch <architecture>", "of the image").choices(["amd64", "arm64"]))
        .addOption(
            new Option("--compression <how>", "of the initrd").choices(["fast", "smallest"]).default("fast", "fast"),
        )
        .addOption(
            new Option("--param <name=value>", "value of a YAML's `!param name`; may be repeated")
                .argParser(parameter)
                .default({}, "none"),
        );
}

/** What files declare, for the architecture that was asked for. */
export async function wantedAssembly(
    terminal: Terminal,
    files: readonly string[],
    { arch, param: parameters }: PlanOptions,
    { fetch, signal }: BuildEnvironment,
): Promise<Assembly> {
    const assembly = await declaredIn(files, { fetch, signal, stdin: () => terminal.stdin, parameters });
    return arch === undefined ? assembly : assembly.with({ architecture: arch });
}

/** Runs `task` with what a build reaches outside itself through; Ctrl-C calls it off. */
export async function withEnvironment<T>(
    terminal: Terminal,
    task: (environment: BuildEnvironment) => Promise<T>,
): Promise<T> {
    const display = progressDisplay(terminal.stderr);
    const { progress } = display;
    try {
        return await untilInterrupted(
            terminal,
            async (signal) => task(await hostEnvironment({ environment: terminal.env, progress, signal })),
            interruption("no file was left half written"),
        );
    } finally {
        display.done();
    }
}

async function build(terminal: Terminal, files: readonly string[], options: BuildOptions): Promise<void> {
    const { format: formats, size: sizeBytes } = options;
    const base = path.resolve(options.dir, options.name ?? nameOf(files.at(-1) ?? "-"));
    requireOutputs({ formats, sizeBytes, base: path.relative("", base) });
    await requireFolderOf(base);
    const built = await withEnvironment(terminal, async (environment) => {
        const assembly = await wantedAssembly(terminal, files, options, environment);
        for (const format of formats) {
            formatOf(format, assembly.architecture);
            requireWritable(format, assembly);
        }
        const plan = await plannedAssembly(assembly, options.compression, environment);
        const image = await withImageParts(plan, environment, ({ image: made }) => Promise.resolve(made));
        formats.forEach((format) => requireSuited(format, plan.architecture, image));
        const draftFolders = new DraftFolders(defaultStateDirectory(terminal.env));
        const write = (request: FormatRequest) => writeFiles(request, base, draftFolders, environment);
        return { plan, image, written: await writeAll(plan, options, write, environment) };
    });
    const { image, written } = built;
    terminal.stdout.write(options.json ? jsonReport(built) : sizeTable(image.components, written));
    image.notes.forEach((note) => terminal.stderr.write(`note: ${note}\n`));
}

async function writeAll(
    plan: ImagePlan,
    { format: formats, size: sizeBytes }: BuildOptions,
    write: (request: FormatRequest) => Promise<WrittenFiles>,
    environment: BuildEnvironment,
): Promise<WrittenFiles> {
    const written: Record<string, Artifact> = {};
    for (const format of formats) {
        const isSized = formatOf(format, plan.architecture).isSized && sizeBytes !== undefined;
        const request = { plan, format, spdx: false, ...(isSized ? { sizeBytes } : {}) };
        const loaders = await resolveLoaders(request, undefined, environment);
        Object.assign(written, await write({ ...request, ...(loaders === undefined ? {} : { loaders }) }));
    }
    return written;
}

interface Built {
    readonly plan: ImagePlan;
    readonly image: BuiltContents;
    readonly written: WrittenFiles;
}

function jsonReport({ plan, image, written }: Built): string {
    const files = Object.entries(written).map(([file, artifact]) => ({ path: file, ...artifact }));
    const { components, notes } = image;
    const report = { digest: digestOf(plan), architecture: plan.architecture, files, components, notes };
    return `${JSON.stringify(report, undefined, 4)}\n`;
}
