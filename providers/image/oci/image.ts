import { createHash } from "node:crypto";

import type { Architecture } from "../../../sdk/assembly/spec";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { explainedChunks } from "../tree/explained";
import { type Watched, watch } from "../tree/watched";
import { wrongDigest } from "./bounded";
import { type OciImageConfig, parseConfig } from "./format/config";
import type { Digest } from "./format/digest";
import { type Descriptor, type ImageDocument, parseDocument, type RawDocument } from "./format/manifest";
import { checkPlatform, selectPlatform } from "./format/platform";
import type { ImagePlace, StoredLayer } from "./place";
import { unpack } from "./unpack";

/** An image of one platform, its manifest and configuration read. */
export interface OciImage {
    /** Of the manifest; of what has none, an archive in the older form of `docker save`, of the configuration: the image's id. */
    readonly digest: string;
    readonly config: OciImageConfig;
    /** Bottom first. */
    readonly layers: readonly OciLayer[];
}

export interface OciLayer {
    readonly digest: string;
    /** As it is stored. */
    readonly sizeBytes: number;
    readonly mediaType: string;
    /**
     * The uncompressed tar. Its digest, and that of what it was unpacked from, are verified while it streams: where one is
     * wrong, the last step is an error. All layers of the image that the store lacks are fetched when the first one is read.
     */
    open(): AsyncIterable<Buffer>;
    /** What an error of who reads the tar comes from: the layer is named in it, or it is another than its digest says. */
    explain(error: unknown): Promise<unknown>;
}

/** An index in an index in an index: nobody needs more. */
const MAX_DEPTH = 4;

/**
 * The digest of the manifest for an architecture, its configuration checked.
 * @throws LinuxKitError OciPlatform, OciMalformed, OciSchema1, OciForeignLayer, OciNotImage
 */
export async function findImage(place: ImagePlace, architecture: Architecture): Promise<Digest> {
    let raw = await place.root();
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
        const document = parseDocument(raw, place.name);
        if (document.kind === "manifest") {
            checkPlatform(await readConfig(place, document), architecture, place.name);
            return raw.digest;
        }
        const chosen = selectPlatform(document.manifests, architecture, place.name);
        raw = await nested(place, chosen);
    }
    const reason = `it is an index of indexes, more than ${MAX_DEPTH} deep`;
    throw new LinuxKitError("OciMalformed", `${place.name} cannot be used: ${reason}`, { name: place.name, reason });
}

async function nested(place: ImagePlace, { digest, mediaType, sizeBytes }: Descriptor): Promise<RawDocument> {
    const raw = await place.document(digest);
    if (raw.bytes.length !== sizeBytes) {
        const reason = `its index says ${sizeBytes} bytes of ${digest}, which has ${raw.bytes.length}`;
        throw new LinuxKitError("OciMalformed", `${place.name} is malformed: ${reason}`, { name: place.name, reason });
    }
    return { ...raw, mediaType };
}

/** The image whose manifest has the digest. */
export async function openImage(place: ImagePlace, digest: Digest): Promise<OciImage> {
    const document = parseDocument(await place.document(digest), place.name);
    if (document.kind === "index") {
        const text = `${digest} of ${place.name} is an index of several images, and no image`;
        throw new LinuxKitError("OciNotImage", text, { name: place.name, digest });
    }
    const config = await readConfig(place, document);
    const stored = place.layers(document.layers);
    const layers = document.layers.flatMap((descriptor, index) => {
        const [bytes, diffId] = [stored[index], config.rootfs.diff_ids[index]];
        return bytes === undefined || diffId === undefined ? [] : [toLayer(descriptor, bytes, diffId, place.name)];
    });
    return { digest, config, layers };
}

async function readConfig(
    place: ImagePlace,
    { config, layers }: Extract<ImageDocument, { kind: "manifest" }>,
): Promise<OciImageConfig> {
    return parseConfig(await place.config(config), place.name, layers.length);
}

function toLayer(descriptor: Descriptor, stored: StoredLayer, diffId: Digest, image: string): OciLayer {
    const { digest, sizeBytes, mediaType } = descriptor;
    const name = `the layer ${digest} of ${image}`;
    const watched = watch(() => stored.chunks());
    const explain = (error: unknown) => explainLayer(error, watched, name);
    const open = () => explainedChunks(openLayer(watched, diffId, name), explain);
    return { digest, sizeBytes, mediaType, open, explain };
}

async function* openLayer(stored: StoredLayer, diffId: Digest, name: string): AsyncIterable<Buffer> {
    const hash = createHash("sha256");
    for await (const chunk of unpack(stored.chunks())) {
        hash.update(chunk);
        yield chunk;
    }
    const actual = `sha256:${hash.digest("hex")}`;
    if (actual !== diffId) {
        throw wrongDigest(`${name}, unpacked,`, diffId, actual);
    }
}

/** Errors of those who read a layer, and do not know what they read. */
const ofReaders = /^(Codec.*|ArchiveRefused|LayerConflict)$/;

/** What cannot be read may be another than its digest says: then that is the reason, and the store drops it. */
async function explainLayer(error: unknown, stored: Watched, name: string): Promise<unknown> {
    if (!(error instanceof LinuxKitError) || !ofReaders.test(error.code) || error.fields["layer"] !== undefined) {
        return error;
    }
    const failure = await stored.failure();
    if (failure !== undefined) {
        return failure;
    }
    const code = error.code.startsWith("Codec") ? "OciLayer" : error.code;
    const text = `${name} cannot be unpacked: ${error.message}`;
    return new LinuxKitError(code, text, { ...error.fields, layer: name }, { cause: error });
}
