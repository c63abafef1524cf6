import { cpSync, mkdirSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { ToolError } from "../process/report.ts";
import type { Run, RunOptions, RunResult } from "../process/run.ts";

export interface ProjectSource {
    /** Folder of the Pulumi program that is copied. */
    readonly program: string;
    /** Tarball of this package, installed into the copy. */
    readonly tarball: string;
    /** Folder of the Pulumi CLI. */
    readonly pulumiDirectory: string;
    /** New folder that holds all of it: the copy, the CLI's home and state, the machines' state. */
    readonly directory: string;
    readonly env: NodeJS.ProcessEnv;
    readonly run: Run;
}

/** A copy of a Pulumi program that shares nothing with the user's own Pulumi but the download caches. */
export interface Project {
    /** Holds all of it. */
    readonly directory: string;
    readonly programDirectory: string;
    /** XDG_STATE_HOME of the machines. */
    readonly stateDirectory: string;
    readonly env: NodeJS.ProcessEnv;
    pulumi(args: readonly string[], options?: RunOptions): Promise<RunResult>;
}

/** Copies the program and installs its packages with this package's tarball among them. */
export async function createProject(source: ProjectSource): Promise<Project> {
    const programDirectory = join(source.directory, "program");
    const stateDirectory = join(source.directory, "state");
    const env = projectEnvironment(source, stateDirectory);
    mkdirSync(env.PULUMI_HOME!, { recursive: true });
    mkdirSync(join(source.directory, "backend"));
    cpSync(source.program, programDirectory, { recursive: true, filter: (path) => basename(path) !== "node_modules" });
    const { code, output } = await source.run(
        "npm",
        ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", source.tarball],
        { cwd: programDirectory, env },
    );
    if (code !== 0) {
        throw new ToolError(`npm install of ${source.tarball} into ${programDirectory} failed:\n${output}`);
    }
    const command = join(source.pulumiDirectory, "pulumi");
    return {
        directory: source.directory,
        programDirectory,
        stateDirectory,
        env,
        pulumi: (args, options = {}) => source.run(command, args, { ...options, cwd: programDirectory, env }),
    };
}

function projectEnvironment({ env, directory, pulumiDirectory }: ProjectSource, state: string): NodeJS.ProcessEnv {
    const inherited = Object.entries(env).filter(([name]) => !/^(PULUMI_(?!LINUXKIT_)|npm_)/i.test(name));
    return {
        ...Object.fromEntries(inherited),
        PATH: [pulumiDirectory, env.PATH].join(delimiter),
        PULUMI_HOME: join(directory, "home"),
        PULUMI_BACKEND_URL: `file://${join(directory, "backend")}`,
        PULUMI_CONFIG_PASSPHRASE: "pulumi-linuxkit",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        XDG_STATE_HOME: state,
    };
}
