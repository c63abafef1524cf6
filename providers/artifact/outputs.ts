import { spdxDocument } from "../image";
import { type BuiltContents, type ImagePlan, type StoredInitrd, isBootable } from "../image/plan";
import type { Properties } from "../lifecycle/handler";

/** What an image tells of itself: sizes and digests, never a path of this machine. */
export function imageOutputs(plan: ImagePlan, built: BuiltContents & StoredInitrd, spdx: boolean): Properties {
    const contents = built.components.map(({ key, ...component }) => [key, component]);
    return {
        ...(isBootable(built) ? { kernelFile: built.kernel } : {}),
        initrd: built.initrd,
        contents: Object.fromEntries(contents) as Properties,
        sbom: spdx ? JSON.stringify(spdxDocument(plan, built)) : "",
    };
}
