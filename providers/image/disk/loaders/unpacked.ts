import { createHash } from "node:crypto";
import path from "node:path";

import type { DebianSource, ResolvedDebian } from "../../../../sdk/assembly/spec";
import { packageFiles } from "../../debian";
import type { BuildEnvironment } from "../../environment";
import { SealBroken, type Sealed, readPayload, readSealed, seal } from "../../store/sealed";

/** Paths and sizes of the files that follow each other in the payload. */
type Index = readonly (readonly [path: string, sizeBytes: number])[];

/** Files of one resolved package, unpacked once and kept in the store: unpacking takes longer than laying out a disk. */
export async function unpackedFiles(
    name: string,
    paths: readonly string[],
    source: DebianSource,
    resolved: ResolvedDebian,
    env: BuildEnvironment,
): Promise<ReadonlyMap<string, Buffer>> {
    const key = JSON.stringify([resolved.packages[name]?.sha256, paths]);
    const file = path.join(env.storeDirectory, "loaders", createHash("sha256").update(key).digest("hex"));
    const stored = await readStored(file);
    if (stored !== undefined) {
        return stored;
    }
    const files = await packageFiles(name, paths, source, resolved, env);
    await seal<Index>(file, async (append) => {
        for (const bytes of files.values()) {
            await append(bytes);
        }
        return [...files].map(([each, bytes]) => [each, bytes.length] as const);
    });
    return files;
}

/** Undefined where the store has none, or a damaged one, which it then lacks. */
async function readStored(file: string): Promise<ReadonlyMap<string, Buffer> | undefined> {
    const sealed = await readSealed<Index>(file);
    try {
        return sealed === undefined ? undefined : await split(file, sealed);
    } catch (error) {
        if (error instanceof SealBroken) {
            return undefined;
        }
        throw error;
    }
}

async function split(file: string, sealed: Sealed<Index>): Promise<ReadonlyMap<string, Buffer>> {
    const parts: Buffer[] = [];
    for await (const chunk of readPayload(file, sealed)) {
        parts.push(Buffer.from(chunk));
    }
    const whole = Buffer.concat(parts);
    let end = 0;
    return new Map(
        sealed.record.map(([each, sizeBytes]) => {
            end += sizeBytes;
            return [each, whole.subarray(end - sizeBytes, end)];
        }),
    );
}
