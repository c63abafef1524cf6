/** OCI image specification 1.1 "media-types", and the Docker types of image manifest v2 schema 2. */
const INDEXES = new Set([
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
]);
const MANIFESTS = new Set([
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
]);
const CONFIGS = new Set(["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"]);
const LAYER =
    /^application\/vnd\.(oci\.image\.layer\.v1\.tar(\+(gzip|zstd))?|docker\.image\.rootfs\.diff\.tar(\.(gzip|zstd))?)$/;
const FOREIGN =
    /^application\/vnd\.(oci\.image\.layer\.nondistributable\.v1\.tar|docker\.image\.rootfs\.foreign\.diff\.tar)(\W|$)/;
const SCHEMA_1 = /^application\/vnd\.docker\.distribution\.manifest\.v1\+(json|prettyjws)$/;

/** What a registry is asked for, most wanted first. */
export const ACCEPTED_MANIFESTS = [...INDEXES, ...MANIFESTS].join(", ");

export type DocumentKind = "index" | "manifest" | "schema1";

/** What a manifest's media type says it is; undefined for what is none. */
export function documentKind(mediaType: string): DocumentKind | undefined {
    if (INDEXES.has(mediaType)) {
        return "index";
    }
    if (MANIFESTS.has(mediaType)) {
        return "manifest";
    }
    return SCHEMA_1.test(mediaType) ? "schema1" : undefined;
}

export function isImageConfig(mediaType: string): boolean {
    return CONFIGS.has(mediaType);
}

export function isLayer(mediaType: string): boolean {
    return LAYER.test(mediaType);
}

/** Layers that a registry must not hold, such as those of Windows: they lie at URLs of their own. */
export function isForeignLayer(mediaType: string): boolean {
    return FOREIGN.test(mediaType);
}
