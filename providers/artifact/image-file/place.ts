import { chmod, link, rename, rm } from "node:fs/promises";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Artifact } from "../../image/plan";
import { type Found, look } from "./look";

/** A finished draft, and where it goes. */
export interface Placement {
    readonly draft: string;
    readonly target: string;
    /** The target as the program gave it. */
    readonly shown: string;
    readonly artifact: Artifact;
    /** SHA-256 of what may be written over: what this resource wrote, and what a refresh has shown. */
    readonly known: readonly string[];
}

/**
 * Puts drafts into their places, all or, where a place holds something else than what may be written over, none. What is
 * there already byte for byte, as an attempt that was cut off leaves it, counts as written.
 * @throws LinuxKitError file-not-ours
 */
export async function place(placements: readonly Placement[]): Promise<void> {
    const found = await Promise.all(placements.map(({ target }) => look(target)));
    placements.forEach((placement, index) => requireOurs(placement, found[index]));
    for (const [index, placement] of placements.entries()) {
        await put(placement, found[index] ?? { kind: "nothing" });
    }
}

function requireOurs({ shown, artifact, known }: Placement, found: Found | undefined): void {
    if (found?.kind === "other") {
        throw refusal(shown, `is ${found.what}: choose another path`);
    }
    const isOurs = found?.kind !== "file" || [artifact.sha256, ...known].includes(found.artifact.sha256);
    if (!isOurs) {
        const way =
            known.length === 0
                ? "is there already, and was not written by this resource: move it away, or choose another path"
                : "was changed since it was written: run `pulumi refresh`, after which it is written over, or move it away";
        throw refusal(shown, way);
    }
}

async function put({ draft, target, shown, artifact }: Placement, found: Found): Promise<void> {
    if (found.kind !== "file") {
        await putNew(draft, target, shown);
    } else if (found.artifact.sha256 === artifact.sha256) {
        await rm(draft, { force: true });
    } else {
        await chmod(draft, found.mode);
        await rename(draft, target);
    }
}

/** A link is refused where somebody was faster, and a rename is not; not every file system has links. */
async function putNew(draft: string, target: string, shown: string): Promise<void> {
    try {
        await link(draft, target);
        await rm(draft, { force: true });
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") {
            throw refusal(shown, "appeared while it was written: move it away, or choose another path");
        }
        await rename(draft, target);
    }
}

function refusal(shown: string, reason: string): LinuxKitError {
    return new LinuxKitError("file-not-ours", `path: ${shown} ${reason}`, { path: shown });
}
