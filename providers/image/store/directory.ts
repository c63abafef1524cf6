import { chmod } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";

import { LinuxKitError } from "../../../sdk/assembly/error";
import { makeFolder } from "./make-folder";

/** `$XDG_CACHE_HOME/pulumi-linuxkit`, or `~/.cache/pulumi-linuxkit` where that is not set to an absolute path. */
export function defaultStoreDirectory(env: Readonly<Record<string, string | undefined>>): string {
    const cache = env["XDG_CACHE_HOME"];
    const base = cache !== undefined && path.isAbsolute(cache) ? cache : path.join(env["HOME"] ?? homedir(), ".cache");
    return path.join(base, "pulumi-linuxkit");
}

/**
 * A folder of the store; images can hold secrets, so it is the user's alone.
 * @throws LinuxKitError `store-unusable`
 */
export async function privateDirectory(directory: string): Promise<string> {
    try {
        await makeFolder(directory, 0o700);
        await chmod(directory, 0o700);
        return directory;
    } catch (cause) {
        const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
        throw new LinuxKitError(
            "store-unusable",
            `the store's folder ${directory} cannot be made or written to (${reason}): let this user write there, or give another place by the environment variable XDG_CACHE_HOME`,
            { directory },
            { cause },
        );
    }
}
