import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { run, type RunResult } from "../../../tools/process/run";
import { createProject, type Project } from "../../../tools/pulumi/project";

const root = path.resolve(__dirname, "../../..");

const started: { readonly project: Project; readonly directory: string }[] = [];

/** Destroys whatever the tests of this file left standing. */
export async function disposeStacks(): Promise<void> {
    for (const { project, directory } of started.splice(0)) {
        await project.pulumi(["cancel", "--yes", "--non-interactive"]);
        await project.pulumi(["destroy", "--yes", "--skip-preview", "--non-interactive"]);
        rmSync(directory, { recursive: true, force: true });
    }
}

/** A stack of a copied program, driven by the real CLI, sharing nothing with the user's Pulumi. */
export interface Stack extends Project {
    readonly directory: string;
    /** The store of images, this stack's alone. */
    readonly storeDirectory: string;
    /** Runs the CLI and fails the test when the CLI fails. */
    succeed(...args: string[]): Promise<RunResult>;
    /** Runs the CLI and fails the test when it does not fail. */
    fail(...args: string[]): Promise<RunResult>;
    output(name: string): Promise<string>;
    edit(change: (program: string) => string): void;
}

export async function startStack(program: string): Promise<Stack> {
    const directory = realpathSync(mkdtempSync(path.join(tmpdir(), "plk-e2e-")));
    const cache = path.join(directory, "cache");
    const project = await createProject({
        program: path.join(root, program),
        tarball: required("PULUMI_LINUXKIT_TARBALL"),
        pulumiDirectory: required("PULUMI_LINUXKIT_CLI"),
        directory,
        env: { ...process.env, XDG_CACHE_HOME: cache },
        run,
    });
    const succeed = async (...args: string[]): Promise<RunResult> => {
        const result = await project.pulumi([...args, "--non-interactive"]);
        if (result.code !== 0) throw new Error(`pulumi ${args.join(" ")} failed:\n${result.output}`);
        return result;
    };
    await succeed("stack", "init", "test");
    started.push({ project, directory });
    const source = path.join(project.programDirectory, "index.ts");
    return {
        ...project,
        directory,
        storeDirectory: path.join(cache, "pulumi-linuxkit"),
        succeed,
        fail: async (...args) => {
            const result = await project.pulumi([...args, "--non-interactive"]);
            if (result.code === 0) throw new Error(`pulumi ${args.join(" ")} did not fail:\n${result.output}`);
            return result;
        },
        output: async (name) => (await succeed("stack", "output", name, "--show-secrets")).stdout.trim(),
        edit: (change) => writeFileSync(source, changed(readFileSync(source, "utf8"), change)),
    };
}

function changed(program: string, change: (program: string) => string): string {
    const edited = change(program);
    if (edited === program) throw new Error(`the edit changed nothing of:\n${program}`);
    return edited;
}

function required(name: string): string {
    const value = process.env[name];
    if (value === undefined) throw new Error(`${name} is not set: run this through \`npm test\``);
    return value;
}
