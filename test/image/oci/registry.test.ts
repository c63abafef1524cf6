import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { openOciImage } from "../../../providers/image/oci";
import { blobPath } from "../../../providers/image/store/blobs";
import { makeImage, makeIndex, makeLayer, packLayer } from "../../support/oci-image";
import type { FakeRegistry } from "../../support/oci-registry";
import { readAll } from "../archive/read-all";
import {
    closeWorld,
    failureOf,
    fakeEnvironment,
    hello,
    imageSource,
    open,
    registryOf,
    resolve,
    tarsOf,
    withSettings,
} from "./support/world";

afterAll(closeWorld);

const arm = makeImage({ layers: hello.layers, platform: { architecture: "arm64", variant: "v8" } });
const pathsOf = (registry: FakeRegistry) => registry.requests.map(({ path: each }) => each);
const blobsAsked = (registry: FakeRegistry) => pathsOf(registry).filter((each) => each.includes("/blobs/"));

function noNetwork(): Promise<never> {
    throw new Error("the network was asked");
}

describe("an image of a registry", () => {
    test("is resolved to its manifest and opened layer by layer", async () => {
        const registry = await registryOf({ "library/hello:1": hello });
        const env = fakeEnvironment();
        const source = imageSource(`${registry.host}/library/hello:1`);
        const resolved = await resolve(source, env);
        expect(resolved).toEqual({
            type: "oci",
            digest: hello.manifest.digest,
            declaration: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        });
        const image = await openOciImage(source, resolved, env);
        expect(image).toMatchObject({
            digest: hello.manifest.digest,
            config: { architecture: "amd64", config: { Cmd: ["/bin/hello"], Env: ["A=1"] } },
            layers: hello.layers.map(({ digest, bytes }) => ({ digest, sizeBytes: bytes.length })),
        });
        const [bottom, top] = await tarsOf(image);
        expect(await readAll(bottom ?? Buffer.alloc(0))).toMatchObject([
            { path: "etc" },
            { path: "etc/motd", text: "hello" },
        ]);
        expect(await readAll(top ?? Buffer.alloc(0))).toMatchObject([{ path: "etc/issue", text: "more" }]);
    });

    test("is taken out of an index, by platform", async () => {
        const index = makeIndex([arm, hello], { more: [attestation()] });
        const registry = await registryOf({ "hello:1": index });
        const resolved = await resolve(imageSource(`${registry.host}/hello:1`), fakeEnvironment());
        expect(resolved.digest).toBe(hello.manifest.digest);
    });

    test("is taken out of an index in an index, in Docker's types too", async () => {
        const docker = makeImage({ layers: hello.layers, docker: true });
        const inner = makeIndex([arm, docker], { docker: true });
        const registry = await registryOf({ "hello:1": makeIndex([inner]) });
        const image = await open(imageSource(`${registry.host}/hello:1`), fakeEnvironment());
        expect(image.digest).toBe(docker.manifest.digest);
        expect((await tarsOf(image)).map((tar) => tar.length)).toEqual([2560, 2048]);
    });

    test("is not looked for without end", async () => {
        const nest = [1, 2, 3, 4, 5].reduce((inner) => makeIndex([inner]), hello);
        const registry = await registryOf({ "hello:1": nest });
        const failure = await failureOf(resolve(imageSource(`${registry.host}/hello:1`), fakeEnvironment()));
        expect(failure).toMatchObject({ code: "OciMalformed" });
    });

    test("of another platform is an error that lists what there is", async () => {
        const registry = await registryOf({ "hello:1": makeIndex([arm]), "hello:2": arm });
        for (const tag of ["1", "2"]) {
            const failure = await failureOf(resolve(imageSource(`${registry.host}/hello:${tag}`), fakeEnvironment()));
            expect(failure).toMatchObject({ code: "OciPlatform" });
            expect(failure.message).toContain(`/hello:${tag} has no image for linux/amd64; it has linux/arm64/v8.`);
        }
    });

    test("is fetched once: the second time nothing is asked", async () => {
        const registry = await registryOf({ "hello:1": hello });
        const env = fakeEnvironment();
        const source = imageSource(`${registry.host}/hello:1`);
        const resolved = await resolve(source, env);
        await tarsOf(await openOciImage(source, resolved, env));
        const offline = { ...env, fetch: noNetwork };
        expect(await resolve(source, offline, resolved)).toBe(resolved);
        expect(await tarsOf(await openOciImage(source, resolved, offline))).toHaveLength(2);
        const byDigest = imageSource(`${registry.host}/hello@${hello.manifest.digest}`);
        expect((await resolve(byDigest, { ...env, fetch: noNetwork })).digest).toBe(hello.manifest.digest);
    });

    test("that is used by many at once is looked up once", async () => {
        const registry = await registryOf({ "hello:1": hello });
        const env = fakeEnvironment();
        await Promise.all(Array.from({ length: 10 }, () => resolve(imageSource(`${registry.host}/hello:1`), env)));
        expect(pathsOf(registry).filter((each) => each.endsWith("/manifests/1"))).toHaveLength(1);
    });

    test("is not fetched before a layer is read, and then all of it", async () => {
        const registry = await registryOf({ "hello:1": hello });
        const image = await open(imageSource(`${registry.host}/hello:1`), fakeEnvironment());
        const before = blobsAsked(registry).length;
        for await (const _ of image.layers[0]?.open() ?? []);
        expect([before, blobsAsked(registry).length]).toEqual([1, 3]);
    });
});

describe("what was recorded", () => {
    test("is kept while the declaration is the same, and followed with update: always", async () => {
        const registry = await registryOf({ "hello:1": hello });
        const source = imageSource(`${registry.host}/hello:1`);
        const recorded = await resolve(source, fakeEnvironment());
        const next = makeImage({ layers: hello.layers.slice(1) });
        registry.push("hello:1", next);
        expect(await resolve(source, fakeEnvironment({ fetch: noNetwork }), recorded)).toBe(recorded);
        const followed = await resolve({ ...source, update: "always" }, fakeEnvironment(), recorded);
        expect(followed).toEqual({ ...recorded, digest: next.manifest.digest });
        registry.push("hello:2", next);
        const other = await resolve(imageSource(`${registry.host}/hello:2`), fakeEnvironment(), recorded);
        expect(other.digest).toBe(next.manifest.digest);
        expect(other.declaration).not.toBe(recorded.declaration);
    });

    test("and has gone from the registry is an error that says what to do", async () => {
        const registry = await registryOf({ "hello:1": hello });
        const source = imageSource(`${registry.host}/hello:1`);
        const resolved = await resolve(source, fakeEnvironment());
        registry.misbehaviours.set(`/v2/hello/manifests/${hello.manifest.digest}`, (_, response) => {
            response.writeHead(404).end();
            return true;
        });
        const failure = await failureOf(openOciImage(source, resolved, fakeEnvironment()));
        expect(failure).toMatchObject({ code: "OciGone" });
        expect(failure.message).toContain(hello.manifest.digest);
        expect(failure.message).toContain('update: "always"');
    });
});

describe("what goes wrong", () => {
    test("a name that is not there", async () => {
        const registry = await registryOf({});
        const failure = await failureOf(resolve(imageSource(`${registry.host}/hello:1`), fakeEnvironment()));
        expect(failure).toMatchObject({ code: "RegistryUnknown" });
        expect(failure.message).toContain(`${registry.host}/hello:1: `);
    });

    test("no network: what is missing is named", async () => {
        const registry = await registryOf({ "hello:1": hello });
        const source = imageSource(`${registry.host}/hello:1`);
        const resolved = await resolve(source, fakeEnvironment());
        await registry.close();
        const failure = await failureOf(openOciImage(source, resolved, fakeEnvironment()));
        expect(failure).toMatchObject({ code: "RegistryUnreachable" });
        expect(failure.message).toContain(`The store does not hold ${hello.manifest.digest}`);
    });

    test("a manifest that is not what its digest says, or without end", async () => {
        const registry = await registryOf({ "hello:1": hello, "hello:2": hello });
        registry.misbehaviours.set("/v2/hello/manifests/1", (_, response) => {
            response.writeHead(200, { "docker-content-digest": arm.manifest.digest }).end(hello.manifest.bytes);
            return true;
        });
        registry.misbehaviours.set("/v2/hello/manifests/2", (_, response) => {
            response.writeHead(200).end(Buffer.alloc(5 << 20));
            return true;
        });
        const failures = await Promise.all(
            ["1", "2"].map((tag) =>
                failureOf(resolve(imageSource(`${registry.host}/hello:${tag}`), fakeEnvironment())),
            ),
        );
        expect(failures.map(({ code }) => code)).toEqual(["OciDigest", "OciTooLarge"]);
    });

    test("a configuration that is too large to read", async () => {
        const { config } = hello;
        const size = 9 << 20;
        const manifest = { config: { mediaType: config?.mediaType, digest: config?.digest, size } };
        const registry = await registryOf({ "hello:1": makeImage({ layers: hello.layers, manifest }) });
        const failure = await failureOf(resolve(imageSource(`${registry.host}/hello:1`), fakeEnvironment()));
        expect(failure).toMatchObject({ code: "OciTooLarge" });
        expect(blobsAsked(registry)).toEqual([]);
    });

    test("an index that says another size of its manifest", async () => {
        const index = makeIndex([], {
            more: [{ mediaType: hello.manifest.mediaType, digest: hello.manifest.digest, size: 1 }],
        });
        const registry = await registryOf({ "hello:1": index, "hello:2": hello });
        const failure = await failureOf(resolve(imageSource(`${registry.host}/hello:1`), fakeEnvironment()));
        expect(failure).toMatchObject({ code: "OciMalformed" });
    });

    test("a layer whose bytes are others, and no bytes of it stay", async () => {
        const registry = await registryOf({ "hello:1": hello });
        const layer = hello.layers[0];
        const bytes = Buffer.from(layer?.bytes ?? "");
        bytes[20] = (bytes[20] ?? 0) ^ 1;
        registry.misbehaviours.set(`/v2/hello/blobs/${layer?.digest}`, (_, response) => {
            response.end(bytes);
            return true;
        });
        const env = fakeEnvironment();
        const failure = await failureOf(open(imageSource(`${registry.host}/hello:1`), env).then(tarsOf));
        expect(failure).toMatchObject({ code: "DownloadHash" });
        expect(existsSync(blobPath(env.storeDirectory, (layer?.digest ?? "").slice(7)))).toBe(false);
    });

    test("a layer that unpacks to something else than the configuration says", async () => {
        const lying = { ...makeLayer([{ name: "a", body: "a" }]), diffId: `sha256:${"0".repeat(64)}` };
        const registry = await registryOf({ "hello:1": makeImage({ layers: [lying] }) });
        const failure = await failureOf(open(imageSource(`${registry.host}/hello:1`), fakeEnvironment()).then(tarsOf));
        expect(failure).toMatchObject({ code: "OciDigest" });
        expect(failure.message).toContain("unpacked");
    });

    test("a layer that is cut short where it is whole by its digest", async () => {
        const layer = makeLayer([{ name: "a", body: "a".repeat(10_000) }]);
        const bytes = layer.bytes.subarray(0, layer.bytes.length - 10);
        const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
        const registry = await registryOf({ "hello:1": makeImage({ layers: [{ ...layer, bytes, digest }] }) });
        const failure = await failureOf(open(imageSource(`${registry.host}/hello:1`), fakeEnvironment()).then(tarsOf));
        expect(failure).toMatchObject({ code: "OciLayer" });
        expect(failure.message).toContain(digest);
    });

    test("a damaged layer of the store is named, removed, and fetched again by the next run", async () => {
        const registry = await registryOf({ "hello:1": hello });
        const env = fakeEnvironment();
        const source = imageSource(`${registry.host}/hello:1`);
        await tarsOf(await open(source, env));
        const [layer] = hello.layers;
        const file = blobPath(env.storeDirectory, (layer?.digest ?? "").slice(7));
        writeFileSync(file, Buffer.alloc(layer?.bytes.length ?? 0, 0x1f));
        expect(await failureOf(open(source, env).then(tarsOf))).toMatchObject({ code: "StoreDamaged" });
        expect(await open(source, env).then(tarsOf)).toHaveLength(2);
    });

    test("one layer's failure is that of all that wait", async () => {
        const layers = Array.from({ length: 8 }, (_, index) =>
            makeLayer([{ name: `file-${index}`, body: `${index}` }]),
        );
        const registry = await registryOf({ "hello:1": makeImage({ layers }) });
        registry.misbehaviours.set(`/v2/hello/blobs/${layers[0]?.digest}`, (_, response) => {
            response.writeHead(404).end();
            return true;
        });
        const image = await open(imageSource(`${registry.host}/hello:1`), fakeEnvironment());
        for (const layer of [image.layers[7], image.layers[0]]) {
            const read = async () => {
                for await (const _ of layer?.open() ?? []);
            };
            expect(await failureOf(read())).toMatchObject({ code: "OciGone" });
        }
    });
});

describe("layers", () => {
    test("go on from where an earlier attempt stopped", async () => {
        const layer = packLayer(
            Buffer.concat([makeLayer([{ name: "a", body: "a".repeat(9000) }], "none").bytes]),
            "none",
        );
        const registry = await registryOf({ "hello:1": makeImage({ layers: [layer] }) });
        const env = fakeEnvironment();
        mkdirSync(path.join(env.storeDirectory, "partial"));
        writeFileSync(path.join(env.storeDirectory, "partial", layer.digest.slice(7)), layer.bytes.subarray(0, 4000));
        const [tar] = await tarsOf(await open(imageSource(`${registry.host}/hello:1`), env));
        expect(tar?.equals(layer.bytes)).toBe(true);
        const asked = registry.requests.find(({ path: each }) => each.endsWith(layer.digest));
        expect(asked?.headers.range).toBe("bytes=4000-");
        expect(readdirSync(path.join(env.storeDirectory, "partial"))).toEqual([]);
    });

    test("are fetched a few at a time, each once, and tell how far they are", async () => {
        const layers = Array.from({ length: 12 }, (_, index) => makeLayer([{ name: `f${index}`, body: `${index}` }]));
        const image = makeImage({ layers: [...layers, ...layers.slice(0, 2)] });
        const registry = await registryOf({ "hello:1": image });
        let [now, most] = [0, 0];
        for (const { digest, bytes } of layers) {
            registry.misbehaviours.set(`/v2/hello/blobs/${digest}`, (_, response) => {
                most = Math.max(most, ++now);
                setTimeout(() => {
                    now -= 1;
                    response.end(bytes);
                }, 20);
                return true;
            });
        }
        const told: (number | undefined)[] = [];
        const env = fakeEnvironment({ progress: ({ fraction }) => told.push(fraction) });
        expect(await tarsOf(await open(imageSource(`${registry.host}/hello:1`), env))).toHaveLength(14);
        expect(most).toBeGreaterThan(1);
        expect(most).toBeLessThanOrEqual(4);
        expect(blobsAsked(registry)).toHaveLength(13);
        expect(told.at(-1)).toBe(1);
    });

    test("end when the build is called off", async () => {
        const registry = await registryOf({ "hello:1": hello });
        const stop = new AbortController();
        const env = fakeEnvironment({ signal: stop.signal });
        registry.misbehaviours.set(`/v2/hello/blobs/${hello.layers[0]?.digest}`, (_, response) => {
            response.writeHead(200, { "content-length": 1000 }).write("x");
            setTimeout(() => stop.abort(new Error("called off")), 50);
            return true;
        });
        const image = await open(imageSource(`${registry.host}/hello:1`), env);
        await expect(tarsOf(image)).rejects.toThrow("called off");
    });
});

describe("a server in need of a pause", () => {
    test("is given the one it asks for", async () => {
        const registry = await registryOf({ "hello:1": hello });
        const times: number[] = [];
        registry.misbehaviours.set("/v2/hello/manifests/1", (_, response) => {
            times.push(Date.now());
            if (times.length === 1) {
                response.writeHead(429, { "retry-after": "2" }).end();
            }
            return times.length === 1;
        });
        await resolve(imageSource(`${registry.host}/hello:1`), fakeEnvironment());
        expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1990);
    });

    test("for longer than one waits is an error that says so, at once", async () => {
        const registry = await registryOf({ "hello:1": hello });
        registry.misbehaviours.set("/v2/hello/manifests/1", (_, response) => {
            const date = new Date(Date.now() + 3_600_000).toUTCString();
            response.writeHead(429, { "retry-after": date }).end();
            return true;
        });
        const failure = await failureOf(resolve(imageSource(`${registry.host}/hello:1`), fakeEnvironment()));
        expect(failure).toMatchObject({ code: "RegistryLimit" });
        expect(failure.message).toMatch(/asked again in 3[56]\d\d s/);
        expect(pathsOf(registry)).toHaveLength(1);
    });
});

test("mirrors of a registry are asked first, by their own names and below their own paths", async () => {
    const registry = await registryOf({ "proxy/hello:1": hello });
    const origin = await registryOf({ "hello:1": arm, "only/here:1": hello });
    const dead = await registryOf({});
    await dead.close();
    const told: string[] = [];
    const env = withSettings(
        { mirrors: { [origin.host]: [dead.url, `${registry.url}/proxy`] } },
        { progress: ({ message }) => told.push(message) },
    );
    expect((await resolve(imageSource(`${origin.host}/hello:1`), env)).digest).toBe(hello.manifest.digest);
    expect(told.join("\n")).toContain(`${dead.host}, a mirror of ${origin.host}, is passed over`);
    expect(pathsOf(origin)).toEqual([]);
    expect((await resolve(imageSource(`${origin.host}/only/here:1`), env)).digest).toBe(hello.manifest.digest);
    expect(told.filter((message) => message.includes(dead.host))).toHaveLength(1);
});

function attestation(): object {
    const { mediaType, digest, bytes } = arm.manifest;
    return { mediaType, digest, size: bytes.length, platform: { os: "unknown", architecture: "unknown" } };
}
