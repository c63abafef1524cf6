import canonicalize from "canonicalize";

import type { ComponentKey, ContainerSpec } from "../../../sdk/assembly/spec";
import { containerDirectory } from "../container";
import type { ImagePlan } from "../plan";
import { sourceIdentity } from "../sources/identity";

/** A container and its place in the image. */
export interface PlacedContainer {
    readonly key: ComponentKey;
    readonly spec: ContainerSpec;
    readonly directory: string;
    /** Where its source is unpacked: its own `rootfs` or `lower`, or that of an earlier container of the same source. */
    readonly root: string;
    readonly isShared: boolean;
}

/** The containers in the order of the assembly. Two of the same source share one copy, the first one's, as in LinuxKit. */
export function placeContainers(plan: ImagePlan): readonly PlacedContainer[] {
    const counts = new Map<string, number>();
    const roots = new Map<string, string>();
    return plan.order.flatMap((key): PlacedContainer[] => {
        const spec = plan.components[key];
        if (spec === undefined || !isContainer(spec)) {
            return [];
        }
        const index = counts.get(spec.kind) ?? 0;
        counts.set(spec.kind, index + 1);
        const directory = containerDirectory(spec, index);
        const identity = canonicalize(sourceIdentity(spec.source, spec.resolved)) ?? "";
        const shared = roots.get(identity);
        const root = shared ?? `${directory}/${spec.readonly ? "rootfs" : "lower"}`;
        roots.set(identity, root);
        return [{ key, spec, directory, root, isShared: shared !== undefined }];
    });
}

function isContainer(component: ImagePlan["components"][string]): component is ContainerSpec {
    return component.kind === "onboot" || component.kind === "onshutdown" || component.kind === "service";
}
