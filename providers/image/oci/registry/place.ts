import pLimit from "p-limit";

import { LinuxKitError } from "../../../../sdk/assembly/error";
import type { BuildEnvironment } from "../../environment";
import { blobPath, hasBlob, readBlob } from "../../store/blobs";
import { writeAtomically } from "../../store/atomic";
import { readBounded } from "../bounded";
import { CONFIG_LIMIT_BYTES } from "../format/config";
import { type Digest, hexOf } from "../format/digest";
import { type Descriptor, MANIFEST_LIMIT_BYTES, type RawDocument } from "../format/manifest";
import type { ImagePlace, StoredLayer } from "../place";
import { formatReference, type Reference } from "../reference";
import { openRegistry, type RegistryClient } from "./client";

/** Layers that are fetched at a time. */
const PARALLEL = 4;

/** An image of a registry: each part comes from the store, else is fetched into it. */
export function registryPlace(reference: Reference, env: BuildEnvironment): ImagePlace {
    const client = openRegistry(reference, env);
    const name = formatReference(reference);
    const document = async (digest: Digest): Promise<RawDocument> => {
        const bytes = await stored(digest, MANIFEST_LIMIT_BYTES, name, env);
        return bytes === undefined ? keep(await client.manifest(digest), env) : { digest, bytes };
    };
    return {
        name,
        root: async () =>
            reference.digest === undefined
                ? keep(await client.manifest(reference.tag ?? "latest"), env)
                : document(reference.digest),
        document,
        config: (descriptor) => fetchConfig(descriptor, name, client, env),
        layers: (descriptors) => fetchedLayers(descriptors, name, client, env),
    };
}

/** A small blob of the store; undefined where it is missing or damaged. */
async function stored(digest: Digest, limit: number, name: string, env: BuildEnvironment): Promise<Buffer | undefined> {
    try {
        return await readBounded(readBlob(env.storeDirectory, hexOf(digest)), limit, `${digest} of ${name}`);
    } catch (error) {
        if ((error as { code?: unknown }).code === "ENOENT" || (error as { code?: unknown }).code === "StoreDamaged") {
            return undefined;
        }
        throw error;
    }
}

async function keep(document: RawDocument, env: BuildEnvironment): Promise<RawDocument> {
    await writeAtomically(blobPath(env.storeDirectory, hexOf(document.digest)), (file) =>
        file.writeFile(document.bytes),
    );
    return document;
}

async function fetchConfig(
    descriptor: Descriptor,
    name: string,
    client: RegistryClient,
    env: BuildEnvironment,
): Promise<Buffer> {
    if (descriptor.sizeBytes > CONFIG_LIMIT_BYTES) {
        const text = `the configuration of ${name} is larger than ${CONFIG_LIMIT_BYTES} bytes`;
        throw new LinuxKitError("OciTooLarge", text, { name, sizeBytes: descriptor.sizeBytes });
    }
    const held = await stored(descriptor.digest, CONFIG_LIMIT_BYTES, name, env);
    if (held !== undefined) {
        return held;
    }
    await client.blob(descriptor, () => {});
    return readBounded(readBlob(env.storeDirectory, hexOf(descriptor.digest)), CONFIG_LIMIT_BYTES, name);
}

/** The first layer that is read starts all downloads. */
function fetchedLayers(
    descriptors: readonly Descriptor[],
    name: string,
    client: RegistryClient,
    env: BuildEnvironment,
): readonly StoredLayer[] {
    let downloaded: ((digest: Digest) => Promise<void>) | undefined;
    return descriptors.map((descriptor) => ({
        async *chunks() {
            downloaded ??= startDownloads(descriptors, name, client, env);
            await downloaded(descriptor.digest);
            yield* readStored(descriptor, client, env);
        },
    }));
}

/** A few at a time. One that fails keeps the waiting ones from being started; their failure is the same. */
function startDownloads(
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
        const download = limit(async () => ensureStored(descriptor, client, env, (bytes) => progress(digest, bytes)));
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

async function ensureStored(
    { digest, sizeBytes, ...rest }: Descriptor,
    client: RegistryClient,
    env: BuildEnvironment,
    onBytes: (bytes: number) => void,
): Promise<void> {
    if (!(await hasBlob(env.storeDirectory, { sha256: hexOf(digest), sizeBytes }))) {
        await client.blob({ digest, sizeBytes, ...rest }, onBytes);
    }
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

/** What was pruned between its download and its use comes again. */
async function* readStored(
    descriptor: Descriptor,
    client: RegistryClient,
    env: BuildEnvironment,
): AsyncIterable<Buffer> {
    await ensureStored(descriptor, client, env, () => {});
    yield* readBlob(env.storeDirectory, hexOf(descriptor.digest));
}
