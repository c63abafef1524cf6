import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { makeTar, type TarMember } from "../image/archive/make-tar";
import { allBlobs, descriptorOf, type MadeImage } from "./oci-image";

/** Images by the name that stands beside them: `org.opencontainers.image.ref.name`; "" for none. */
export type NamedImages = Readonly<Record<string, MadeImage>>;

const NAME = "org.opencontainers.image.ref.name";

/** Writes an OCI image layout into a folder and gives the folder's path. */
export function writeLayout(folder: string, images: NamedImages): string {
    for (const [name, bytes] of Object.entries(layoutFiles(images))) {
        const file = path.join(folder, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, bytes);
    }
    return folder;
}

/** A tar of an OCI image layout. */
export function layoutTar(images: NamedImages): Buffer {
    return makeTar(...Object.entries(layoutFiles(images)).map(([name, body]) => ({ name, body })));
}

function layoutFiles(images: NamedImages): Record<string, Buffer> {
    const manifests = Object.entries(images).map(([name, image]) => ({
        ...descriptorOf(image.manifest),
        ...(image.platform.os !== "" && { platform: image.platform }),
        ...(name !== "" && { annotations: { [NAME]: name } }),
    }));
    const blobs = Object.values(images).flatMap(allBlobs);
    return {
        "oci-layout": Buffer.from(JSON.stringify({ imageLayoutVersion: "1.0.0" })),
        "index.json": Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })),
        ...Object.fromEntries(blobs.map(({ digest, bytes }) => [`blobs/${digest.replace(":", "/")}`, bytes])),
    };
}

/** What `docker save` wrote before Docker 25: a folder for each layer, some of them links to the one of another image. */
export function dockerArchive(images: NamedImages): Buffer {
    const members = new Map<string, TarMember>();
    const entries = Object.entries(images).map(([name, image]) => {
        const Config = `${hexOf(image.config?.digest ?? "")}.json`;
        members.set(Config, { name: Config, body: image.config?.bytes ?? "" });
        const Layers = image.layers.map(({ diffId, bytes }) => {
            const member = `${hexOf(diffId)}/layer.tar`;
            members.set(member, { name: member, body: bytes });
            return member;
        });
        return { Config, RepoTags: name === "" ? null : [name], Layers };
    });
    return makeTar(...members.values(), { name: "manifest.json", body: JSON.stringify(entries) });
}

/** What `docker save` writes since Docker 25: an OCI layout that has the older form's table of contents too. */
export function modernDockerArchive(images: NamedImages): Buffer {
    const files = layoutFiles({});
    const blobs = Object.values(images).flatMap(allBlobs);
    const manifests = Object.entries(images).map(([name, { manifest }]) => ({
        ...descriptorOf(manifest),
        annotations: { "io.containerd.image.name": name, [NAME]: name.split(":").at(-1) },
    }));
    const table = Object.entries(images).map(([name, image]) => ({
        Config: `blobs/${image.config?.digest.replace(":", "/")}`,
        RepoTags: [name.replace(/^docker\.io\/(library\/)?/, "")],
        Layers: image.layers.map(({ digest }) => `blobs/${digest.replace(":", "/")}`),
    }));
    return makeTar(
        { name: "blobs/", type: "5", mode: 0o755 },
        { name: "blobs/sha256/", type: "5", mode: 0o755 },
        ...blobs.map(({ digest, bytes }) => ({ name: `blobs/${digest.replace(":", "/")}`, body: bytes })),
        { name: "index.json", body: JSON.stringify({ schemaVersion: 2, manifests }) },
        { name: "manifest.json", body: JSON.stringify(table) },
        { name: "oci-layout", body: files["oci-layout"] ?? "" },
    );
}

function hexOf(digest: string): string {
    return digest.replace("sha256:", "");
}
