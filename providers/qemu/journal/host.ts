import { createHash, createHmac, randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import canonicalize from "canonicalize";
import type { Properties } from "../../lifecycle/handler";
import { createFile, readText } from "./files";

/**
 * A random key that this host's journal is told by. Its hash, together with the host's own id, is the `hostHash` of state:
 * a journal of another host, or one begun anew, says nothing about a machine.
 */
export async function hostKey(stateDirectory: string): Promise<string> {
    const path = join(stateDirectory, "key");
    const known = await readText(path);
    if (known !== undefined) {
        return known;
    }
    const fresh = randomBytes(32).toString("hex");
    return (await createFile(path, fresh)) ? fresh : ((await readText(path)) ?? fresh);
}

export async function hostHash(key: string): Promise<string> {
    const machineId = (await readText("/etc/machine-id").catch(() => undefined))?.trim();
    const host = machineId === undefined || machineId === "" ? hostname() : machineId;
    return createHash("sha256").update(`linuxkit-host\0${key}\0${host}`).digest("hex").slice(0, 32);
}

/** Says whether two settings are equal, and nothing else about them. */
export function keyedDigest(key: string, data: Properties): string {
    return createHmac("sha256", key)
        .update(canonicalize(data) ?? "")
        .digest("hex");
}
