import pLimit from "p-limit";

import type { BuildEnvironment } from "../../environment";
import { hasBlob } from "../../store/blobs";
import { type Digest, hexOf } from "../format/digest";
import type { Descriptor } from "../format/manifest";
import type { RegistryClient } from "./client";

/** Layers that are fetched at a time. */
const PARALLEL = 4;

/**
 * Fetches what the store lacks, a few at a time; the result waits for one of them. One that fails keeps the waiting ones from
 * being started; their failure is the same.
 */
export function startDownloads(
    descriptors: readonly Descriptor[],
    name: string,
    client: RegistryClient,
    env: BuildEnvironment,
): (digest: Digest) => Promise<void> {
    const wanted = new Map(descriptors.map((descriptor) => [descriptor.digest, descriptor]));
    const progress = layerProgress([...wanted.values()], name, env);
    const limit = pLimit({ concurrency: PARALLEL, rejectOnClear: true });
    const failures: unknown[] = [];
    const downloads = new Map<Digest, Promise<void>>();
    for (const [digest, descriptor] of wanted) {
        const { sizeBytes } = descriptor;
        const download = limit(async () => {
            if (!(await hasBlob(env.storeDirectory, { sha256: hexOf(digest), sizeBytes }))) {
                await client.blob(descriptor, (bytes) => progress(digest, bytes));
            }
        });
        downloads.set(digest, download);
        download.catch((error: unknown) => {
            failures.push(error);
            limit.clearQueue();
        });
    }
    return async (digest) => {
        await downloads.get(digest)?.catch(() => {
            throw failures[0];
        });
    };
}

function layerProgress(
    descriptors: readonly Descriptor[],
    name: string,
    env: BuildEnvironment,
): (digest: Digest, bytes: number) => void {
    const total = descriptors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const done = new Map<Digest, number>();
    return (digest, bytes) => {
        done.set(digest, bytes);
        const sum = [...done.values()].reduce((all, each) => all + each, 0);
        env.progress({ message: `fetching ${name}`, fraction: total === 0 ? 1 : sum / total });
    };
}
