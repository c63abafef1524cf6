import { type ImageKernel, type KernelFacts, imageKernel } from "../drivers";
import type { BuildEnvironment } from "../environment";
import type { ImagePlan } from "../plan";
import { readSealed } from "../store/sealed";
import { openNames } from "../store/secret-key";
import type * as kernelModule from "./kernel";
import { type ImageRecord, imageFile, kernelSpec } from "./record";

/**
 * What the store knows of a plan's kernel, without a build: all of it once the image was built there; of a kernel that was
 * built for another image, what no module can make good. Undefined where it knows nothing.
 * @throws LinuxKitError PlanUnresolved
 */
export async function findKernel(
    plan: ImagePlan,
    env: Pick<BuildEnvironment, "storeDirectory">,
): Promise<ImageKernel | undefined> {
    const spec = kernelSpec(plan);
    if (spec === undefined) {
        return undefined;
    }
    const names = await openNames(env.storeDirectory);
    const image = await readSealed<ImageRecord>(imageFile(plan, names, env.storeDirectory));
    const own = image?.record.boot?.facts;
    const facts = own ?? withoutModules(await making().storedFacts(spec, plan, names, env.storeDirectory));
    return facts && imageKernel(plan, facts);
}

/** Loaded when first needed: most runs find the image. */
function making(): typeof kernelModule {
    return require("./kernel") as typeof kernelModule;
}

/** Which modules the image has is not known before it is built. */
function withoutModules(facts: KernelFacts | undefined): KernelFacts | undefined {
    const sure = Object.entries(facts?.drivers ?? {}).filter(([, state]) => state !== "left-out");
    return facts && { ...facts, drivers: Object.fromEntries(sure) };
}
