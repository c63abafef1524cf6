import { createHash } from "node:crypto";

import type { ComponentSpec } from "../../../sdk/assembly/spec";
import type { BuiltComponent, ImagePlan } from "../plan";
import type { Segment } from "../segments";

/** What each component takes in the initrd, in the order of the assembly; all files are one component, the last. */
export function builtComponents(plan: ImagePlan, segments: readonly Segment[]): readonly BuiltComponent[] {
    return [...plan.order.filter((key) => key !== "files"), "files"].flatMap((key) => {
        const component = plan.components[key];
        const own = segments.filter((segment) => segment.component === key);
        return component === undefined ? [] : [describe(key, component, own)];
    });
}

function describe(key: string, component: ComponentSpec, segments: readonly Segment[]): BuiltComponent {
    const hashes = segments.map(({ sealed }) => sealed.record.contentSha256);
    return {
        key,
        sizeBytes: segments.reduce((sum, { sealed }) => sum + sealed.payload.sizeBytes, 0),
        sha256: hashes.length === 1 && hashes[0] !== undefined ? hashes[0] : combined(hashes),
        packages: packagesOf(component),
    };
}

/** Of several segments: the hash over their hashes. */
function combined(hashes: readonly string[]): string {
    return createHash("sha256").update(hashes.join("\n")).digest("hex");
}

function packagesOf(component: ComponentSpec): BuiltComponent["packages"] {
    const resolved = "resolved" in component ? component.resolved : undefined;
    return resolved?.type !== "debian"
        ? []
        : Object.entries(resolved.packages).map(([name, { version, sha256 }]) => ({ name, version, sha256 }));
}
