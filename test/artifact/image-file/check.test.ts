import { unknownValue } from "../../../sdk/assembly/inputs";
import type { Properties } from "../../../providers/lifecycle/handler";
import type { ResolvedDebian } from "../../../sdk/assembly/spec";
import { temporaryFolder } from "../../support/folder";
import { handlerIn, news } from "./support";

const folder = temporaryFolder();

async function check(changes: Properties, olds: Properties = {}) {
    return handlerIn(folder()).handler.check(olds, news(changes));
}

test("the digest is known, and another format, size or image has another", async () => {
    const changes: Properties[] = [
        {},
        { format: "docker" },
        { format: "raw-efi", size: "1 GB" },
        { format: "raw-efi" },
        { spdx: true },
        { image: { ...(news()["image"] as object), compression: "smallest" } },
    ];
    const digests = await Promise.all(changes.map(async (change) => (await check(change)).inputs["digest"]));
    expect(digests.every((digest) => /^sha256:[0-9a-f]{64}$/.test(digest as string))).toBe(true);
    expect(new Set(digests).size).toBe(changes.length);
    expect((await check({ path: "elsewhere" })).inputs["digest"]).toBe(digests[0]);
});

test("an unknown image or size leaves the digest unknown; an unknown path does not", async () => {
    const image = { ...(news()["image"] as object), digest: unknownValue };
    expect((await check({ image })).inputs["digest"]).toBe(unknownValue);
    expect((await check({ format: "raw-bios", size: unknownValue })).inputs["digest"]).toBe(unknownValue);
    expect((await check({ path: unknownValue })).inputs["digest"]).toMatch(/^sha256:/);
});

test.each<[string, Properties, RegExp]>([
    [
        "format",
        { format: "qcow2" },
        /^"qcow2" is not an output format; did you mean "qcow2-efi"\? There are tar, docker, /,
    ],
    ["format", { format: 7 }, /^7 is not an output format$/],
    [
        "format",
        { format: "raw-bios", image: { ...(news()["image"] as object), architecture: "arm64" } },
        /^raw-bios is for amd64, and the image is for arm64: make the image for amd64 \(`architecture`, or --arch of the command\), or use raw-efi, qcow2-efi$/,
    ],
    [
        "format",
        { format: "vmdk", image: { ...(news()["image"] as object), order: ["init.base"] } },
        /^vmdk needs a kernel, and the assembly has none: give it a `kernel`, or use tar or docker$/,
    ],
    ["size", { size: "1 GB" }, /^tar is as large as what it holds: leave the size out/],
    ["size", { format: "iso-efi", size: "1 GB" }, /^iso-efi is as large as what it holds/],
    ["size", { format: "raw-efi", size: "much" }, /is not a size such as/],
    ["size", { format: "raw-efi", size: 4096 }, /4096.* is not a size such as/],
    ["path", { path: "" }, /^"" is not a path of a file$/],
    ["path", { path: "build/" }, /^"build\/" names a folder: add the name of a file$/],
    ["path", { path: undefined }, /^is missing$/],
    ["image", { image: "redis" }, /^this is not an image/],
    ["formt", { formt: "tar" }, /^no such property; did you mean "format"\?$/],
])("%s of %j is a failure", async (property, changes, reason) => {
    const { failures } = await check(changes);
    expect(failures).toEqual([{ property, reason: expect.stringMatching(reason) }]);
});

test("a loader's packages are recorded, kept, and part of the digest", async () => {
    const record = { architecture: "amd64", path: "pool/x.deb", repository: "main", sizeBytes: 1 };
    const resolved = (version: string): ResolvedDebian => ({
        type: "debian",
        declaration: "d",
        packages: { "systemd-boot-efi": { ...record, version, sha256: (version[0] ?? "").repeat(64) } },
    });
    const seen: unknown[] = [];
    const resolving = (version: string) =>
        handlerIn(folder(), {
            resolveLoaders: async (_, recorded) => {
                seen.push(recorded);
                return recorded?.type === "debian" ? recorded : resolved(version);
            },
        }).handler;
    const first = (await resolving("1.0").check({}, news({ format: "raw-efi" }))).inputs;
    expect(first["loaders"]).toMatchObject({
        packages: { "systemd-boot-efi": `1.0 amd64 main pool/x.deb 1 ${"1".repeat(64)}` },
    });
    const second = (await resolving("2.0").check(first, news({ format: "raw-efi" }))).inputs;
    expect(second).toEqual(first);
    expect(seen).toEqual([undefined, resolved("1.0")]);
    expect((await resolving("2.0").check({}, news({ format: "raw-efi" }))).inputs["digest"]).not.toBe(first["digest"]);
});

test("loaders that cannot be had are a failure of the format", async () => {
    const { handler } = handlerIn(folder(), { resolveLoaders: () => Promise.reject(new Error("No Debian mirror")) });
    const { failures } = await handler.check({}, news({ format: "raw-efi" }));
    expect(failures).toEqual([{ property: "format", reason: "No Debian mirror" }]);
});
