import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** The store that all builds of this user share, unless told otherwise. */
export function sharedStore(env: NodeJS.ProcessEnv): string {
    const cache = env.XDG_CACHE_HOME ?? "";
    return join(isAbsolute(cache) ? cache : join(homedir(), ".cache"), "pulumi-linuxkit");
}

/** Where a store holds a package. */
export function packageFile(store: string, sha256: string): string {
    return join(store, "blobs", "sha256", sha256);
}

/** A new store with those packages that another one has of these, and nothing else. */
export function seedStore(store: string, source: string, hashes: readonly string[]): void {
    mkdirSync(packageFile(store, ""), { recursive: true, mode: 0o700 });
    hashes
        .filter((hash) => existsSync(packageFile(source, hash)))
        .forEach((hash) => copyFileSync(packageFile(source, hash), packageFile(store, hash)));
}
