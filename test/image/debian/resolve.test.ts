import { readdirSync } from "node:fs";
import { join } from "node:path";
import { resolveDebian } from "../../../providers/image/debian";
import { packageChanges } from "../../../providers/image/debian/changes";
import type { BuildEnvironment } from "../../../providers/image/environment";
import type { DebianSource } from "../../../sdk/assembly/spec";
import { fakeEnvironment, fakeSource, removeTemporaryDirectories } from "./support/environment";
import { type FakeArchive, NOW, startArchive, trixie } from "./support/fake-archive";
import type { FakePackage } from "./support/make-deb";
import { trustedKeys } from "./support/trusted-keys";

jest.mock(
    "../../../providers/image/debian/data/archive-keys",
    () => jest.requireActual("./support/trusted-keys").trustedKeys,
);
jest.setTimeout(60_000);

const PACKAGES: readonly FakePackage[] = [
    { name: "server", version: "1.0-1", fields: { Depends: "library (>= 1), debconf | debconf-2.0, adduser" } },
    { name: "library", version: "1.5-1" },
    { name: "debconf", version: "1.5" },
];

let archive: FakeArchive;

beforeEach(async () => {
    archive = await startArchive(trixie(PACKAGES));
    trustedKeys.ARCHIVE_KEYS = archive.key;
});

afterEach(() => archive.close());
afterAll(removeTemporaryDirectories);

function resolve(changes: Partial<DebianSource> = {}, env: BuildEnvironment = fakeEnvironment()) {
    return resolveDebian(fakeSource(archive, changes.packages ?? ["server"], changes), "amd64", undefined, env);
}

function refuseAll(env: BuildEnvironment): BuildEnvironment {
    return { ...env, fetch: () => Promise.reject(new TypeError("fetch failed", { cause: new Error("no network") })) };
}

describe("resolveDebian", () => {
    it("gives exact packages, without those that only maintainer scripts need", async () => {
        const resolved = await resolve();
        const server = archive.debs.find((deb) => deb.package.name === "server");
        expect(Object.keys(resolved.packages)).toEqual(["library", "server"]);
        expect(resolved.packages["server"]).toEqual({
            version: "1.0-1",
            architecture: "amd64",
            path: server?.path,
            repository: "main",
            sha256: server?.sha256,
            sizeBytes: server?.bytes.length,
        });
    });

    it("takes updates and security updates where they are newer", async () => {
        await archive.publish([
            {
                suite: "trixie-updates",
                packages: [{ name: "server", version: "1.0-1+deb13u1", fields: { Depends: "library" } }],
            },
            { suite: "trixie-security", packages: [{ name: "library", version: "1.5-1+deb13u1" }] },
        ]);
        const { packages } = await resolve();
        expect(packages["server"]).toMatchObject({ version: "1.0-1+deb13u1", repository: "main" });
        expect(packages["library"]).toMatchObject({ version: "1.5-1+deb13u1", repository: "security" });
    });

    it("takes packages of an own repository, signed with its own key", async () => {
        const other = await startArchive(
            [{ suite: "own", packages: [{ name: "server", version: "2.0" }], release: { "Valid-Until": undefined } }],
            "Another owner",
        );
        try {
            const repositories = [{ url: other.url, suite: "own", components: ["main"], key: other.key }];
            expect((await resolve({ repositories })).packages["server"]).toMatchObject({
                version: "2.0",
                repository: "repository-0",
            });
            const wrong = [{ url: other.url, suite: "own", components: ["main"], key: archive.key }];
            await expect(resolve({ repositories: wrong })).rejects.toMatchObject({ code: "DebianSignature" });
        } finally {
            await other.close();
        }
    });

    it("names a misspelt package, the nearest names and the suite", async () => {
        await expect(resolve({ packages: ["servre"] })).rejects.toMatchObject({
            code: "DebianUnknownPackage",
            message: 'There is no package "servre" in trixie. Did you mean server?',
            fields: { package: "servre", suite: "trixie", nearest: ["server"] },
        });
    });

    it("names a package whose letters were swapped before others that are as near", async () => {
        const names = ["afnix", "nginx"].map((name) => ({ name, version: "1" }));
        await archive.publish(trixie(names));
        await expect(resolve({ packages: ["ngnix"] })).rejects.toMatchObject({
            fields: { nearest: ["nginx", "afnix"] },
        });
    });

    it("says which of several packages a virtual name may mean", async () => {
        await archive.publish(
            trixie([
                { name: "a", version: "1", fields: { Provides: "mta" } },
                { name: "b", version: "1", fields: { Provides: "mta" } },
            ]),
        );
        await expect(resolve({ packages: ["mta"] })).rejects.toThrow(/several packages provide.*a, b/);
    });

    it("names the package and the way to what cannot be installed", async () => {
        await archive.publish(
            trixie([
                { name: "server", version: "1", fields: { Depends: "middle" } },
                { name: "middle", version: "1", fields: { Depends: "gone (>= 3)" } },
            ]),
        );
        await expect(resolve()).rejects.toMatchObject({
            code: "DebianDependencies",
            message:
                "server cannot be installed from trixie: middle depends on gone (>= 3), but there is none (server -> middle).",
        });
    });

    it("leaves a kernel's own dependencies out of its role only", async () => {
        await archive.publish(
            trixie([
                {
                    name: "linux",
                    version: "6",
                    fields: { "Pre-Depends": "linux-base", Depends: "kmod, initramfs-tools | linux-initramfs-tool" },
                },
            ]),
        );
        expect(Object.keys((await resolve({ packages: ["linux"], role: "kernel" })).packages)).toEqual(["linux"]);
        await expect(resolve({ packages: ["linux"] })).rejects.toMatchObject({ code: "DebianDependencies" });
    });
});

describe("a recorded resolution", () => {
    it("is kept without a look at the archive, while the declaration is the same", async () => {
        const env = fakeEnvironment();
        const first = await resolve({}, env);
        await archive.publish(trixie([{ name: "server", version: "2.0" }]));
        archive.requests.length = 0;
        const source = fakeSource(archive, ["server"], { mirror: "http://127.0.0.1:1", documentation: true });
        expect(await resolveDebian(source, "amd64", first, fakeEnvironment())).toBe(first);
        expect(archive.requests).toEqual([]);
    });

    it.each([
        ["another package", { packages: ["server", "debconf"] }],
        ["an own repository", { repositories: [] as DebianSource["repositories"], suite: "trixie-backports" }],
    ])("is not kept for %s", async (_, changes) => {
        const first = await resolve();
        await archive.publish([
            ...trixie([
                { name: "server", version: "2.0" },
                { name: "debconf", version: "1" },
            ]),
            { suite: "trixie-backports", packages: [] },
        ]);
        const next = await resolveDebian(fakeSource(archive, ["server"], changes), "amd64", first, fakeEnvironment());
        expect(next.packages["server"]?.version).toBe("2.0");
    });

    it("follows the archive by update: always, and tells package, old and new version", async () => {
        const first = await resolve();
        await archive.publish(
            trixie([
                { name: "server", version: "2.0", fields: { Depends: "extra" } },
                { name: "extra", version: "1" },
            ]),
        );
        const source = fakeSource(archive, ["server"], { update: "always" });
        const next = await resolveDebian(source, "amd64", first, fakeEnvironment());
        expect(packageChanges(first, next)).toEqual([
            "extra (none) -> 1",
            "library 1.5-1 -> (none)",
            "server 1.0-1 -> 2.0",
        ]);
        expect(packageChanges(next, next)).toEqual([]);
        expect(next.declaration).toBe(first.declaration);
    });
});

describe("the archive's signature, dates and hashes", () => {
    it("refuses a signature by a key that is not trusted", async () => {
        await archive.publish(trixie(PACKAGES), "stranger");
        await expect(resolve()).rejects.toMatchObject({
            code: "DebianSignature",
            message: expect.stringContaining("dists/trixie"),
        });
    });

    it("refuses a text that was changed after it was signed", async () => {
        const release = archive.files.get("dists/trixie/InRelease")?.toString("utf8") ?? "";
        archive.files.set("dists/trixie/InRelease", Buffer.from(release.replace("Origin: Tests", "Origin: Forgery")));
        await expect(resolve()).rejects.toMatchObject({ code: "DebianSignature" });
    });

    it("reads nothing outside the signed text", async () => {
        const release = archive.files.get("dists/trixie/InRelease")?.toString("utf8") ?? "";
        archive.files.set("dists/trixie/InRelease", Buffer.from(`Suite: evil\nDate: never\n\n${release}`));
        const outcome = await resolve().then(
            (resolved) => Object.keys(resolved.packages),
            (error: unknown) => (error as { code: string }).code,
        );
        expect([["library", "server"], "DebianSignature"]).toContainEqual(outcome);
    });

    it.each([
        ["that is past its validity", { "Valid-Until": "Mon, 15 Jun 2026 11:00:00 UTC" }, "DebianExpired"],
        ["from the future", { Date: "Mon, 15 Jun 2026 13:00:00 UTC" }, "DebianFuture"],
        ["of another suite", { Suite: "stable", Codename: "bookworm" }, "DebianSuite"],
        ["without a date", { Date: undefined }, "DebianRelease"],
        ["without the architecture", { SHA256: "" }, "DebianIndex"],
    ])("refuses an InRelease %s", async (_, release, code) => {
        await archive.publish(trixie(PACKAGES, { release }));
        await expect(resolve()).rejects.toMatchObject({ code });
    });

    it("takes a suite by its alias", async () => {
        await archive.publish([
            { suite: "stable", packages: PACKAGES, release: { Codename: "trixie" } },
            { suite: "stable-updates", packages: [] },
            { suite: "stable-security", packages: [] },
        ]);
        expect(Object.keys((await resolve({ suite: "stable" })).packages)).toEqual(["library", "server"]);
    });

    it("says what a suite that is not there may be a mistake in", async () => {
        await expect(resolve({ suite: "trixi" })).rejects.toMatchObject({
            code: "DebianSuite",
            message: expect.stringMatching(/There is no suite "trixi.*Check "suite" and "mirror"/),
        });
    });

    it("refuses an index that is not what the InRelease says", async () => {
        for (const path of [...archive.files.keys()].filter((name) => name.includes("trixie/main"))) {
            archive.files.set(path, Buffer.alloc(archive.files.get(path)?.length ?? 0));
        }
        await expect(resolve()).rejects.toMatchObject({
            code: "DownloadHash",
            message: expect.stringContaining("midst of an update"),
        });
    });

    it("takes the index by name where it is not there by hash", async () => {
        [...archive.files.keys()]
            .filter((name) => name.includes("by-hash"))
            .forEach((name) => archive.files.delete(name));
        expect(Object.keys((await resolve()).packages)).toEqual(["library", "server"]);
    });

    it("does not go back to an older InRelease than it has seen", async () => {
        const env = fakeEnvironment();
        await resolve({}, env);
        await archive.publish(
            trixie([{ name: "server", version: "0.1" }], { release: { Date: "Sat, 13 Jun 2026 12:00:00 UTC" } }),
        );
        expect((await resolve({}, { ...env })).packages["server"]?.version).toBe("1.0-1");
    });
});

describe("without a network", () => {
    it("resolves from what the store holds, while that is valid", async () => {
        const env = fakeEnvironment();
        const first = await resolve({}, env);
        expect(await resolve({}, refuseAll(env))).toEqual(first);
        const later = { ...refuseAll(env), now: () => new Date(NOW.getTime() + 30 * 86_400_000) };
        await expect(resolve({}, later)).rejects.toMatchObject({ code: "DebianExpired" });
    });

    it("says that the store has no InRelease of the suite", async () => {
        await expect(resolve({}, refuseAll(fakeEnvironment()))).rejects.toMatchObject({
            code: "DebianUnreachable",
            message: expect.stringMatching(/no network.*store holds no InRelease of trixie/),
        });
    });

    it("says which index is missing", async () => {
        const env = fakeEnvironment();
        archive.misbehaviours.set(
            [...archive.files.keys()].find((name) => /trixie\/main.*by-hash/.test(name)) ?? "",
            (_, response) => {
                response.destroy();
                return true;
            },
        );
        await expect(resolve({}, env)).rejects.toThrow(
            /index main\/binary-amd64\/Packages.gz of trixie cannot be fetched.*does not hold it either/,
        );
    });

    it("is not mistaken for a mirror that answers 503 twice", async () => {
        let count = 0;
        archive.misbehaviours.set("dists/trixie/InRelease", (_, response) => {
            count += 1;
            if (count <= 2) {
                response.writeHead(503).end();
            }
            return count <= 2;
        });
        expect(Object.keys((await resolve()).packages)).toEqual(["library", "server"]);
        expect(count).toBe(3);
    });
});

describe("the store", () => {
    it("keeps the compact index and nothing it was made from", async () => {
        const env = fakeEnvironment();
        await resolve({}, env);
        expect(readdirSync(join(env.storeDirectory, "blobs", "sha256"))).toEqual([]);
        expect(readdirSync(join(env.storeDirectory, "partial"))).toEqual([]);
        archive.requests.length = 0;
        await resolve({}, { ...env });
        expect(archive.requests.map(({ path }) => path).filter((path) => !path.endsWith("InRelease"))).toEqual([]);
    });

    it("serves several components of one environment by one look at the archive", async () => {
        const env = fakeEnvironment();
        await Promise.all([
            resolve({}, env),
            resolve({ packages: ["library"] }, env),
            resolve({ packages: ["debconf"] }, env),
        ]);
        const releases = archive.requests.filter(({ path }) => path.endsWith("InRelease"));
        expect(releases).toHaveLength(3);
    });
});
