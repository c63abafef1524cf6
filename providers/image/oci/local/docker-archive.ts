import { createHash } from "node:crypto";

import { LinuxKitError } from "../../../../sdk/assembly/error";
import { readBounded, wrongDigest } from "../bounded";
import { CONFIG_LIMIT_BYTES, parseConfig } from "../format/config";
import { type Digest, digestOf } from "../format/digest";
import { type JsonReader, list, object, readJson, text } from "../format/json";
import { MANIFEST_LIMIT_BYTES, type RawDocument } from "../format/manifest";
import type { ImagePlace } from "../place";
import { unpack } from "../unpack";
import { type LocalFile, type LocalFiles, unreadable } from "./files";
import { choose } from "./names";

const TABLE = "manifest.json";

/** An entry of manifest.json, as `docker save` wrote it from Docker 1.10 on. */
interface TableEntry {
    readonly config: string;
    readonly names: readonly string[];
    readonly layers: readonly string[];
}

interface ArchivedImage {
    /** Of the configuration: there is no manifest. */
    readonly id: Digest;
    readonly config: Buffer;
    readonly names: readonly string[];
    /** Files by the digest of the uncompressed layer, bottom first. */
    readonly layers: readonly (readonly [diffId: Digest, file: LocalFile])[];
}

/**
 * What `docker save` writes, in its own form. Such an image has no manifest; one of Docker's form stands in for it, which
 * names the uncompressed layers, and the image's id for its digest.
 * @throws LinuxKitError OciUnreadable, OciName, OciMalformed
 */
export async function openDockerArchive(files: LocalFiles, wanted: string): Promise<ImagePlace> {
    return placeOf(files, wanted, await readImages(files));
}

function placeOf(files: LocalFiles, wanted: string, images: readonly ArchivedImage[]): ImagePlace {
    const name = wanted === "" ? files.place : `${wanted} of ${files.place}`;
    const byId = (id: Digest) => images.find((image) => image.id === id) ?? gone(files, id);
    const layerFiles = new Map(images.flatMap(({ layers }) => layers));
    return {
        name,
        root: () =>
            Promise.resolve().then(() => {
                const [found] = choose(
                    images.map((entry) => ({ id: entry.id, names: entry.names, entry })),
                    wanted,
                    files.place,
                );
                return manifestOf(found ?? gone(files, wanted));
            }),
        document: (id) => Promise.resolve().then(() => manifestOf(byId(id))),
        config: ({ digest }) => Promise.resolve().then(() => byId(digest).config),
        layers: (descriptors) =>
            descriptors.map(({ digest }) => ({
                chunks: () => (layerFiles.get(digest) ?? gone(files, digest)).chunks(),
            })),
        exact: async (id) => placeOf(files, wanted, [await unpacked(byId(id))]),
    };
}

/** The image with the layers that the manifest names, which some programs have packed. */
async function unpacked(image: ArchivedImage): Promise<ArchivedImage> {
    const layers: [Digest, LocalFile][] = [];
    for (const [diffId, file] of image.layers) {
        layers.push([diffId, await unpackedLayer(diffId, file)]);
    }
    return { ...image, layers };
}

async function unpackedLayer(diffId: Digest, file: LocalFile): Promise<LocalFile> {
    const chunks = () => verifiedChunks(unpack(file.chunks()), diffId);
    let sizeBytes = 0;
    for await (const chunk of chunks()) {
        sizeBytes += chunk.length;
    }
    return { sizeBytes, chunks };
}

async function* verifiedChunks(chunks: AsyncIterable<Buffer>, digest: Digest): AsyncIterable<Buffer> {
    const hash = createHash("sha256");
    for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
    }
    const actual = `sha256:${hash.digest("hex")}`;
    if (actual !== digest) {
        throw wrongDigest("a layer of the archive, unpacked,", digest, actual);
    }
}

async function readImages(files: LocalFiles): Promise<readonly ArchivedImage[]> {
    const table = await files.find(TABLE);
    if (table === undefined) {
        throw unreadable(
            files.place,
            `it is no archive of "docker save": it has neither "${TABLE}" nor an OCI image layout`,
        );
    }
    const name = `${TABLE} of ${files.place}`;
    const bytes = await readBounded(table.chunks(), MANIFEST_LIMIT_BYTES, name);
    return Promise.all(readJson(bytes, name, list(readEntry)).map((entry) => readImage(files, entry)));
}

const readEntry: JsonReader<TableEntry> = (value, at) => {
    const member = object(value, at);
    return {
        config: member("Config", text),
        names: member("RepoTags", list(text)),
        layers: member("Layers", list(text)),
    };
};

async function readImage(files: LocalFiles, entry: TableEntry): Promise<ArchivedImage> {
    const file = await required(files, entry.config);
    const config = await readBounded(file.chunks(), CONFIG_LIMIT_BYTES, `${entry.config} of ${files.place}`);
    const { rootfs } = parseConfig(config, files.place, entry.layers.length);
    const layers = await Promise.all(entry.layers.map((layer) => required(files, layer)));
    return {
        id: digestOf(config),
        config,
        names: entry.names,
        layers: rootfs.diff_ids.flatMap((diffId, index) => {
            const layer = layers[index];
            return layer === undefined ? [] : [[diffId, layer] as const];
        }),
    };
}

async function required(files: LocalFiles, name: string): Promise<LocalFile> {
    const file = await files.find(name);
    if (file === undefined) {
        throw unreadable(
            files.place,
            `its ${TABLE} speaks of ${JSON.stringify(name.slice(0, 200))}, which it does not hold`,
        );
    }
    return file;
}

function manifestOf({ id, config, layers }: ArchivedImage): RawDocument {
    const manifest = {
        schemaVersion: 2,
        mediaType: "application/vnd.docker.distribution.manifest.v2+json",
        config: { mediaType: "application/vnd.docker.container.image.v1+json", digest: id, size: config.length },
        layers: layers.map(([digest, { sizeBytes }]) => ({
            mediaType: "application/vnd.docker.image.rootfs.diff.tar",
            digest,
            size: sizeBytes,
        })),
    };
    return { digest: id, bytes: Buffer.from(JSON.stringify(manifest)) };
}

function gone(files: LocalFiles, digest: string): never {
    throw new LinuxKitError(
        "OciGone",
        `${files.place} does not hold ${digest}: the archive has changed. Run again to take what is there now, or bring the ` +
            `image back.`,
        { place: files.place, digest },
    );
}
