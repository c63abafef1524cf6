import { LinuxKitError } from "../../../../sdk/assembly/error";
import type { BuildEnvironment, RegistrySettings } from "../../environment";
import { ensureBlob } from "../../store/blobs";
import { DownloadError, get, withRetries } from "../../store/download";
import { readBounded, wrongDigest } from "../bounded";
import { asDigest, type Digest, digestOf, hexOf } from "../format/digest";
import { type Descriptor, MANIFEST_LIMIT_BYTES, type RawDocument } from "../format/manifest";
import { ACCEPTED_MANIFESTS } from "../format/media-types";
import { formatReference, type Reference } from "../reference";
import { type Endpoint, endpointsOf } from "./endpoints";
import { unavailable } from "./errors";
import { type Hop, openHop } from "./hop";
import { openSession, type Session } from "./session";

/** One repository: its mirrors are asked first, in their order, and what one of them lacks the next one may have. */
export interface RegistryClient {
    /** The manifest or index that a tag or a digest names. */
    manifest(name: string): Promise<RawDocument>;
    /** Fetches a blob into the store. */
    blob(descriptor: Descriptor, onBytes: (bytes: number) => void): Promise<void>;
}

interface Opened {
    readonly endpoint: Endpoint;
    readonly session: Session;
}

/** What is known of registries in one environment: who we are there, and which mirrors did not answer. */
interface Known {
    readonly hop: Hop;
    readonly repositories: Map<string, Promise<readonly Opened[]>>;
    readonly unreachable: Set<string>;
}

const worlds = new WeakMap<BuildEnvironment, Known>();
const NO_SETTINGS: RegistrySettings = { mirrors: {}, certificateDirectories: [], environment: {} };

export function openRegistry(reference: Reference, env: BuildEnvironment): RegistryClient {
    const settings = env.registries ?? NO_SETTINGS;
    const known = worlds.get(env) ?? { hop: openHop(env, settings), repositories: new Map(), unreachable: new Set() };
    worlds.set(env, known);
    const anywhere = <T>(what: string, task: (opened: Opened) => Promise<T>): Promise<T> =>
        fromAny(reference, what, task, () => sessionsOf(reference, known, settings, env), known.unreachable, env);
    return {
        manifest: (name) => anywhere(name, (opened) => fetchManifest(opened, name, reference, env)),
        blob: (descriptor, onBytes) =>
            anywhere(descriptor.digest, (opened) => fetchBlob(opened, descriptor, onBytes, env)),
    };
}

function sessionsOf(
    reference: Reference,
    known: Known,
    settings: RegistrySettings,
    env: BuildEnvironment,
): Promise<readonly Opened[]> {
    const key = `${reference.registry}/${reference.repository}`;
    const open = async () => {
        const endpoints = await endpointsOf(reference, settings, known.hop, env.signal);
        return endpoints.map((endpoint) => ({ endpoint, session: openSession(endpoint, known.hop, settings, env) }));
    };
    const sessions = known.repositories.get(key) ?? open();
    known.repositories.set(key, sessions);
    sessions.catch(() => known.repositories.delete(key));
    return sessions;
}

async function fromAny<T>(
    reference: Reference,
    what: string,
    task: (opened: Opened) => Promise<T>,
    open: () => Promise<readonly Opened[]>,
    unreachable: Set<string>,
    env: BuildEnvironment,
): Promise<T> {
    const sessions = await open();
    const registry = sessions.at(-1);
    for (const opened of sessions.slice(0, -1).filter(({ endpoint }) => !unreachable.has(endpoint.url))) {
        try {
            return await task(opened);
        } catch (error) {
            env.signal.throwIfAborted();
            if (!(error instanceof LinuxKitError)) {
                throw error;
            }
            if (error instanceof DownloadError && error.temporary) {
                unreachable.add(opened.endpoint.url);
            }
            env.progress({
                message: `${opened.endpoint.registry}, a mirror of ${reference.registry}, is passed over: ${error.message}`,
            });
        }
    }
    if (registry === undefined) {
        throw new Error(`there is no endpoint for ${formatReference(reference)}`);
    }
    return task(registry).catch((error: unknown) => {
        throw error instanceof DownloadError ? unavailable(reference, what, registry.session.who(), error) : error;
    });
}

async function fetchManifest(
    { endpoint, session }: Opened,
    name: string,
    reference: Reference,
    env: BuildEnvironment,
): Promise<RawDocument> {
    const url = `${endpoint.url}/v2/${endpoint.repository}/manifests/${name}`;
    const world = { fetch: session.fetch, signal: env.signal };
    return withRetries(
        () =>
            get(url, { accept: ACCEPTED_MANIFESTS }, world, async ({ headers, body }) => {
                const title = `the manifest ${name} of ${formatReference(reference)}`;
                const bytes = await readBounded(body, MANIFEST_LIMIT_BYTES, title);
                const digest = digestOf(bytes);
                const expected = asDigest(name) ?? asDigest(headers.get("docker-content-digest") ?? "") ?? digest;
                if (expected !== digest) {
                    throw wrongDigest(title, expected, digest);
                }
                const mediaType = headers.get("content-type")?.replace(/;.*$/s, "").trim();
                return { digest, bytes, ...(mediaType !== undefined && { mediaType }) };
            }),
        world,
    );
}

async function fetchBlob(
    { endpoint, session }: Opened,
    { digest, sizeBytes }: { readonly digest: Digest; readonly sizeBytes: number },
    onBytes: (bytes: number) => void,
    env: BuildEnvironment,
): Promise<void> {
    const url = `${endpoint.url}/v2/${endpoint.repository}/blobs/${digest}`;
    const { storeDirectory, signal } = env;
    await ensureBlob(
        { url, sha256: hexOf(digest), sizeBytes },
        { storeDirectory, signal, fetch: session.fetch },
        onBytes,
    );
}
