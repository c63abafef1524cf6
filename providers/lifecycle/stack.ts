import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { LinuxKitError } from "../../sdk/assembly/error";
import type { Properties } from "./handler";

/** Whose machines a state answers for. */
export interface StackName {
    /** Pulumi's own word for "none" in a backend that has no organizations. */
    readonly organization: string;
    readonly project: string;
    readonly stack: string;
}

export interface StackState {
    readonly name: StackName;
    /** Ids of all its resources. */
    readonly ids: ReadonlySet<string>;
    /** All of them, and those that an operation was cut off at. */
    readonly resources: readonly StackResource[];
}

export interface StackResource {
    readonly urn: string;
    /** `pulumi-nodejs:dynamic/linuxkit/aws:Image` */
    readonly type: string;
    readonly id?: string;
    /** Its inputs and, over them, its outputs; what is secret is not readable. */
    readonly properties: Properties;
}

/** The state in a file, or that of a stack of the project in the current directory. */
export interface StackSource {
    readonly stack?: string;
    readonly state?: string;
}

export type RunPulumi = (args: readonly string[]) => Promise<string>;

interface Exported {
    readonly urn: string;
    readonly type?: string;
    readonly id?: string;
    readonly inputs?: Properties;
    readonly outputs?: Properties;
}

interface Deployment {
    readonly resources?: readonly Exported[];
    readonly pending_operations?: readonly { readonly resource: Exported }[];
}

/**
 * @throws LinuxKitError `state-unreadable` when there is no such state, `stack-unnamed` when nothing says whose it is
 */
export async function readStack(source: StackSource, runPulumi: RunPulumi = runOwnPulumi): Promise<StackState> {
    const { resources = [], pending_operations: pending = [] } = await deployment(source, runPulumi);
    const all = [...resources, ...pending.map(({ resource }) => resource)];
    const ids = resources.flatMap(({ id }) => (id === undefined || id === "" ? [] : [id]));
    const urns = all.map(({ urn }) => urn);
    return { name: await nameOf(source, urns, runPulumi), ids: new Set(ids), resources: all.map(stackResource) };
}

function stackResource({ urn, type = "", id, inputs, outputs }: Exported): StackResource {
    return { urn, type, ...(id === undefined ? {} : { id }), properties: { ...inputs, ...outputs } };
}

async function deployment({ stack, state }: StackSource, runPulumi: RunPulumi): Promise<Deployment> {
    const text =
        state === undefined
            ? await runPulumi(["stack", "export", ...(stack === undefined ? [] : ["--stack", stack])])
            : await readFile(state, "utf8").catch((cause: unknown) => {
                  throw new LinuxKitError(
                      "state-unreadable",
                      `--state: ${(cause as Error).message}`,
                      { state },
                      { cause },
                  );
              });
    try {
        const { deployment: found } = JSON.parse(text) as { readonly deployment?: Deployment };
        if (found !== undefined) {
            return found;
        }
    } catch {}
    throw new LinuxKitError(
        "state-unreadable",
        `${state ?? "the stack's state"} is not what \`pulumi stack export\` prints`,
        { state },
    );
}

/** A resource's URN is `urn:pulumi:<stack>::<project>::...`. */
async function nameOf(source: StackSource, urns: readonly string[], runPulumi: RunPulumi): Promise<StackName> {
    const parts = source.stack?.split("/") ?? [];
    const organization = parts.length === 3 ? (parts[0] as string) : "organization";
    const [, stack, project] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(urns[0] ?? "") ?? [];
    if (stack !== undefined && project !== undefined) {
        return { organization, project, stack };
    }
    if (parts.length === 3) {
        return { organization, project: parts[1] as string, stack: parts[2] as string };
    }
    const declared = source.state === undefined ? await projectHere() : undefined;
    if (declared === undefined) {
        throw new LinuxKitError(
            "stack-unnamed",
            "the state holds no resource that says whose it is: name the stack with --stack organization/project/stack",
        );
    }
    const here = parts[0] ?? (await runPulumi(["stack", "--show-name"])).trim();
    return { organization, project: declared, stack: here };
}

async function projectHere(): Promise<string | undefined> {
    for (const file of ["Pulumi.yaml", "Pulumi.yml"]) {
        const text = await readFile(file, "utf8").catch(() => "");
        const name = /^name:\s*(["']?)([\w.-]+)\1\s*(?:#.*)?$/m.exec(text)?.[2];
        if (name !== undefined) {
            return name;
        }
    }
    return undefined;
}

const mostBytes = 256 * 2 ** 20;

/** Runs the `pulumi` on PATH. */
export async function runOwnPulumi(args: readonly string[]): Promise<string> {
    try {
        const { stdout } = await promisify(execFile)("pulumi", args, { maxBuffer: mostBytes });
        return stdout;
    } catch (cause) {
        const { code, stderr } = cause as { readonly code?: unknown; readonly stderr?: string };
        const missing = code === "ENOENT";
        const reason = missing ? "pulumi is not on PATH" : (stderr ?? "").trim();
        throw new LinuxKitError(
            "state-unreadable",
            `\`pulumi ${args.join(" ")}\` failed: ${reason}\ngive --state FILE with what \`pulumi stack export\` printed${missing ? "" : ", or run this in the project's directory"}`,
            {},
            { cause },
        );
    }
}
