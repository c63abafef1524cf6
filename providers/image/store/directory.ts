import { chmod, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";

/** `$XDG_CACHE_HOME/pulumi-linuxkit`, or `~/.cache/pulumi-linuxkit` where that is not set to an absolute path. */
export function defaultStoreDirectory(env: Readonly<Record<string, string | undefined>>): string {
    const cache = env["XDG_CACHE_HOME"];
    const base = cache !== undefined && path.isAbsolute(cache) ? cache : path.join(env["HOME"] ?? homedir(), ".cache");
    return path.join(base, "pulumi-linuxkit");
}

/** A folder of the store; images can hold secrets, so it is the user's alone. */
export async function privateDirectory(directory: string): Promise<string> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await chmod(directory, 0o700);
    return directory;
}
