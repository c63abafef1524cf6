import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

import { ensureImage, resolveComponents } from "../../../providers/image";
import type { BuildEnvironment } from "../../../providers/image/environment";
import { openOciImage } from "../../../providers/image/oci";
import type { OciSource, VolumeSpec } from "../../../sdk/assembly/spec";
import { temporaryFolder } from "../../support/folder";
import { makeImage, makeIndex, makeLayer } from "../../support/oci-image";
import { serveRegistry } from "../../support/oci-registry";
import { dockerArchive, writeLayout } from "../../support/oci-layout";
import { image, imageOf, initOf, kernelImage, kernelOf, writeImages } from "./support/images";
import { assembly, environment, writeFolder } from "./support/plan";
import { type Unpacked, unpack } from "./support/unpack";

const folder = temporaryFolder();
const shared = makeLayer([{ name: "etc/base", body: "base" }]);

function platform(architecture: string, variant?: string) {
    const own = makeLayer([{ name: "bin/program", body: `for ${architecture}` }], "zstd");
    return makeImage({ layers: [shared, own], platform: { architecture, ...(variant !== undefined && { variant }) } });
}

const [amd64, arm64, armV7] = [platform("amd64"), platform("arm64"), platform("arm", "v7")];
const index = makeIndex([amd64, arm64, armV7]);

function volume(source: OciSource, platforms?: readonly string[]): VolumeSpec {
    const kept = platforms === undefined ? {} : { platforms };
    return { kind: "volume", name: "images", source, readonly: true, format: "oci", ...kept };
}

async function build(spec: VolumeSpec, env: BuildEnvironment): Promise<ReadonlyMap<string, Unpacked>> {
    const components = { kernel: kernelOf("kernel"), "init.init": initOf("init"), "volumes.images": spec };
    const resolved = await resolveComponents(assembly(components), undefined, env);
    return unpack(await ensureImage({ ...resolved, format: 1, compression: "fast" }, env));
}

/** Takes the volume's folder out of the image, so that a reader of layouts can read it. */
function extracted(tree: ReadonlyMap<string, Unpacked>): string[] {
    const lower = "containers/volumes/images/lower/";
    const files = [...tree].filter(([name, { mode }]) => name.startsWith(lower) && mode.startsWith("100"));
    writeFolder(
        path.join(folder(), "out"),
        Object.fromEntries(files.map(([name, { bytes }]) => [name.slice(lower.length), bytes])),
    );
    return files.map(([name]) => name.slice(lower.length));
}

function prepare(): BuildEnvironment {
    writeImages(folder(), { kernel: kernelImage([]), init: imageOf({}, [{ name: "sbin/init" }]), index });
    return environment(folder());
}

const read = (name: string): OciSource => ({
    type: "oci",
    from: "layout",
    reference: name,
    path: "out",
    update: "always",
});

async function manifestIn(name: string, architecture: "amd64" | "arm64", env: BuildEnvironment): Promise<string> {
    const spec = assembly({ "init.out": { kind: "init", source: read(name) } });
    const { components } = await resolveComponents({ ...spec, architecture }, undefined, env);
    const init = components["init.out"];
    if (init?.kind !== "init" || init.resolved?.type !== "oci") {
        throw new Error("it was not resolved");
    }
    const { digest } = await openOciImage(init.source as OciSource, init.resolved, env);
    return digest;
}

test("a volume of the format oci holds the image of every platform, as a layout", async () => {
    const env = prepare();
    const names = extracted(await build(volume(image("index")), env));
    const blobs = [index, amd64, arm64, armV7].flatMap(({ manifest, blobs: below }) => [manifest, ...below]);
    const expected = new Set(blobs.map(({ digest }) => `blobs/${digest.replace(":", "/")}`));
    expect(names.toSorted()).toEqual([...expected, "index.json", "oci-layout"].toSorted());
    expect(await manifestIn("index", "amd64", env)).toBe(amd64.manifest.digest);
    expect(await manifestIn("index", "arm64", env)).toBe(arm64.manifest.digest);
});

test("or of some", async () => {
    const env = prepare();
    const names = extracted(await build(volume(image("index"), ["linux/arm64", "linux/arm"]), env));
    const has = ({ manifest }: typeof amd64) => names.includes(`blobs/${manifest.digest.replace(":", "/")}`);
    expect([amd64, arm64, armV7, index].map(has)).toEqual([false, true, true, true]);
    await expect(build(volume(image("index"), ["linux/arm/v6"]), env)).rejects.toMatchObject({
        code: "OciPlatform",
        message: expect.stringMatching(
            /no image for linux\/arm\/v6; it has linux\/amd64, linux\/arm64, linux\/arm\/v7/,
        ) as string,
        fields: { component: "volumes.images" },
    });
});

test("an image without an index, and attestations in one, make layouts too", async () => {
    const env = prepare();
    const attestation = { ...imageOf({}, [{ name: "x" }]), platform: { os: "unknown", architecture: "unknown" } };
    writeLayout(path.join(folder(), "layout"), {
        kernel: kernelImage([]),
        init: imageOf({}, [{ name: "sbin/init" }]),
        single: amd64,
        attested: makeIndex([amd64, attestation]),
    });
    extracted(await build(volume(image("single")), env));
    expect(await manifestIn("single", "amd64", env)).toBe(amd64.manifest.digest);
    const names = extracted(await build(volume(image("attested")), env));
    expect(names).not.toContain(`blobs/${attestation.manifest.digest.replace(":", "/")}`);
    expect(await manifestIn("attested", "amd64", env)).toBe(amd64.manifest.digest);
});

test("an archive in docker's older form is written with each blob under the digest of its bytes, packed layers unpacked", async () => {
    const env = prepare();
    const packed = dockerArchive({ "app:1": amd64 });
    const plainLayers = [
        makeLayer([{ name: "etc/base", body: "base" }], "none"),
        makeLayer([{ name: "bin/program", body: "for amd64" }], "none"),
    ];
    const plain = dockerArchive({ "app:1": { ...amd64, layers: plainLayers } });
    const contents: Record<string, Buffer>[] = [];
    for (const [name, bytes] of Object.entries({
        "packed.tar": packed,
        "plain.tar": plain,
        "whole.tar.gz": gzipSync(packed),
    })) {
        writeFileSync(path.join(folder(), name), bytes);
        const source: OciSource = { type: "oci", from: "archive", path: name, reference: "app:1", update: "always" };
        const storeDirectory = path.join(folder(), `store of ${name}`);
        const names = extracted(await build(volume(source), { ...env, storeDirectory }));
        const files = names.map((each) => [each, readFileSync(path.join(folder(), "out", each))] as const);
        const blobs = files.filter(([each]) => each.startsWith("blobs/"));
        expect(blobs.map(([each]) => each)).toEqual(
            blobs.map(([, body]) => `blobs/sha256/${createHash("sha256").update(body).digest("hex")}`),
        );
        expect(await manifestIn("app:1", "amd64", env)).toMatch(/^sha256:/);
        contents.push(Object.fromEntries(files));
    }
    expect(contents[1]).toEqual(contents[0]);
    expect(contents[2]).toEqual(contents[0]);
});

test("a tag's index is recorded, and taken by its digest when the tag has moved on", async () => {
    const registry = await serveRegistry({ "library/app:1": index });
    try {
        const env = { ...prepare(), fetch: globalThis.fetch };
        const source: OciSource = {
            type: "oci",
            from: "registry",
            reference: `${registry.host}/library/app:1`,
            update: "recorded",
        };
        const components = {
            kernel: kernelOf("kernel"),
            "init.init": initOf("init"),
            "volumes.images": volume(source),
        };
        const first = await resolveComponents(assembly(components), undefined, env);
        expect(first.components["volumes.images"]).toMatchObject({ resolved: { digest: index.manifest.digest } });
        registry.push("library/app:1", makeIndex([amd64]));
        const again = await resolveComponents(assembly(components), first, { ...env });
        expect(again).toEqual(first);
        const names = extracted(await unpack(await ensureImage({ ...again, format: 1, compression: "fast" }, env)));
        expect(names).toContain(`blobs/${index.manifest.digest.replace(":", "/")}`);
    } finally {
        await registry.close();
    }
});

test("a layout that has changed since is an error", async () => {
    const env = prepare();
    const components = { kernel: kernelOf("kernel"), "volumes.images": volume(image("index")) };
    const planned = await resolveComponents(assembly(components), undefined, env);
    writeImages(folder(), { kernel: kernelImage([]), index: makeIndex([amd64]) });
    await expect(ensureImage({ ...planned, format: 1, compression: "fast" }, env)).rejects.toMatchObject({
        code: "OciGone",
    });
});
