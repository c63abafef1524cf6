import fc from "fast-check";

import { parseConfig } from "../../../providers/image/oci/format/config";
import { digestOf } from "../../../providers/image/oci/format/digest";
import { type ImageDocument, parseDocument } from "../../../providers/image/oci/format/manifest";
import { checkPlatform, selectPlatform } from "../../../providers/image/oci/format/platform";
import type { Architecture } from "../../../sdk/assembly/spec";
import { makeImage, makeIndex, makeLayer, type MadePlatform } from "../../support/oci-image";

const layer = makeLayer([{ name: "a", body: "a" }]);
const image = makeImage({ layers: [layer] });
const dockers = makeImage({ layers: [layer], docker: true });

function parse(document: Buffer | object, mediaType?: string): ImageDocument {
    const bytes = Buffer.isBuffer(document) ? document : Buffer.from(JSON.stringify(document));
    return parseDocument({ digest: digestOf(bytes), bytes, ...(mediaType !== undefined && { mediaType }) }, "an image");
}

function changed(changes: Readonly<Record<string, unknown>>): object {
    return { ...(JSON.parse(image.manifest.bytes.toString()) as object), ...changes };
}

const descriptor = { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: layer.digest, size: 1 };

describe("a manifest", () => {
    test.each([
        ["OCI's", image],
        ["Docker's", dockers],
    ])("in %s form", (_, { manifest, config }) => {
        expect(parse(manifest.bytes)).toMatchObject({
            kind: "manifest",
            config: { digest: config?.digest, sizeBytes: config?.bytes.length },
            layers: [{ digest: layer.digest, sizeBytes: layer.bytes.length }],
        });
    });

    test.each([true, false])("an index, Docker's: %s", (docker) => {
        expect(parse(makeIndex([image, dockers], { docker }).manifest.bytes)).toMatchObject({
            kind: "index",
            manifests: [{ platform: { os: "linux", architecture: "amd64" } }, {}],
        });
    });

    test("without a media type is what the server says, else what it looks like", () => {
        expect(parse(changed({ mediaType: undefined }), image.manifest.mediaType).kind).toBe("manifest");
        expect(parse(changed({ mediaType: undefined })).kind).toBe("manifest");
        expect(parse({ schemaVersion: 2, manifests: [] }, "text/plain").kind).toBe("index");
    });

    test.each<[string, string, object | Buffer]>([
        ["no JSON", "OciMalformed", Buffer.from("{")],
        ["a list", "OciMalformed", []],
        ["another version", "OciMalformed", changed({ schemaVersion: 3 })],
        ["schema 1", "OciSchema1", { schemaVersion: 1, fsLayers: [] }],
        ["signed schema 1", "OciSchema1", { mediaType: "application/vnd.docker.distribution.manifest.v1+prettyjws" }],
        ["an index and a manifest at once", "OciMalformed", changed({ manifests: [] })],
        ["no configuration", "OciMalformed", changed({ config: undefined })],
        ["layers that are no list", "OciMalformed", changed({ layers: {} })],
        ["a negative size", "OciMalformed", changed({ layers: [{ ...descriptor, size: -1 }] })],
        ["a size that is none", "OciMalformed", changed({ layers: [{ ...descriptor, size: "1" }] })],
        ["a short digest", "OciMalformed", changed({ layers: [{ ...descriptor, digest: "sha256:ab" }] })],
        [
            "a path as digest",
            "OciMalformed",
            changed({ layers: [{ ...descriptor, digest: "sha256:../../etc/passwd" }] }),
        ],
        ["another hash", "OciMalformed", changed({ layers: [{ ...descriptor, digest: `sha512:${"a".repeat(128)}` }] })],
        [
            "a chart",
            "OciNotImage",
            changed({ config: { ...descriptor, mediaType: "application/vnd.cncf.helm.config.v1+json" } }),
        ],
        [
            "a layer that is no tar",
            "OciNotImage",
            changed({ layers: [{ ...descriptor, mediaType: "application/wasm" }] }),
        ],
        [
            "an encrypted layer",
            "OciNotImage",
            changed({ layers: [{ ...descriptor, mediaType: `${descriptor.mediaType}+encrypted` }] }),
        ],
        [
            "a foreign layer of Docker's",
            "OciForeignLayer",
            changed({
                layers: [{ ...descriptor, mediaType: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" }],
            }),
        ],
        [
            "a foreign layer of OCI's",
            "OciForeignLayer",
            changed({
                layers: [{ ...descriptor, mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip" }],
            }),
        ],
    ])("with %s is refused", (_, code, document) => {
        expect(() => parse(document)).toThrow(expect.objectContaining({ code }) as Error);
    });

    test("an error says where", () => {
        const bad = changed({ layers: [descriptor, { ...descriptor, size: null }] });
        expect(() => parse(bad)).toThrow(
            /the manifest sha256:[0-9a-f]+ of an image is malformed: layers\[1\]\.size must be/,
        );
    });
});

describe("a configuration", () => {
    const read = (config: object, layers = 1) =>
        parseConfig(
            Buffer.from(JSON.stringify({ rootfs: { diff_ids: [layer.diffId] }, ...config })),
            "an image",
            layers,
        );

    test("keeps what there is, and drops what is empty or unknown", () => {
        const config = {
            Entrypoint: ["/init"],
            Cmd: null,
            Env: [],
            WorkingDir: "",
            User: "redis",
            Labels: { a: "b" },
            Volumes: {},
        };
        expect(read({ architecture: "arm64", os: "linux", variant: "v8", config, history: [] })).toEqual({
            architecture: "arm64",
            os: "linux",
            variant: "v8",
            config: { Entrypoint: ["/init"], User: "redis", Labels: { a: "b" } },
            rootfs: { diff_ids: [layer.diffId] },
        });
        expect(read({ config: null }).config).toEqual({});
    });

    test.each<[string, object]>([
        ["a command that is a text", { config: { Cmd: "/bin/sh" } }],
        ["labels that are none", { config: { Labels: { a: 1 } } }],
        ["no root file system", { rootfs: null }],
        ["a digest that is none", { rootfs: { diff_ids: ["x"] } }],
        ["another number of layers", { rootfs: { diff_ids: [] } }],
    ])("with %s is refused", (_, config) => {
        expect(() => read(config)).toThrow(expect.objectContaining({ code: "OciMalformed" }) as Error);
    });
});

describe("a platform", () => {
    const of = (...platforms: (Partial<MadePlatform> | undefined)[]) =>
        platforms.map((platform, index) => ({
            mediaType: "",
            digest: digestOf(Buffer.from([index])),
            sizeBytes: index,
            annotations: {},
            ...(platform && { platform: { os: "linux", architecture: "amd64", ...platform } }),
        }));
    const chosen = (architecture: Architecture, ...platforms: Parameters<typeof of>) =>
        selectPlatform(of(...platforms), architecture, "an image").sizeBytes;

    test("is chosen by system, architecture and variant", () => {
        expect(chosen("amd64", { architecture: "arm64" }, { os: "windows" }, {})).toBe(2);
        expect(chosen("amd64", { variant: "v3" }, {})).toBe(1);
        expect(chosen("arm64", { architecture: "arm64", variant: "v8" })).toBe(0);
        expect(chosen("arm64", { architecture: "arm64", variant: "v8" }, { architecture: "arm64" })).toBe(1);
        expect(chosen("amd64", { architecture: "arm64" }, undefined)).toBe(1);
    });

    test("that is missing is an error that lists what is there, attestations apart", () => {
        const platforms = [
            { architecture: "arm", variant: "v7" },
            { os: "windows" },
            { os: "unknown", architecture: "unknown" },
        ];
        expect(() => chosen("amd64", ...platforms)).toThrow(
            /an image has no image for linux\/amd64; it has linux\/arm\/v7, windows\/amd64\./,
        );
        expect(() => chosen("amd64", { variant: "v3" })).toThrow(/linux\/amd64\/v3/);
        expect(() => chosen("amd64")).toThrow(/nothing that names a platform/);
    });

    test("of an image on its own is checked too", () => {
        const config = { architecture: "arm64", os: "linux", config: {}, rootfs: { diff_ids: [] } };
        expect(() => checkPlatform(config, "arm64", "an image")).not.toThrow();
        expect(() => checkPlatform({ ...config, os: "", architecture: "" }, "arm64", "an image")).not.toThrow();
        expect(() => checkPlatform(config, "amd64", "an image")).toThrow(/it has linux\/arm64/);
        expect(() => checkPlatform({ ...config, os: "windows" }, "arm64", "an image")).toThrow(/windows\/arm64/);
    });
});

const OURS = /^(Oci[A-Z].*)?$/;

test("any JSON as manifest is read or refused", () => {
    fc.assert(
        fc.property(
            fc.json(),
            fc.option(fc.constantFrom(image.manifest.mediaType, dockers.manifest.mediaType)),
            (text, type) => {
                expectOurs(() => parse(Buffer.from(text), type ?? undefined));
                expectOurs(() => parseConfig(Buffer.from(text), "an image", 0));
            },
        ),
        { numRuns: 2000 },
    );
});

test("any damage to a manifest, an index or a configuration leaves it readable or refused", () => {
    const whole = [
        image.manifest,
        dockers.manifest,
        makeIndex([image]).manifest,
        ...(image.config ? [image.config] : []),
    ];
    const paths = (value: unknown): string[] => JSON.stringify(value).match(/"[A-Za-z_]+"|\d+|\[|\{/g) ?? [];
    fc.assert(
        fc.property(fc.constantFrom(...whole), fc.nat(), fc.jsonValue({ maxDepth: 2 }), ({ bytes }, at, value) => {
            const text = bytes.toString();
            const parts = paths(JSON.parse(text));
            const part = parts[at % parts.length] ?? "";
            expectOurs(() => parse(Buffer.from(text.replace(part, JSON.stringify(value)))));
            expectOurs(() => parse(replaced(JSON.parse(text), at, value) as object));
            expectOurs(() =>
                parseConfig(Buffer.from(JSON.stringify(replaced(JSON.parse(text), at, value))), "an image", 1),
            );
        }),
        { numRuns: 3000 },
    );
});

/** The same value with another in one place. */
function replaced(value: unknown, at: number, by: unknown): unknown {
    if (typeof value !== "object" || value === null) {
        return by;
    }
    const entries = Object.entries(value);
    const index = at % (entries.length + 1);
    if (index === entries.length) {
        return by;
    }
    const next = Math.floor(at / (entries.length + 1));
    const changedEntries = entries.map(([key, each], position) => [
        key,
        position === index ? replaced(each, next, by) : each,
    ]);
    return Array.isArray(value) ? changedEntries.map(([, each]) => each) : Object.fromEntries(changedEntries);
}

function expectOurs(task: () => unknown): void {
    expect(codeOf(task)).toMatch(OURS);
}

/** "" where nothing failed. */
function codeOf(task: () => unknown): string | undefined {
    try {
        task();
        return "";
    } catch (error) {
        return (error as { code?: string }).code;
    }
}
