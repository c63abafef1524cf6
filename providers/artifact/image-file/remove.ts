import { rm } from "node:fs/promises";

import type { FileRecord } from "./settings";
import { look } from "./look";

/** Removes a file that is still what was written; says why one is left in its place. */
export async function removeWritten(target: string, record: FileRecord): Promise<string | undefined> {
    const found = await look(target);
    if (found.kind === "nothing") {
        return undefined;
    }
    if (found.kind !== "file" || found.artifact.sha256 !== record.sha256) {
        return `${record.path} is left in its place: it is no longer what was written`;
    }
    await rm(target, { force: true });
    return undefined;
}
