import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { imageHandler } from "../../../providers/artifact/image";
import type { Properties } from "../../../providers/lifecycle/handler";
import { digestOf, ensureImage, resolveComponents } from "../../../providers/image";
import { resolveLoaders, writeFormat } from "../../../providers/image/formats";
import { Assembly, oci } from "../../../sdk";
import { environment } from "../../image/build/support/plan";
import { imageOf, kernelImage } from "../../image/build/support/images";
import { temporaryFolder } from "../../support/folder";
import { makeImage, makeLayer, type MadeImage, type MadeLayer } from "../../support/oci-image";
import { type FakeRegistry, serveRegistry } from "../../support/oci-registry";
import { handlerIn } from "./support";

const folder = temporaryFolder();
const inFolder = (name: string): string => path.join(folder(), name);
let registry: FakeRegistry;

const program = Buffer.from(Array.from({ length: 6000 }, (_, index) => (index * 7919) % 251));
const packings = ["none", "gzip", "zstd"] as const;

function layerOf(packing: (typeof packings)[number]): MadeLayer {
    return makeLayer(
        [
            { name: "bin/", type: "5", mode: 0o755 },
            { name: "bin/app", body: program, mode: 0o755 },
        ],
        packing,
    );
}

const damages: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
    ["truncated in its middle", (bytes) => bytes.subarray(0, bytes.length >> 1)],
    ["truncated to its first bytes", (bytes) => bytes.subarray(0, 3)],
    ["without its end", (bytes) => bytes.subarray(0, -1)],
    ["with another bit at its start", (bytes) => flipped(bytes, 2)],
    ["with another bit in its middle", (bytes) => flipped(bytes, bytes.length >> 1)],
    ["with another bit in a header's checksum", (bytes) => flipped(bytes, 150)],
];

function flipped(bytes: Buffer, offset: number): Buffer {
    const copy = Buffer.from(bytes);
    copy[offset] = (copy[offset] ?? 0) ^ 4;
    return copy;
}

function sha256(bytes: Buffer): string {
    return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

beforeEach(async () => {
    registry = await serveRegistry({
        "kernel:1": kernelImage([{ name: "lib/modules/6.12/modules.dep", body: "dep" }]),
        "init:1": imageOf({}, [{ name: "sbin/init", body: "#!/bin/sh\n", mode: 0o755 }]),
    });
});

afterEach(() => registry.close());

/** What `pulumi up` does for an image and a file of it, with the program's own words. */
async function up(): Promise<void> {
    const image = (name: string) => ({ image: oci.image(`${registry.host}/${name}:1`) });
    const { architecture, order, components } = new Assembly({
        kernel: image("kernel"),
        init: [{ name: "init", ...image("init") }],
        services: [{ name: "app", ...image("app"), command: ["/bin/app"] }],
    });
    const env = environment(folder(), { fetch });
    const images = imageHandler({
        environment: async () => env,
        resolve: resolveComponents,
        digestOf,
        build: ensureImage,
        note: () => undefined,
        newId: () => "image-1",
    });
    const declared = { architecture, order, compression: "fast", mirrors: {}, ...components } as unknown as Properties;
    const checked = await images.check({}, declared);
    if (checked.failures.length > 0) {
        throw new Error(checked.failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
    }
    const { handler } = handlerIn(folder(), { environment: async () => env, resolveLoaders, write: writeFormat });
    const { inputs } = checked;
    await handler.create({
        image: {
            architecture,
            compression: "fast",
            order,
            mirrors: {},
            digest: inputs["digest"],
            components: Object.fromEntries(order.map((key) => [key, inputs[key]])),
        },
        format: "tar",
        path: "out/os.tar",
        spdx: false,
        identity: {},
    });
}

/** What a user is told. */
async function failure(): Promise<string> {
    return up().then(
        () => "nothing",
        (error: unknown) => String(error),
    );
}

function storedBlobs(): string[] {
    const blobs = inFolder("store/blobs/sha256");
    return existsSync(blobs) ? readdirSync(blobs).filter((name) => /^[0-9a-f]{64}$/.test(name)) : [];
}

function expectNothingBad(): void {
    expect(existsSync(inFolder("out"))).toBe(false);
    for (const name of storedBlobs()) {
        expect(sha256(readFileSync(path.join(inFolder("store/blobs/sha256"), name)))).toBe(`sha256:${name}`);
    }
}

async function expectGood(image: MadeImage): Promise<void> {
    registry.push("app:1", image);
    registry.misbehaviours.clear();
    await up();
    expect(readFileSync(inFolder("out/os.tar")).includes(program)).toBe(true);
}

const cases = packings.flatMap((packing) => damages.map(([what, damage]) => [what, packing, damage] as const));

test.each(cases)(
    "a layer %s (%s), as it was pushed, is named, and the good one is built",
    async (_, packing, damage) => {
        const layer = layerOf(packing);
        const bytes = damage(layer.bytes);
        registry.push("app:1", makeImage({ layers: [{ ...layer, bytes, digest: sha256(bytes) }] }));
        const text = await failure();
        expect(text).toContain("services.app");
        expect(text).toContain(`${registry.host}/app:1`);
        expect(text).toContain(sha256(bytes));
        expectNothingBad();
        await expectGood(makeImage({ layers: [layer] }));
    },
);

/** A download that is cut short is tried again for some seconds. */
const onItsWay = cases.filter(([what], index) => !/^(truncated|without)/.test(what) || index === 0);

test.each(onItsWay)("a layer %s (%s), on its way, is named, and the good one is built", async (_, packing, damage) => {
    const layer = layerOf(packing);
    const image = makeImage({ layers: [layer] });
    registry.push("app:1", image);
    registry.misbehaviours.set(`/v2/app/blobs/${layer.digest}`, (__, response) => {
        response.end(damage(layer.bytes));
        return true;
    });
    const text = await failure();
    expect(text).toContain("services.app");
    expect(text).toContain(`${registry.host}/app`);
    expect(text).toContain(layer.digest.slice(7));
    expectNothingBad();
    await expectGood(image);
});

test.each(["none", "gzip"] as const)("a layer (%s) that was damaged in the store is fetched again", async (packing) => {
    const layer = layerOf(packing);
    const image = makeImage({ layers: [layer] });
    registry.push("app:1", image);
    await up();
    rmSync(inFolder("out"), { recursive: true });
    ["images", "segments"].forEach((name) => rmSync(inFolder(`store/${name}`), { recursive: true }));
    writeFileSync(path.join(inFolder("store/blobs/sha256"), layer.digest.slice(7)), flipped(layer.bytes, 150));
    await up();
    expect(readFileSync(inFolder("out/os.tar")).includes(program)).toBe(true);
});

test.each([...damages, ["empty", () => Buffer.alloc(0)] as const])(
    "a manifest %s, is named, and the good one is built",
    async (_, damage) => {
        const image = makeImage({ layers: [layerOf("gzip")] });
        registry.push("app:1", image);
        const bytes = damage(image.manifest.bytes);
        for (const reference of ["1", image.manifest.digest]) {
            registry.misbehaviours.set(`/v2/app/manifests/${reference}`, (request, response) => {
                response.writeHead(200, { "content-type": image.manifest.mediaType, "content-length": bytes.length });
                response.end(request.method === "HEAD" ? undefined : bytes);
                return true;
            });
        }
        const text = await failure();
        expect(text).toContain(`${registry.host}/app:1`);
        expectNothingBad();
        await expectGood(image);
    },
);
