import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";

import fc from "fast-check";

import { openOciImage } from "../../../providers/image/oci";
import { makeImage, makeIndex, makeLayer } from "../../support/oci-image";
import { dockerArchive, layoutTar, modernDockerArchive, type NamedImages, writeLayout } from "../../support/oci-layout";
import { makeMember, makePax, makeTar, tarEnd } from "../archive/make-tar";
import {
    closeWorld,
    failureOf,
    fakeEnvironment,
    hello,
    localSource,
    open,
    resolve,
    tarsOf,
    temporaryDirectory,
} from "./support/world";

afterAll(closeWorld);

const other = makeImage({ layers: [makeLayer([{ name: "other", body: "other" }], "none")] });
const arm = makeImage({ layers: hello.layers, platform: { architecture: "arm64" } });
const env = fakeEnvironment({
    fetch: () => {
        throw new Error("the network was asked");
    },
});

function file(bytes: Buffer, name = "image.tar"): string {
    const location = path.join(temporaryDirectory(), name);
    writeFileSync(location, bytes);
    return location;
}

function folder(images: NamedImages): string {
    return writeLayout(temporaryDirectory(), images);
}

const forms: readonly [string, (images: NamedImages) => ReturnType<typeof localSource>][] = [
    ["a layout in a folder", (images) => localSource("layout", folder(images))],
    ["a layout in a tar", (images) => localSource("layout", file(layoutTar(images)))],
    ["a layout where docker save is expected", (images) => localSource("archive", file(layoutTar(images)))],
    ["what docker save writes today", (images) => localSource("archive", file(modernDockerArchive(images)))],
    ["what docker save wrote", (images) => localSource("archive", file(dockerArchive(images)))],
    ["a layout in a packed tar", (images) => localSource("layout", file(gzipSync(layoutTar(images)), "image.tar.gz"))],
    ["docker save | gzip", (images) => localSource("archive", file(gzipSync(modernDockerArchive(images))))],
    [
        "what docker save wrote | zstd",
        (images) => localSource("archive", file(zstdCompressSync(dockerArchive(images)))),
    ],
];

describe.each(forms)("%s", (form, source) => {
    test("is opened layer by layer", async () => {
        const image = await open(source({ "docker.io/library/hello:1": hello }), env);
        expect(image.config.config.Labels).toEqual({ "org.mobyproject.config": "{}" });
        const isOld = form.startsWith("what docker save wrote");
        expect(image.digest).toBe(isOld ? hello.config?.digest : hello.manifest.digest);
        expect(image.layers.map(({ digest }) => digest)).toEqual(
            hello.layers.map(({ digest, diffId }) => (isOld ? diffId : digest)),
        );
        expect((await tarsOf(image)).map((tar) => tar.length)).toEqual([2560, 2048]);
    });

    test("holds several images by name, as it stands or by Docker's rules", async () => {
        const several = source({ "docker.io/library/hello:1": hello, "ghcr.io/org/other:2": other });
        const digestOf = async (reference: string) => (await resolve({ ...several, reference }, env)).digest;
        const [first, second] = await Promise.all([
            digestOf("docker.io/library/hello:1"),
            digestOf("ghcr.io/org/other:2"),
        ]);
        expect(first).not.toBe(second);
        expect(await digestOf("hello:1")).toBe(first);
        for (const reference of ["", "hello:2"]) {
            const failure = await failureOf(digestOf(reference));
            expect(failure).toMatchObject({ code: "OciName" });
            expect(failure.message).toMatch(/hello:1, ghcr\.io\/org\/other:2/);
        }
    });

    test("holds one image under two names", async () => {
        const twice = source({ "docker.io/library/hello:1": hello, "docker.io/library/hello:latest": hello });
        expect((await open(twice, env)).layers).toHaveLength(2);
    });

    test("for another platform is an error that says so", async () => {
        const failure = await failureOf(resolve(source({ "docker.io/library/hello:1": arm }), env));
        expect(failure).toMatchObject({ code: "OciPlatform" });
        expect(failure.message).toContain("linux/arm64");
    });

    test("whose layers are others than they should be is an error at the end of the layer", async () => {
        const [bottom] = hello.layers;
        const wrong = { ...bottom!, bytes: other.layers[0]!.bytes };
        const image = makeImage({ layers: [wrong] });
        const failure = await failureOf(open(source({ "docker.io/library/hello:1": image }), env).then(tarsOf));
        expect(failure).toMatchObject({ code: "OciDigest" });
    });
});

test("a layout of several platforms side by side, or in an index, gives the one that is asked for", async () => {
    expect((await resolve(localSource("layout", folder({ "hello:1": makeIndex([arm, hello]) })), env)).digest).toBe(
        hello.manifest.digest,
    );
    const { manifests, ...index } = JSON.parse(makeIndex([arm, hello]).manifest.bytes.toString()) as {
        manifests: object[];
    };
    const location = folder({ a: arm, b: hello });
    const named = manifests.map((entry) => ({ ...entry, annotations: { "org.opencontainers.image.ref.name": "v1" } }));
    writeFileSync(path.join(location, "index.json"), JSON.stringify({ ...index, manifests: named }));
    for (const reference of ["", "v1"]) {
        expect((await resolve(localSource("layout", location, reference), env)).digest).toBe(hello.manifest.digest);
    }
});

test("a packed archive is unpacked once, whatever it is called, and what is there now counts", async () => {
    const messages: string[] = [];
    const folders = {
        storeDirectory: temporaryDirectory(),
        progress: (each: { message: string }) => void messages.push(each.message),
    };
    const location = file(gzipSync(layoutTar({ "": hello })));
    const source = localSource("archive", location);
    const first = { ...env, ...folders };
    expect((await resolve(source, first)).digest).toBe(hello.manifest.digest);
    await tarsOf(await open(source, first));
    const copy = file(readFileSync(location), "copy.tgz");
    await open(localSource("archive", copy), { ...env, ...folders });
    expect(messages).toEqual([`unpacking ${location}`]);

    writeFileSync(location, gzipSync(layoutTar({ "": other })));
    expect((await resolve(source, first)).digest).toBe(other.manifest.digest);
    rmSync(folders.storeDirectory, { recursive: true });
    expect((await tarsOf(await open(source, first))).map((tar) => tar.length)).toEqual([other.layers[0]!.bytes.length]);
});

test("what was unpacked in part is unpacked again", async () => {
    const storeDirectory = temporaryDirectory();
    const source = localSource("archive", file(gzipSync(layoutTar({ "": hello }))));
    await resolve(source, { ...env, storeDirectory });
    const [name = ""] = readdirSync(path.join(storeDirectory, "archives"));
    const unpacked = path.join(storeDirectory, "archives", name);
    writeFileSync(unpacked, readFileSync(unpacked).subarray(0, 5000));
    expect(await tarsOf(await open(source, { ...env, storeDirectory }))).toHaveLength(2);
});

const packedForms: readonly [string, "layout" | "archive", Buffer][] = [
    ["a layout", "layout", layoutTar({ "": hello })],
    ["what docker save writes today", "archive", modernDockerArchive({ "hello:1": hello })],
    ["what docker save wrote", "archive", dockerArchive({ "hello:1": hello })],
];

test.each(packedForms)("%s whose unpacked tar the store has damaged is unpacked again", async (_, from, tar) => {
    const storeDirectory = temporaryDirectory();
    const source = localSource(from, file(gzipSync(tar)));
    const whole = await tarsOf(await open(source, { ...env, storeDirectory }));
    const resolved = await resolve(source, env);
    const [name = ""] = readdirSync(path.join(storeDirectory, "archives"));
    const unpacked = path.join(storeDirectory, "archives", name);
    const sound = readFileSync(unpacked);
    for (let position = 0; position < tar.length; position += 101) {
        const damaged = Buffer.from(sound);
        damaged.writeUInt8(damaged.readUInt8(position) ^ 1, position);
        writeFileSync(unpacked, damaged);
        const later = { ...env, storeDirectory };
        expect(await resolve(source, later)).toEqual(resolved);
        expect(await tarsOf(await openOciImage(source, resolved, later))).toEqual(whole);
        expect(readFileSync(unpacked).equals(sound)).toBe(true);
    }
});

test("a path is relative to the program's folder", async () => {
    const location = folder({ "": hello });
    const near = { ...env, workingDirectory: path.dirname(location) };
    expect((await resolve(localSource("layout", path.basename(location)), near)).digest).toBe(hello.manifest.digest);
});

test("what is there now counts, whatever was recorded", async () => {
    const location = folder({ "": hello });
    const source = { ...localSource("layout", location), update: "recorded" as const };
    const recorded = await resolve(source, env);
    writeLayout(location, { "": other });
    expect(await resolve(source, env, recorded)).toEqual({ ...recorded, digest: other.manifest.digest });
    expect((await openOciImage(source, recorded, env)).layers).toHaveLength(2);
});

test("a digest that has gone is an error that names the path and the digest", async () => {
    for (const [, source] of forms) {
        const old = source({ "docker.io/library/hello:1": hello });
        const resolved = await resolve(old, env);
        const now = source({ "docker.io/library/hello:1": other });
        const failure = await failureOf(openOciImage(now, resolved, env));
        expect(failure).toMatchObject({ code: "OciGone" });
        expect(failure.message).toContain(`${now.path} does not hold ${resolved.digest}`);
    }
});

test("a layer that has gone is named too", async () => {
    const location = folder({ "": hello });
    rmSync(path.join(location, "blobs", hello.layers[0]!.digest.replace(":", "/")));
    const failure = await failureOf(open(localSource("layout", location), env).then(tarsOf));
    expect(failure).toMatchObject({ code: "OciGone" });
    expect(failure.message).toContain(hello.layers[0]!.digest);
});

test("docker save's links to a layer of another image, long names and packed layers", async () => {
    const [bottom, top] = hello.layers;
    const long = `${"d".repeat(120)}/layer.tar`;
    const config = `${hello.config?.digest.slice(7)}.json`;
    const table = [{ Config: config, RepoTags: null, Layers: ["a/layer.tar", long] }];
    const archive = Buffer.concat([
        makeMember({ name: "./b/layer.tar", body: bottom!.bytes }),
        makeMember({ name: "a/layer.tar", type: "2", link: "../b/layer.tar" }),
        makePax({ path: long }),
        makeMember({ name: "short", body: top!.bytes }),
        makeMember({ name: "hard.json", body: hello.config!.bytes }),
        makeMember({ name: config, type: "1", link: "hard.json" }),
        makeMember({ name: "manifest.json", body: JSON.stringify(table) }),
        tarEnd,
    ]);
    const image = await open(localSource("archive", file(archive)), env);
    expect((await tarsOf(image)).map((tar) => tar.length)).toEqual([2560, 2048]);
});

describe("what is no image is refused by name", () => {
    test.each<[string, string, () => string]>([
        ["nothing", "OciUnreadable", () => path.join(temporaryDirectory(), "nothing")],
        ["an empty folder", "OciUnreadable", temporaryDirectory],
        ["a folder of something else", "OciUnreadable", () => path.dirname(file(Buffer.from("x")))],
        [
            "a packed archive that is cut",
            "OciUnreadable",
            () => file(gzipSync(layoutTar({ "": hello })).subarray(0, 900)),
        ],
        [
            "a packed archive of a cut tar",
            "OciUnreadable",
            () => file(gzipSync(layoutTar({ "": hello }).subarray(0, 2048))),
        ],
        ["a packed text", "OciUnreadable", () => file(zstdCompressSync(Buffer.alloc(2000, "text ")))],
        ["nothing, packed", "OciUnreadable", () => file(gzipSync(Buffer.alloc(0)))],
        ["a packed archive, packed", "OciUnreadable", () => file(gzipSync(gzipSync(layoutTar({ "": hello }))))],
        ["xz's magic and nothing else", "OciUnreadable", () => file(Buffer.from("fd377a585a00", "hex"))],
        ["an empty file", "OciUnreadable", () => file(Buffer.alloc(0))],
        ["a text", "OciUnreadable", () => file(Buffer.alloc(2000, "text "))],
        ["a cut tar", "OciUnreadable", () => file(layoutTar({ "": hello }).subarray(0, 2048))],
        ["a tar of something else", "OciUnreadable", () => file(makeTar({ name: "a", body: "b" }))],
        ["a layout without images", "OciName", () => folder({})],
        [
            "a layout of another version",
            "OciUnreadable",
            () => changedLayout("oci-layout", { imageLayoutVersion: "2.0.0" }),
        ],
        ["an index that is none", "OciMalformed", () => changedLayout("index.json", [])],
        ["an index that leads out of it", "OciMalformed", () => changedLayout("index.json", outside())],
    ])("%s", async (_, code, location) => {
        const place = location();
        const failure = await failureOf(resolve(localSource("layout", place), env));
        expect(failure.code).toBe(code);
        expect(failure.message).toContain(place);
    });

    test.each<[string, object]>([
        ["without an image", []],
        ["without layers", [{ Config: "c.json", Layers: ["x"] }]],
        ["with a configuration that leads out of it", [{ Config: "../../../../etc/passwd", Layers: [] }]],
    ])("an archive of docker save %s", async (_, table) => {
        const location = file(
            makeTar(
                { name: "c.json", body: hello.config!.bytes },
                { name: "manifest.json", body: JSON.stringify(table) },
            ),
        );
        const failure = await failureOf(resolve(localSource("archive", location), env));
        expect(failure.code).toMatch(/^Oci/);
        expect(failure.message).toContain(location);
    });
});

function changedLayout(name: string, content: object): string {
    const location = folder({ "": hello });
    writeFileSync(path.join(location, name), JSON.stringify(content));
    return location;
}

function outside(): object {
    const manifests = [{ mediaType: hello.manifest.mediaType, size: 1, digest: "sha256:../../../etc/passwd" }];
    return { schemaVersion: 2, manifests };
}

test("any damage to an archive gives its image, or an error of ours", async () => {
    const whole = [layoutTar({ "": other }), dockerArchive({ "": other })];
    const location = path.join(temporaryDirectory(), "image.tar");
    mkdirSync(path.dirname(location), { recursive: true });
    await fc.assert(
        fc.asyncProperty(
            fc.constantFrom(...whole),
            fc.array(fc.record({ at: fc.nat(), to: fc.nat(255) }), { minLength: 1, maxLength: 8 }),
            fc.nat(),
            async (bytes, changes, end) => {
                const damaged = Buffer.from(bytes.subarray(0, end % 4 === 0 ? end % bytes.length : undefined));
                for (const { at, to } of changes) {
                    damaged[at % Math.max(1, damaged.length)] = to;
                }
                writeFileSync(location, damaged);
                const outcome = await tryOpen(location);
                expect(outcome).toMatch(/^(the same|Oci.*)$/);
            },
        ),
        { numRuns: 300 },
    );
});

async function tryOpen(location: string): Promise<unknown> {
    try {
        const [tar] = await tarsOf(await open(localSource("archive", location), env));
        return tar?.equals(other.layers[0]!.bytes) === true ? "the same" : "another";
    } catch (error) {
        return (error as { code?: string }).code;
    }
}
