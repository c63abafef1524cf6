import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Workshop } from "./measure/workshop.ts";
import type { Plan } from "./build/plan.ts";

export interface BuiltImage {
    readonly kernelPath: string;
    readonly initrdPath: string;
    readonly cmdline: string;
    readonly kernel: { readonly sizeBytes: number };
    readonly initrd: { readonly sizeBytes: number };
    /** Most memory that the building process took, in bytes. */
    readonly peakBytes: number;
}

/** examples/redis-os, as the packed and installed package declares, resolves and builds it in processes of their own. */
export interface RedisOs {
    /** Folder of the installed package's modules. */
    readonly installed: string;
    /** What an `Image` of it is checked to, resolutions included. */
    readonly inputs: object;
    readonly plan: (compression: "fast" | "smallest") => Plan;
    /** Writes a plan where builds find it; gives the file. */
    writePlan(name: string, plan: Plan): string;
    /** Builds a plan in a store; the one that all of this user's builds share, if none is given. */
    build(planFile: string, store?: string): Promise<BuiltImage>;
    /** Runs one of tools/bench/children with the installed package. */
    child(name: string, ...args: readonly string[]): Promise<string>;
}

export async function prepareRedisOs(root: string, workshop: Workshop): Promise<RedisOs> {
    workshop.report.step("Installing the packed package beside examples/redis-os and resolving its packages");
    const { programDirectory } = await workshop.project("redis-os", "examples/redis-os");
    const installed = join(programDirectory, "node_modules", "pulumi-linuxkit", "dist");
    const child = async (name: string, ...args: readonly string[]): Promise<string> => {
        const script = join(root, "tools", "bench", "children", `${name}.cjs`);
        return (await workshop.run(process.execPath, [script, installed, ...args], programDirectory)).stdout;
    };
    const declared = JSON.parse(await child("declare")) as { inputs: object; plan: Plan };
    return {
        installed,
        inputs: declared.inputs,
        plan: (compression) => ({ ...declared.plan, compression }),
        child,
        writePlan: (name, plan) => {
            const file = join(workshop.directory, `${name}.plan.json`);
            writeFileSync(file, JSON.stringify(plan));
            return file;
        },
        build: async (planFile, store) =>
            JSON.parse(await child("build", planFile, ...(store === undefined ? [] : [store]))) as BuiltImage,
    };
}
