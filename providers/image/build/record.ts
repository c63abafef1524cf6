import path from "node:path";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { KernelSpec } from "../../../sdk/assembly/spec";
import { digestOf } from "../digest";
import { type KernelFacts, imageKernel } from "../drivers";
import type { Artifact, BootableContents, BuiltComponent, BuiltContents, ImagePlan } from "../plan";
import { EMITTER } from "../segments";
import type { StoreNames } from "../store/secret-key";

/** Rises when an image's record says more, or other things of the same. */
const RECORD = 7;

/** What is written down of an image whose segments are all there. */
export interface ImageRecord {
    /** Absent of an image without one. */
    readonly boot?: KernelRecord;
    readonly components: readonly BuiltComponent[];
    readonly notes: readonly string[];
    /** What the initrd consists of, in order: component, and name among the store's segments. */
    readonly segments: readonly (readonly [component: string, name: string])[];
}

export interface KernelRecord {
    /** Among the store's kernels. */
    readonly name: string;
    readonly kernel: Artifact;
    readonly ucode?: Artifact;
    readonly facts: KernelFacts;
}

/** Where an image's record lies in the store; it names segments of this emitter. */
export function imageFile(plan: ImagePlan, names: StoreNames, storeDirectory: string): string {
    return path.join(storeDirectory, "images", names({ image: digestOf(plan), record: RECORD, emitter: EMITTER }));
}

/** Where its initrd lies, which is made for those who boot it from the store. */
export function initrdFile(image: string): string {
    return `${image}.initrd`;
}

export function kernelFile(kernelName: string, storeDirectory: string): string {
    return path.join(storeDirectory, "kernels", kernelName);
}

/** Microcode that came with a kernel. */
export function ucodeFile(kernelPath: string): string {
    return `${kernelPath}.ucode`;
}

/** Of an initrd or a kernel. */
export function recordFile(file: string): string {
    return `${file}.record`;
}

export function kernelSpec(plan: ImagePlan): KernelSpec | undefined {
    const kernel = plan.components["kernel"];
    return kernel?.kind === "kernel" ? kernel : undefined;
}

/** @throws LinuxKitError PlanWithoutKernel */
export function requireKernel(plan: ImagePlan, who: string): KernelSpec {
    const kernel = kernelSpec(plan);
    if (kernel === undefined) {
        const text = `${who} needs a kernel, and the assembly has none: give it a \`kernel\``;
        throw new LinuxKitError("PlanWithoutKernel", text, { property: "kernel" });
    }
    return kernel;
}

export function toContents(
    plan: ImagePlan,
    { boot, components, notes }: ImageRecord,
    storeDirectory: string,
): BuiltContents | BootableContents {
    const contents = { digest: digestOf(plan), components, notes };
    if (boot === undefined) {
        return contents;
    }
    const { name, kernel, ucode, facts } = boot;
    const kernelPath = kernelFile(name, storeDirectory);
    const microcode = ucode === undefined ? {} : { ucodePath: ucodeFile(kernelPath), ucode };
    const kernelFacts = imageKernel(plan, facts);
    return { ...contents, kernelPath, kernel, cmdline: kernelSpec(plan)?.cmdline ?? "", ...microcode, kernelFacts };
}
