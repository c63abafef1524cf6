import { LinuxKitError } from "../../../../sdk/assembly/error";
import type { BuildEnvironment } from "../../environment";
import { writeAtomically } from "../../store/atomic";
import { blobPath, hasBlob, readBlob } from "../../store/blobs";
import { readBounded } from "../bounded";
import { CONFIG_LIMIT_BYTES } from "../format/config";
import { type Digest, hexOf } from "../format/digest";
import { type Descriptor, MANIFEST_LIMIT_BYTES, type RawDocument } from "../format/manifest";
import type { ImagePlace, StoredLayer } from "../place";
import { formatReference, type Reference } from "../reference";
import type * as clientModule from "./client";
import type { RegistryClient } from "./client";
import type * as downloadsModule from "./downloads";

/** An image of a registry: each part comes from the store, else is fetched into it. */
export function registryPlace(reference: Reference, env: BuildEnvironment): ImagePlace {
    const name = formatReference(reference);
    const client = lazyClient(reference, env);
    const document = async (digest: Digest): Promise<RawDocument> => {
        const bytes = await stored(digest, MANIFEST_LIMIT_BYTES, name, env);
        return bytes === undefined ? keep(await client().manifest(digest), env) : { digest, bytes };
    };
    return {
        name,
        root: async () =>
            reference.digest === undefined
                ? keep(await client().manifest(reference.tag ?? "latest"), env)
                : document(reference.digest),
        document,
        config: (descriptor) => fetchConfig(descriptor, name, client, env),
        layers: (descriptors) => fetchedLayers(descriptors, name, client, env),
    };
}

type Client = () => RegistryClient;

/** Most builds find all they want in the store: what speaks to registries is not loaded before it is needed. */
function lazyClient(reference: Reference, env: BuildEnvironment): Client {
    let client: RegistryClient | undefined;
    return () => {
        const { openRegistry } = require("./client") as typeof clientModule;
        return (client ??= openRegistry(reference, env));
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
    client: Client,
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
    await client().blob(descriptor, () => {});
    return readBounded(readBlob(env.storeDirectory, hexOf(descriptor.digest)), CONFIG_LIMIT_BYTES, name);
}

/** The first layer that is read and missing starts the downloads of all. */
function fetchedLayers(
    descriptors: readonly Descriptor[],
    name: string,
    client: Client,
    env: BuildEnvironment,
): readonly StoredLayer[] {
    let downloaded: ((digest: Digest) => Promise<void>) | undefined;
    return descriptors.map((descriptor) => ({
        async *chunks() {
            const [sha256, { sizeBytes }] = [hexOf(descriptor.digest), descriptor];
            if (!(await hasBlob(env.storeDirectory, { sha256, sizeBytes }))) {
                const { startDownloads } = require("./downloads") as typeof downloadsModule;
                downloaded ??= startDownloads(descriptors, name, client(), env);
                await downloaded(descriptor.digest);
            }
            yield* readBlob(env.storeDirectory, sha256);
        },
    }));
}
