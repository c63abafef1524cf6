import canonicalize from "canonicalize";

import { containerDirectory } from "../container";
import { sourceIdentity } from "../sources/identity";
import type { SettledContainer } from "./image-settings";

/** A container and its place in the image. */
export interface PlacedContainer extends SettledContainer {
    readonly directory: string;
    /** Where its source is unpacked: its own `rootfs` or `lower`, or that of an earlier container of the same source. */
    readonly root: string;
    readonly isShared: boolean;
}

/** The containers in the order of the assembly. Two of the same source share one copy, the first one's, as in LinuxKit. */
export function placeContainers(containers: readonly SettledContainer[]): readonly PlacedContainer[] {
    const counts = new Map<string, number>();
    const roots = new Map<string, string>();
    return containers.map((container) => {
        const { spec } = container;
        const index = counts.get(spec.kind) ?? 0;
        counts.set(spec.kind, index + 1);
        const directory = containerDirectory(spec, index);
        const identity = canonicalize(sourceIdentity(spec.source, spec.resolved)) ?? "";
        const shared = roots.get(identity);
        const root = shared ?? `${directory}/${spec.readonly ? "rootfs" : "lower"}`;
        roots.set(identity, root);
        return { ...container, directory, root, isShared: shared !== undefined };
    });
}
