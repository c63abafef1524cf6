import { LinuxKitError } from "../../../../sdk/assembly/error";
import { asDigest, type Digest } from "./digest";
import { type JsonReader, list, Malformed, object, optional, readJson, record, size, text } from "./json";
import { documentKind, isForeignLayer, isImageConfig, isLayer } from "./media-types";

/** A manifest, an index or a layer as another document speaks of it. */
export interface Descriptor {
    readonly mediaType: string;
    readonly digest: Digest;
    readonly sizeBytes: number;
    readonly platform?: Platform;
    readonly annotations: Readonly<Record<string, string>>;
}

export interface Platform {
    readonly os: string;
    readonly architecture: string;
    readonly variant?: string;
}

export type ImageDocument =
    | { readonly kind: "index"; readonly manifests: readonly Descriptor[] }
    | { readonly kind: "manifest"; readonly config: Descriptor; readonly layers: readonly Descriptor[] };

/** The bytes of a manifest or an index, verified to be what `digest` says. */
export interface RawDocument {
    readonly digest: Digest;
    readonly bytes: Buffer;
    /** As the server or a descriptor says; the document's own word counts for more. */
    readonly mediaType?: string;
}

/** What a registry takes at most, by the distribution specification; no reader of ours takes more. */
export const MANIFEST_LIMIT_BYTES = 4 << 20;

/**
 * An image's manifest or index, in OCI's form or Docker's version 2 schema 2.
 * @param name of the image, for errors
 * @throws LinuxKitError OciMalformed, OciSchema1, OciForeignLayer, OciNotImage
 */
export function parseDocument(raw: RawDocument, name: string): ImageDocument {
    const place = `the manifest ${raw.digest} of ${name}`;
    const parsed = readJson(raw.bytes, place, (value, at) => readDocument(value, at, raw.mediaType));
    if (parsed === "schema1") {
        throw new LinuxKitError(
            "OciSchema1",
            `${name} is an image in Docker's schema 1, which registries and Docker itself have given up: push it anew with a ` +
                `tool of today ("docker pull" and "docker push", or skopeo copy).`,
            { image: name },
        );
    }
    if (parsed.kind === "manifest") {
        checkParts(parsed, name);
    }
    return parsed;
}

function readDocument(value: unknown, at: string, outerType: string | undefined): ImageDocument | "schema1" {
    const member = object(value, at);
    const mediaType = member("mediaType", optional(text)) ?? outerType ?? "";
    const has = (name: string) => member(name, (found) => found !== undefined);
    const version = member("schemaVersion", (found) => found);
    if (version === 1 || documentKind(mediaType) === "schema1") {
        return "schema1";
    }
    if (version !== 2) {
        throw new Malformed("schemaVersion", "must be 2");
    }
    // A document that can be read both ways is an attack on whoever reads it the other way (OCI image specification, manifest.md).
    if (has("manifests") && (has("config") || has("layers"))) {
        throw new Malformed("", "is an index and a manifest at once");
    }
    const kind = documentKind(mediaType) ?? (has("manifests") ? "index" : "manifest");
    return kind === "index"
        ? { kind, manifests: member("manifests", list(readDescriptor)) }
        : {
              kind: "manifest",
              config: member("config", readDescriptor),
              layers: member("layers", list(readDescriptor)),
          };
}

const readDescriptor: JsonReader<Descriptor> = (value, at) => {
    const member = object(value, at);
    const platform = member("platform", optional(readPlatform));
    return {
        mediaType: member("mediaType", text),
        digest: member("digest", readDigest),
        sizeBytes: member("size", size),
        ...(platform && { platform }),
        annotations: member("annotations", record(text)),
    };
};

const readPlatform: JsonReader<Platform> = (value, at) => {
    const member = object(value, at);
    const variant = member("variant", optional(text));
    return {
        os: member("os", text),
        architecture: member("architecture", text),
        ...(variant !== undefined && variant !== "" && { variant }),
    };
};

export const readDigest: JsonReader<Digest> = (value, at) => {
    const digest = asDigest(text(value, at));
    if (digest === undefined) {
        throw new Malformed(at, 'must be a digest of the form "sha256:<64 hexadecimal digits>"');
    }
    return digest;
};

function checkParts({ config, layers }: Extract<ImageDocument, { kind: "manifest" }>, name: string): void {
    if (!isImageConfig(config.mediaType)) {
        const reason = `${name} is no image of a container: its configuration has the media type ${shown(config.mediaType)}`;
        throw new LinuxKitError("OciNotImage", reason, { image: name, mediaType: config.mediaType });
    }
    for (const [index, { mediaType, digest }] of layers.entries()) {
        if (isForeignLayer(mediaType)) {
            throw new LinuxKitError(
                "OciForeignLayer",
                `${name} has a layer that its registry may not hold (layer ${index}, ${digest}, media type ${mediaType}); ` +
                    `such layers are not fetched: build the image on another base.`,
                { image: name, digest, mediaType },
            );
        }
        if (!isLayer(mediaType)) {
            const reason = `${name} has a layer of the media type ${shown(mediaType)} (layer ${index}), which is no file system that can be read`;
            throw new LinuxKitError("OciNotImage", reason, { image: name, digest, mediaType });
        }
    }
}

function shown(mediaType: string): string {
    return JSON.stringify(mediaType.slice(0, 100));
}
