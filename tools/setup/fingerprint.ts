import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** SHA-256 over the names and contents of files and folders below `root`; what is absent counts as absent. */
export function fingerprint(root: string, paths: readonly string[]): string {
    const hash = createHash("sha256");
    for (const file of paths.flatMap((path) => filesBelow(root, path))) {
        const content = readFileSync(join(root, file));
        hash.update(`${file}\0${content.length}\0`).update(content);
    }
    return hash.digest("hex");
}

function filesBelow(root: string, path: string): string[] {
    const full = join(root, path);
    if (!existsSync(full)) {
        return [];
    }
    if (!statSync(full).isDirectory()) {
        return [path];
    }
    return readdirSync(full)
        .toSorted()
        .flatMap((name) => filesBelow(root, join(path, name)));
}

/** Folder of what set-up made and may make again; `npm ci` empties it. */
export function setupCache(root: string): string {
    return join(root, "node_modules", ".cache", "pulumi-linuxkit");
}

export function readStamp(file: string): string | undefined {
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

export function writeStamp(file: string, stamp: string): void {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, stamp);
}
