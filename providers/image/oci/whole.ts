import { createHash } from "node:crypto";

import canonicalize from "canonicalize";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { OciSource, Resolved, ResolvedOci } from "../../../sdk/assembly/spec";
import type { BuildEnvironment } from "../environment";
import { generatedDirectory } from "../tree/compose";
import { GENERATED_MTIME, contentOf } from "../tree/content";
import type { Content, Entry, EntryStream } from "../tree/entry";
import { type Digest, digestOf, hexOf } from "./format/digest";
import { type Descriptor, type ImageDocument, parseDocument, type Platform, type RawDocument } from "./format/manifest";
import type { ImagePlace } from "./place";
import { formatReference, parseReference } from "./reference";
import { openPlace, resolvedDigest } from "./resolve";

type Manifest = Extract<ImageDocument, { kind: "manifest" }>;

/**
 * What a source holds now, all its platforms together: the digest of its index, or of the one manifest there is. Recorded as
 * by `resolveOci`, with a declaration of its own.
 * @throws LinuxKitError as `resolveOci`
 */
export async function resolveWholeOci(
    source: OciSource,
    recorded: Resolved | undefined,
    env: BuildEnvironment,
): Promise<ResolvedOci> {
    const { from, reference, path: location } = source;
    const named = from === "registry" ? formatReference(parseReference(reference)) : reference;
    const declared = { from, reference: named, ...(location !== undefined && { path: location }), platforms: "all" };
    const declaration = createHash("sha256")
        .update(canonicalize(declared) ?? "")
        .digest("hex");
    const isKept = from === "registry" && source.update !== "always";
    if (isKept && recorded?.type === "oci" && recorded.declaration === declaration) {
        return recorded;
    }
    const place = await openPlace(source, env);
    const root = await place.root();
    parseDocument(root, place.name);
    return { type: "oci", declaration, digest: root.digest };
}

/**
 * The image as an OCI image layout (image-layout.md), as C/cache/layout.go writes it: each platform's configuration, layers
 * and manifest, then the index as it is. Attestations, which stand beside images in an index, are left out.
 * @param platforms "linux/arm64" or "linux/arm/v7"; absent, all of them
 * @throws LinuxKitError as `openOciImage`; OciPlatform where the index lacks a platform
 */
export async function* wholeOciEntries(
    source: OciSource,
    resolved: ResolvedOci,
    platforms: readonly string[] | undefined,
    env: BuildEnvironment,
): EntryStream {
    const found = await openPlace(source, env);
    await rootOf(found, source, resolved);
    const place = (await found.exact?.(resolvedDigest(resolved))) ?? found;
    const root = await rootOf(place, source, resolved);
    const document = parseDocument(root, place.name);
    yield file("oci-layout", contentOf('{\n\t\t"imageLayoutVersion": "1.0.0"\n\t}'));
    yield* ["blobs", "blobs/sha256"].map((path) => generatedDirectory(path));
    const written = new Set<Digest>();
    const images =
        document.kind === "manifest" ? [{ raw: root, document }] : await chosen(place, document.manifests, platforms);
    for (const { raw, document: manifest } of images) {
        yield* imageBlobs(place, raw, manifest, written);
    }
    yield* once(digestOf(root.bytes), contentOf(root.bytes), written);
    yield file("index.json", contentOf(indexText(source, root, document)));
}

/** What a registry's tag was resolved to may have another tag, or none, today; files of this machine are what they are. */
async function rootOf(place: ImagePlace, source: OciSource, resolved: ResolvedOci): Promise<RawDocument> {
    const digest = resolvedDigest(resolved);
    if (source.from === "registry") {
        return place.document(digest);
    }
    const root = await place.root();
    if (root.digest !== digest) {
        const text = `${place.name} is no longer what it was when the image was planned: run again`;
        throw new LinuxKitError("OciGone", text, { name: place.name, digest });
    }
    return root;
}

interface Chosen {
    readonly raw: RawDocument;
    readonly document: Manifest;
}

async function chosen(
    place: ImagePlace,
    manifests: readonly Descriptor[],
    platforms: readonly string[] | undefined,
): Promise<readonly Chosen[]> {
    const images = manifests.filter(({ platform }) => platform === undefined || shown(platform) !== "unknown/unknown");
    for (const wanted of platforms ?? []) {
        if (!images.some(({ platform }) => platform !== undefined && fits(platform, wanted))) {
            const there = images.flatMap(({ platform }) => (platform === undefined ? [] : [shown(platform)]));
            const text = `${place.name} has no image for ${wanted}; it has ${there.join(", ") || "nothing that names a platform"}.`;
            throw new LinuxKitError("OciPlatform", text, { image: place.name, platform: wanted, platforms: there });
        }
    }
    const kept = images.filter(
        ({ platform }) =>
            platforms === undefined || (platform !== undefined && platforms.some((wanted) => fits(platform, wanted))),
    );
    return Promise.all(kept.map((descriptor) => openManifest(place, descriptor)));
}

async function openManifest(place: ImagePlace, { digest, mediaType }: Descriptor): Promise<Chosen> {
    const raw = { ...(await place.document(digest)), mediaType };
    const document = parseDocument(raw, place.name);
    if (document.kind === "index") {
        const text = `${digest} of ${place.name} is an index in an index, which no layout for a container engine holds`;
        throw new LinuxKitError("OciNotImage", text, { name: place.name, digest });
    }
    return { raw, document };
}

/** One without a variant means all of them. */
function fits(platform: Platform, wanted: string): boolean {
    const { os, architecture } = platform;
    return shown(platform) === wanted || `${os}/${architecture}` === wanted;
}

function shown({ os, architecture, variant }: Platform): string {
    return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

async function* imageBlobs(place: ImagePlace, raw: RawDocument, manifest: Manifest, written: Set<Digest>): EntryStream {
    yield* once(manifest.config.digest, contentOf(await place.config(manifest.config)), written);
    const stored = place.layers(manifest.layers);
    for (const [index, { digest, sizeBytes }] of manifest.layers.entries()) {
        const layer = stored[index];
        if (layer !== undefined) {
            yield* once(digest, { sizeBytes, chunks: () => layer.chunks() }, written);
        }
    }
    yield* once(digestOf(raw.bytes), contentOf(raw.bytes), written);
}

function* once(digest: Digest, content: Content, written: Set<Digest>): Iterable<Entry> {
    if (!written.has(digest)) {
        written.add(digest);
        yield file(`blobs/sha256/${hexOf(digest)}`, content);
    }
}

const mediaTypes = {
    index: "application/vnd.oci.image.index.v1+json",
    manifest: "application/vnd.oci.image.manifest.v1+json",
} as const;

function indexText(source: OciSource, { bytes, mediaType }: RawDocument, { kind }: ImageDocument): string {
    const own = (JSON.parse(bytes.toString()) as { mediaType?: string }).mediaType;
    const annotations =
        source.reference === "" ? {} : { annotations: { "org.opencontainers.image.ref.name": source.reference } };
    const entry = {
        mediaType: own ?? mediaType ?? mediaTypes[kind],
        size: bytes.length,
        digest: digestOf(bytes),
        ...annotations,
    };
    return JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: [entry] }, undefined, 3);
}

function file(path: string, content: Content): Entry {
    return { type: "file", path, mode: 0o644, uid: 0, gid: 0, mtime: GENERATED_MTIME, content };
}
