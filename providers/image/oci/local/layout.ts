import { createHash } from "node:crypto";

import { LinuxKitError } from "../../../../sdk/assembly/error";
import { readBounded, verified, wrongDigest } from "../bounded";
import { CONFIG_LIMIT_BYTES } from "../format/config";
import { type Digest, digestOf } from "../format/digest";
import { object, optional, readJson, text } from "../format/json";
import { type Descriptor, MANIFEST_LIMIT_BYTES, parseDocument, type RawDocument } from "../format/manifest";
import type { ImagePlace, StoredLayer } from "../place";
import { type LocalFile, type LocalFiles, unreadable } from "./files";
import { choose } from "./names";

const MARKER = "oci-layout";
const INDEX = "index.json";
/** Names of an image: containerd's, whole, which Docker writes too; OCI's (annotations.md), which may be the tag alone. */
const NAMES = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

/** Whether the files are those of an OCI image layout. */
export async function isLayout(files: LocalFiles): Promise<boolean> {
    return (await files.find(MARKER)) !== undefined && (await files.find(INDEX)) !== undefined;
}

/**
 * An OCI image layout (image-layout.md, version 1.0.0), in a folder or a tar.
 * @param wanted name of the image in it, "" for the only one
 * @throws LinuxKitError OciUnreadable, OciName, OciMalformed
 */
export async function openLayout(files: LocalFiles, wanted: string): Promise<ImagePlace> {
    await checkVersion(files);
    const name = wanted === "" ? files.place : `${wanted} of ${files.place}`;
    return {
        name,
        root: () => findRoot(files, wanted, name),
        async document(digest) {
            return { digest, bytes: await readBlob(files, digest, MANIFEST_LIMIT_BYTES) };
        },
        config: ({ digest }) => readBlob(files, digest, CONFIG_LIMIT_BYTES),
        layers: (descriptors) => descriptors.map((descriptor) => storedLayer(files, descriptor)),
    };
}

async function checkVersion(files: LocalFiles): Promise<void> {
    const marker = await files.find(MARKER);
    if (marker === undefined) {
        throw unreadable(files.place, `it is no OCI image layout: it has no file "${MARKER}"`);
    }
    const bytes = await readBounded(marker.chunks(), MANIFEST_LIMIT_BYTES, `${MARKER} of ${files.place}`);
    const version = readJson(bytes, `${MARKER} of ${files.place}`, (value, at) =>
        object(value, at)("imageLayoutVersion", optional(text)),
    );
    if (version !== undefined && !version.startsWith("1.")) {
        throw unreadable(
            files.place,
            `it is an OCI image layout of version ${JSON.stringify(version)}; 1.0.0 is known`,
        );
    }
}

/** The layout's own index, or the entry of it that has the wanted name. */
async function findRoot(files: LocalFiles, wanted: string, name: string): Promise<RawDocument> {
    const file = await files.find(INDEX);
    if (file === undefined) {
        throw unreadable(files.place, `it is no OCI image layout: it has no file "${INDEX}"`);
    }
    const bytes = await readBounded(file.chunks(), MANIFEST_LIMIT_BYTES, `${INDEX} of ${files.place}`);
    const raw: RawDocument = { digest: digestOf(bytes), bytes };
    const document = parseDocument(raw, name);
    const entries = document.kind === "index" ? document.manifests : [];
    const chosen = choose(
        entries.map((entry) => ({ id: entry.digest, names: namesOf(entry), entry })),
        wanted,
        files.place,
    );
    const [only] = chosen;
    if (only === undefined || chosen.length > 1) {
        // Several platforms of one image, side by side: what they stand in serves as their index.
        return indexOf(chosen);
    }
    return {
        digest: only.digest,
        mediaType: only.mediaType,
        bytes: await readBlob(files, only.digest, MANIFEST_LIMIT_BYTES),
    };
}

function indexOf(entries: readonly Descriptor[]): RawDocument {
    const manifests = entries.map(({ sizeBytes, ...entry }) => ({ ...entry, size: sizeBytes }));
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests }));
    return { digest: digestOf(bytes), bytes };
}

function namesOf({ annotations }: Descriptor): readonly string[] {
    return NAMES.flatMap((key) => annotations[key] ?? []);
}

async function findBlob(files: LocalFiles, digest: Digest): Promise<LocalFile> {
    const file = await files.find(`blobs/${digest.replace(":", "/")}`);
    if (file === undefined) {
        throw new LinuxKitError(
            "OciGone",
            `${files.place} does not hold ${digest}: the image there has changed, or is not whole. Run again to take what is ` +
                `there now, or bring the image back.`,
            { place: files.place, digest },
        );
    }
    return file;
}

async function readBlob(files: LocalFiles, digest: Digest, limitBytes: number): Promise<Buffer> {
    const name = `${digest} of ${files.place}`;
    const file = await findBlob(files, digest);
    return verified(await readBounded(file.chunks(), limitBytes, name), digest, name);
}

function storedLayer(files: LocalFiles, { digest }: Descriptor): StoredLayer {
    return {
        async *chunks() {
            const hash = createHash("sha256");
            for await (const chunk of (await findBlob(files, digest)).chunks()) {
                hash.update(chunk);
                yield chunk;
            }
            const actual = `sha256:${hash.digest("hex")}`;
            if (actual !== digest) {
                throw wrongDigest(`the layer of ${files.place}`, digest, actual);
            }
        },
    };
}
