"use strict";

/**
 * `node layout.cjs <installed package> <images in JSON> <folder>`: writes images of one layer each into an OCI layout, and
 * their digests by name, in JSON, to standard output. An image is {name, isPacked, config, files}; a file is {path, mode,
 * file, offset, sizeBytes}, a part of a file of this machine, or {path, mode, tar}, a tar of such files.
 */

const { createHash } = require("node:crypto");
const { createReadStream, mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { open } = require("node:fs/promises");
const path = require("node:path");
const { Readable } = require("node:stream");
const { buffer } = require("node:stream/consumers");
const { createGzip } = require("node:zlib");

const OCI = "application/vnd.oci.image";
const CHUNK_BYTES = 1 << 20;
const platform = { os: "linux", architecture: "amd64" };

async function main(installed, imagesFile, folder) {
    const { writeTar } = require(path.join(installed, "providers/image/archive"));
    const blobs = path.join(folder, "blobs", "sha256");
    mkdirSync(blobs, { recursive: true });
    const digests = {};
    const manifests = [];
    for (const image of JSON.parse(readFileSync(imagesFile, "utf8"))) {
        const manifest = await writeImage(image, blobs, writeTar);
        digests[image.name] = manifest.digest;
        const annotations = { "org.opencontainers.image.ref.name": `${image.name}@${manifest.digest}` };
        manifests.push({ ...manifest, platform, annotations });
    }
    writeFileSync(path.join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
    writeFileSync(path.join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
    process.stdout.write(JSON.stringify(digests));
}

async function writeImage({ config, files, isPacked }, blobs, writeTar) {
    const { diffId, ...layer } = await writeLayer(writeTar(await members(files, writeTar)), isPacked, blobs);
    const rootfs = { type: "layers", diff_ids: [diffId] };
    const configuration = writeJson({ ...platform, config, rootfs }, `${OCI}.config.v1+json`, blobs);
    const mediaType = `${OCI}.manifest.v1+json`;
    return writeJson({ schemaVersion: 2, mediaType, config: configuration, layers: [layer] }, mediaType, blobs);
}

/** Entries of a tar, a folder before what is in it. */
async function members(files, writeTar) {
    const entries = new Map();
    for (const { path: name, mode, tar, ...part } of files) {
        const above = name.split("/").slice(0, -1);
        above.forEach((_, index) => {
            const folder = above.slice(0, index + 1).join("/");
            entries.set(folder, { ...header(folder, 0o755), type: "directory" });
        });
        const content = tar === undefined ? partOf(part) : held(await buffer(writeTar(await members(tar, writeTar))));
        entries.set(name, { ...header(name, mode), type: "file", content });
    }
    return Array.from(entries.values(), (entry) => ({ entry }));
}

function header(name, mode) {
    return { path: name, mode, uid: 0, gid: 0, mtime: 0 };
}

function held(bytes) {
    return { sizeBytes: bytes.length, chunks: () => [bytes] };
}

function partOf({ file, offset, sizeBytes }) {
    const range = { start: offset, end: offset + sizeBytes - 1, highWaterMark: CHUNK_BYTES };
    return { sizeBytes, chunks: () => createReadStream(file, range) };
}

async function writeLayer(tar, isPacked, blobs) {
    const [diffId, digest] = [createHash("sha256"), createHash("sha256")];
    const source = Readable.from(observed(tar, diffId), { objectMode: true, highWaterMark: 2 });
    const bytes = isPacked ? source.pipe(createGzip({ chunkSize: CHUNK_BYTES })) : source;
    const draft = path.join(blobs, "draft");
    const output = await open(draft, "w");
    let size = 0;
    for await (const chunk of observed(bytes, digest)) {
        size += chunk.length;
        await output.writeFile(chunk);
    }
    await output.close();
    const hex = digest.digest("hex");
    renameSync(draft, path.join(blobs, hex));
    const mediaType = `${OCI}.layer.v1.tar${isPacked ? "+gzip" : ""}`;
    return { mediaType, digest: `sha256:${hex}`, size, diffId: `sha256:${diffId.digest("hex")}` };
}

async function* observed(chunks, hash) {
    for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
    }
}

function writeJson(value, mediaType, blobs) {
    const bytes = Buffer.from(JSON.stringify(value));
    const hex = createHash("sha256").update(bytes).digest("hex");
    writeFileSync(path.join(blobs, hex), bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
}

void main(...process.argv.slice(2));
