import { createHash } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";

import { makeMember, makePax, tarEnd, type TarMember } from "../image/archive/make-tar";

/** An entry of a layer; a long name or extended attributes go into a pax header. */
export interface LayerEntry extends Omit<TarMember, "xattrs"> {
    readonly xattrs?: Readonly<Record<string, string | Buffer>>;
}

export interface MadeBlob {
    readonly bytes: Buffer;
    /** `sha256:<hex>` of the bytes. */
    readonly digest: string;
    readonly mediaType: string;
}

export interface MadeLayer extends MadeBlob {
    /** `sha256:<hex>` of the uncompressed tar. */
    readonly diffId: string;
}

export interface MadeImage {
    readonly manifest: MadeBlob;
    readonly platform: MadePlatform;
    /** Everything below the manifest: its config and its layers, or the images of an index. */
    readonly blobs: readonly MadeBlob[];
    readonly children: readonly MadeImage[];
    readonly config?: MadeBlob;
    readonly layers: readonly MadeLayer[];
}

export interface MadePlatform {
    readonly os: string;
    readonly architecture: string;
    readonly variant?: string;
}

type Packing = "none" | "gzip" | "zstd";

export interface ImageParts {
    readonly layers: readonly MadeLayer[];
    /** The member `config` of the image's configuration: Entrypoint, Cmd, Env, WorkingDir, User, Labels. */
    readonly config?: Readonly<Record<string, unknown>>;
    /** @default linux/amd64 */
    readonly platform?: Partial<MadePlatform>;
    /** Docker's media types instead of OCI's. @default false */
    readonly docker?: boolean;
    /** Members of the manifest that replace those made here; one that is undefined is left out. */
    readonly manifest?: Readonly<Record<string, unknown>>;
    /** The same for the configuration. */
    readonly configuration?: Readonly<Record<string, unknown>>;
}

const DOCKER = "application/vnd.docker";
const OCI = "application/vnd.oci.image";
const suffixes: Readonly<Record<Packing, string>> = { none: "", gzip: "+gzip", zstd: "+zstd" };

function digestOfBytes(bytes: Buffer | string): string {
    return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

export function makeBlob(content: Buffer | string | object, mediaType: string): MadeBlob {
    const bytes = Buffer.isBuffer(content)
        ? content
        : Buffer.from(typeof content === "string" ? content : JSON.stringify(content));
    return { bytes, digest: digestOfBytes(bytes), mediaType };
}

/** A layer out of entries in memory. */
export function makeLayer(entries: readonly LayerEntry[], packing: Packing = "gzip"): MadeLayer {
    return packLayer(Buffer.concat([...entries.map(makeEntry), tarEnd]), packing);
}

export function packLayer(tar: Buffer, packing: Packing = "gzip"): MadeLayer {
    const pack = { none: (bytes: Buffer) => bytes, gzip: gzipSync, zstd: zstdCompressSync }[packing];
    return { ...makeBlob(pack(tar), `${OCI}.layer.v1.tar${suffixes[packing]}`), diffId: digestOfBytes(tar) };
}

function makeEntry({ xattrs = {}, ...member }: LayerEntry): Buffer {
    const attributes = Object.entries(xattrs).map(([key, value]) => [`SCHILY.xattr.${key}`, value] as const);
    const records = {
        ...Object.fromEntries(attributes),
        ...(Buffer.byteLength(member.name) > 100 && { path: member.name }),
        ...(Buffer.byteLength(member.link ?? "") > 100 && { linkpath: member.link ?? "" }),
    };
    const header = Object.keys(records).length === 0 ? [] : [makePax(records)];
    return Buffer.concat([...header, makeMember(member)]);
}

/** An image of layers, bottom first. */
export function makeImage(parts: ImageParts): MadeImage {
    const platform = { os: "linux", architecture: "amd64", ...parts.platform };
    const types = parts.docker === true ? dockerTypes : ociTypes;
    const layers = parts.layers.map((layer) => ({ ...layer, mediaType: types.layer(layer.mediaType) }));
    const config = makeBlob(
        {
            ...platform,
            config: parts.config ?? {},
            rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
            ...parts.configuration,
        },
        types.config,
    );
    const manifest = makeBlob(
        {
            schemaVersion: 2,
            mediaType: types.manifest,
            config: descriptorOf(config),
            layers: layers.map(descriptorOf),
            ...parts.manifest,
        },
        types.manifest,
    );
    return { manifest, platform, blobs: [config, ...layers], children: [], config, layers };
}

/** An index of images, each with its own platform. */
export function makeIndex(
    children: readonly MadeImage[],
    options: { readonly docker?: boolean; readonly more?: readonly object[] } = {},
): MadeImage {
    const mediaType = options.docker === true ? `${DOCKER}.distribution.manifest.list.v2+json` : `${OCI}.index.v1+json`;
    const manifests = children.map((child) => ({
        ...descriptorOf(child.manifest),
        ...(child.platform.os !== "" && { platform: child.platform }),
    }));
    const manifest = makeBlob(
        { schemaVersion: 2, mediaType, manifests: [...manifests, ...(options.more ?? [])] },
        mediaType,
    );
    return { manifest, platform: { os: "", architecture: "" }, blobs: [], children, layers: [] };
}

export function descriptorOf({ mediaType, digest, bytes }: MadeBlob): object {
    return { mediaType, digest, size: bytes.length };
}

/** Every blob of an image, manifests included, each once. */
export function allBlobs(image: MadeImage): readonly MadeBlob[] {
    const found = [image.manifest, ...image.blobs, ...image.children.flatMap(allBlobs)];
    return [...new Map(found.map((blob) => [blob.digest, blob])).values()];
}

const ociTypes = {
    manifest: `${OCI}.manifest.v1+json`,
    config: `${OCI}.config.v1+json`,
    layer: (mediaType: string) => mediaType,
};

const dockerTypes = {
    manifest: `${DOCKER}.distribution.manifest.v2+json`,
    config: `${DOCKER}.container.image.v1+json`,
    layer: (mediaType: string) =>
        mediaType.startsWith(OCI)
            ? `${DOCKER}.image.rootfs.diff.tar${mediaType.split(".tar").at(-1)}`.replace("+", ".")
            : mediaType,
};
