import path from "node:path";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { KernelSpec } from "../../../sdk/assembly/spec";
import { digestOf } from "../digest";
import type { Artifact, BuiltComponent, BuiltParts, ImagePlan } from "../plan";
import { EMITTER } from "../segments";
import type { StoreNames } from "../store/secret-key";

/** Rises when an image's record says more. */
const RECORD = 3;

/** What is written down of an image whose segments are all there. */
export interface ImageRecord {
    readonly kernelName: string;
    readonly kernel: Artifact;
    readonly ucode?: Artifact;
    readonly components: readonly BuiltComponent[];
    readonly notes: readonly string[];
    /** What the initrd consists of, in order: component, and name among the store's segments. */
    readonly segments: readonly (readonly [component: string, name: string])[];
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

/** @throws LinuxKitError PlanWithoutKernel */
export function kernelSpec(plan: ImagePlan): KernelSpec {
    const kernel = plan.components["kernel"];
    if (kernel?.kind !== "kernel") {
        throw new LinuxKitError("PlanWithoutKernel", "the assembly has no kernel: an image needs one", {});
    }
    return kernel;
}

export function toParts(plan: ImagePlan, record: ImageRecord, kernelPath: string): BuiltParts {
    const { kernel, ucode, components, notes } = record;
    return {
        digest: digestOf(plan),
        kernelPath,
        cmdline: kernelSpec(plan).cmdline,
        kernel,
        ...(ucode === undefined ? {} : { ucodePath: ucodeFile(kernelPath), ucode }),
        components,
        notes,
    };
}
