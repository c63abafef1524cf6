import { imageHandler, type ImageEffects, sourcePath } from "../../providers/artifact/image";
import { digestOf } from "../../providers/image";
import type { BuiltImage, ImagePlan } from "../../providers/image/plan";
import type { Properties } from "../../providers/lifecycle/handler";
import { unknownValue } from "../../sdk/assembly/inputs";
import { LinuxKitError } from "../../sdk/assembly/error";
import type { AssemblySpec, ComponentSpec, ResolvedDebian } from "../../sdk/assembly/spec";
import * as linuxkit from "../../sdk";
import { unknownKernel } from "../support/unknown-kernel";

const assembly = new linuxkit.Assembly({
    kernel: linuxkit.debian.kernel(),
    init: [linuxkit.debian.base()],
    services: [{ name: "redis", image: linuxkit.debian.packages(["redis-server"]), command: ["redis-server"] }],
    files: [{ path: "/etc/motd", contents: "hello" }],
});

function news(change: Properties = {}): Properties {
    return {
        ...assembly.components,
        order: assembly.order,
        architecture: "amd64",
        compression: "fast",
        identity: { organization: "o", project: "p", stack: "s", urn: "urn" },
        digest: "",
        initrd: {},
        contents: {},
        ...change,
    };
}

/** An archive whose one package is at `version`. */
class Archive {
    version = "1.0";
    resolutions = 0;

    resolve = async (spec: AssemblySpec, previous: AssemblySpec | undefined): Promise<AssemblySpec> => {
        const components = Object.entries(spec.components).map(([key, component]) => {
            if (!("source" in component)) return [key, component];
            const before = previous?.components[key];
            const kept = before !== undefined && "resolved" in before ? before.resolved : undefined;
            const declaration = JSON.stringify({ ...component.source, mirror: undefined });
            const always = component.source.type === "debian" && component.source.update === "always";
            if (kept?.type === "debian" && kept.declaration === declaration && !always) {
                return [key, { ...component, resolved: kept }];
            }
            this.resolutions += 1;
            return [key, { ...component, resolved: this.resolved(declaration) }];
        });
        return { ...spec, components: Object.fromEntries(components) as Record<string, ComponentSpec> };
    };

    private resolved(declaration: string): ResolvedDebian {
        const entry = {
            architecture: "amd64",
            path: "pool/x.deb",
            repository: "main",
            sha256: (this.version[0] ?? "").repeat(64),
            sizeBytes: 1,
        };
        return { type: "debian", declaration, packages: { x: { version: this.version, ...entry } } };
    }
}

function handlerWith(overrides: Partial<ImageEffects> = {}, archive = new Archive()) {
    const notes: string[] = [];
    const built: ImagePlan[] = [];
    const handler = imageHandler({
        environment: async () => ({}) as never,
        resolve: archive.resolve,
        digestOf,
        build: async (plan): Promise<BuiltImage> => {
            built.push(plan);
            return {
                digest: digestOf(plan),
                kernelPath: "/store/kernel",
                initrdPath: "/store/initrd",
                cmdline: "quiet",
                kernelFacts: unknownKernel,
                kernel: { sizeBytes: 1, sha256: "k" },
                initrd: { sizeBytes: 2, sha256: "i" },
                components: [{ key: "services.redis", sizeBytes: 3, sha256: "c", packages: [] }],
                notes: ["a note"],
            };
        },
        note: (line) => notes.push(line),
        newId: () => "image-1",
        ...overrides,
    });
    return { handler, notes, built, archive };
}

test("check resolves, and the digest is known", async () => {
    const { handler } = handlerWith();
    const { inputs, failures } = await handler.check({}, news());
    expect(failures).toEqual([]);
    expect(inputs["digest"]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(inputs["services.redis"]).toMatchObject({
        resolved: { packages: { x: `1.0 amd64 main pool/x.deb 1 ${"1".repeat(64)}` } },
    });
});

test("an unchanged declaration keeps its resolution, a changed one resolves only itself", async () => {
    const { handler, archive } = handlerWith();
    const first = (await handler.check({}, news())).inputs;
    expect(archive.resolutions).toBe(3);
    archive.version = "2.0";
    const second = (await handler.check(first, news())).inputs;
    expect(second).toEqual(first);
    const other = assembly.with({
        services: [{ name: "redis", image: linuxkit.debian.packages(["valkey-server"]), command: ["valkey-server"] }],
    });
    const third = (await handler.check(first, news(other.components))).inputs;
    expect(archive.resolutions).toBe(4);
    expect(third["digest"]).not.toBe(first["digest"]);
    expect(third["kernel"]).toEqual(first["kernel"]);
});

test("an assembly without a kernel is an image too, which tells of none", async () => {
    const contents = {
        digest: "",
        initrdPath: "/store/initrd",
        initrd: { sizeBytes: 2, sha256: "i" },
        components: [],
        notes: [],
    };
    const { handler } = handlerWith({ build: () => Promise.resolve(contents) });
    const { kernel: _, ...rest } = news();
    const checked = await handler.check(news(), { ...rest, order: assembly.order.filter((key) => key !== "kernel") });
    expect(checked.failures).toEqual([]);
    const { outs } = await handler.create(checked.inputs);
    expect(outs).toMatchObject({ initrd: { sizeBytes: 2 }, digest: "" });
    expect(outs).not.toHaveProperty("kernelFile");
});

test("another runtime of the base is a change of init.base alone", async () => {
    const { handler } = handlerWith();
    const olds = (await handler.check({}, news())).inputs;
    const other = assembly.with({ init: [linuxkit.debian.base({ runtime: "containerd" })] });
    const { inputs, failures } = await handler.check(olds, news(other.components));
    expect(failures).toEqual([]);
    const differs = (key: string) => JSON.stringify(inputs[key]) !== JSON.stringify(olds[key]);
    expect(
        Object.keys({ ...olds, ...inputs })
            .filter(differs)
            .sort(),
    ).toEqual(["digest", "init.base"]);
});

test("an archive that moved under `update: always` is noted by package, old and new version", async () => {
    const { handler, archive, notes } = handlerWith();
    const always = assembly.with({
        services: [
            {
                name: "redis",
                image: linuxkit.debian.packages(["redis-server"], { update: "always" }),
                command: ["redis-server"],
            },
        ],
    });
    const first = (await handler.check({}, news(always.components))).inputs;
    archive.version = "2.0";
    const second = (await handler.check(first, news(always.components))).inputs;
    expect(notes).toEqual(["resolved anew: 3 packages", "services.redis: x 1.0 -> 2.0"]);
    expect(second["digest"]).not.toBe(first["digest"]);
    expect(second["kernel"]).toEqual(first["kernel"]);
});

test("a declaration that leads elsewhere is a change, though the digest stays", async () => {
    const { handler } = handlerWith();
    const olds = (await handler.check({}, news())).inputs;
    expect((await handler.diff("image-1", olds, olds)).changes).toBe(false);
    const renamed = { ...olds, identity: { urn: "other" }, mirrors: { main: "http://127.0.0.1/debian" } };
    expect((await handler.diff("image-1", olds, renamed)).changes).toBe(false);
    const mirror = "http://127.0.0.1/debian";
    const redis = { image: linuxkit.debian.packages(["redis-server"], { mirror }), command: ["redis-server"] };
    const other = assembly.with({ services: [{ name: "redis", ...redis }] });
    const moved = (await handler.check(olds, news(other.components))).inputs;
    expect(moved["digest"]).toBe(olds["digest"]);
    expect((await handler.diff("image-1", olds, moved)).changes).toBe(true);
    const changed = (await handler.check(olds, news({ compression: "smallest" }))).inputs;
    expect(await handler.diff("image-1", olds, changed)).toEqual({
        changes: true,
        replaces: [],
        deleteBeforeReplace: false,
    });
});

test("create builds what check planned and holds no path of this machine", async () => {
    const { handler, built, notes } = handlerWith();
    const { inputs } = await handler.check({}, news());
    const { id, outs } = await handler.create(inputs);
    expect(id).toBe("image-1");
    expect(built.map(digestOf)).toEqual([inputs["digest"]]);
    expect(outs["initrd"]).toEqual({ sizeBytes: 2, sha256: "i" });
    expect(outs["contents"]).toEqual({ "services.redis": { sizeBytes: 3, sha256: "c", packages: [] } });
    expect(JSON.stringify(outs)).not.toContain("/store");
    expect(notes).toContain("a note");
    expect((await handler.diff(id, outs, inputs)).changes).toBe(false);
});

test("an SBOM is made on request only, and asking for it is a change", async () => {
    const { handler } = handlerWith();
    const without = (await handler.check({}, news())).inputs;
    const { outs } = await handler.create(without);
    expect(outs["sbom"]).toBe("");
    const asked = (await handler.check(without, news({ spdx: true }))).inputs;
    expect((await handler.diff("image-1", outs, asked)).changes).toBe(true);
    const updated = (await handler.update("image-1", outs, asked)).outs;
    expect(JSON.parse(updated["sbom"] as string)).toMatchObject({ spdxVersion: "SPDX-2.3" });
    expect((await handler.diff("image-1", updated, asked)).changes).toBe(false);
});

test("an unknown leaf leaves the digest unknown and keeps what was recorded", async () => {
    const { handler } = handlerWith();
    const olds = (await handler.check({}, news())).inputs;
    const redis = olds["services.redis"] as Record<string, unknown>;
    const { resolved: _, ...declared } = redis;
    const { inputs, failures } = await handler.check(
        olds,
        news({ "services.redis": { ...declared, command: ["redis-server", unknownValue] } }),
    );
    expect(failures).toEqual([]);
    expect(inputs["digest"]).toBe(unknownValue);
    expect((inputs["services.redis"] as typeof redis)["resolved"]).toEqual(redis["resolved"]);
    expect((await handler.diff("image-1", olds, inputs)).changes).toBe(true);
});

test("every problem is a failure with the user's path", async () => {
    const { handler } = handlerWith();
    const { failures } = await handler.check(
        {},
        news({
            compression: "tiny",
            "services.redis": { ...(assembly.components["services.redis"] as object), comand: ["x"] },
        }),
    );
    expect(failures.map(({ property }) => property)).toEqual(["compression", "services[0].comand"]);
});

test("what cannot be resolved names the component as the user wrote it", async () => {
    const { handler } = handlerWith({
        resolve: async () => {
            throw new LinuxKitError("unknown-package", 'no package "redsi-server" in trixie', {
                component: "services.redis",
            });
        },
    });
    const { failures } = await handler.check({}, news());
    expect(failures).toEqual([{ property: "services[0].image", reason: 'no package "redsi-server" in trixie' }]);
});

test("paths of components are the program's", () => {
    const order = ["kernel", "init.base", "onboot.a", "onboot.b", "services.redis", "files"];
    expect(order.map((key) => sourcePath(key, order))).toEqual([
        "kernel",
        "init[0]",
        "onboot[0].image",
        "onboot[1].image",
        "services[0].image",
        "files",
    ]);
});

describe("readiness", () => {
    const base = { kernel: linuxkit.debian.kernel(), services: [] };
    const tools = { name: "tools", image: "linuxkit/init:v1" };
    const withBase = { init: [tools, linuxkit.debian.base()] };
    const declared = (init: object, readiness?: unknown): Properties => {
        const { components, order } = new linuxkit.Assembly({ ...base, ...(init as { init: [] }) });
        return { ...components, order, architecture: "amd64", compression: "fast", spdx: false, readiness };
    };
    const checked = async (inputs: Properties) => handlerWith().handler.check({}, inputs);

    test.each([
        ["our base prints a line", withBase, "console"],
        ["another init is only known to run", { init: [tools] }, "running"],
        ["so is none", { init: [] }, "running"],
        ["a name makes no base", { init: [{ name: "base", image: "linuxkit/init:v1" }] }, "running"],
    ])("by default: %s", async (_, init, readiness) => {
        const { inputs, failures } = await checked(declared(init));
        expect({ failures, readiness: inputs["readiness"] }).toEqual({ failures: [], readiness });
    });

    test.each([
        [withBase, "running"],
        [withBase, "console"],
        [withBase, { tcp: 1 }],
        [{ init: [tools] }, "running"],
        [{ init: [tools] }, { tcp: 65_535 }],
        [{ init: [tools] }, { tcp: unknownValue }],
        [{ init: [tools] }, unknownValue],
    ])("of %j, %j is taken as it is", async (init, readiness) => {
        const { inputs, failures } = await checked(declared(init, readiness));
        expect({ failures, readiness: inputs["readiness"] }).toEqual({ failures: [], readiness });
    });

    test.each([
        ["redy", "readiness", 'must be "console", "running" or { tcp: 22 }, not "redy"'],
        [22, "readiness", 'must be "console", "running" or { tcp: 22 }, not 22'],
        [["running"], "readiness", "not a list"],
        [{}, "readiness.tcp", "is required"],
        [{ tcp: 0 }, "readiness.tcp", "a whole number from 1 to 65535, not 0"],
        [{ tcp: 65_536 }, "readiness.tcp", "not 65536"],
        [{ tcp: 1.5 }, "readiness.tcp", "not 1.5"],
        [{ tcp: "22" }, "readiness.tcp", 'not "22"'],
        [{ tcp: 22, upd: 1 }, "readiness.upd", "is no property of a readiness"],
    ])("%j is an error at its path", async (readiness, property, reason) => {
        const { failures } = await checked(declared(withBase, readiness));
        expect(failures).toEqual([{ property, reason: expect.stringContaining(reason) }]);
        const args = { assembly, readiness: readiness as linuxkit.Readiness };
        expect(() => new linuxkit.Image("os", args)).toThrow(`the image "os": ${property}: `);
    });

    test("the console of another init says nothing, and the error what to do", async () => {
        const { failures } = await checked(declared({ init: [tools] }, "console"));
        expect(failures).toEqual([
            {
                property: "readiness",
                reason: expect.stringMatching(/debian\.base\(\).*use "running" or \{ tcp: 22 \}.*or add debian\.base/),
            },
        ]);
    });

    test("another one is a change in place, of the same image", async () => {
        const { handler } = handlerWith();
        const { outs } = await handler.create((await handler.check({}, declared(withBase))).inputs);
        const next = (await handler.check(outs, declared(withBase, { tcp: 6379 }))).inputs;
        expect(await handler.diff("image-1", outs, next)).toEqual({
            changes: true,
            replaces: [],
            deleteBeforeReplace: false,
        });
        expect(next["digest"]).toBe(outs["digest"]);
        const { outs: updated } = await handler.update("image-1", outs, next);
        expect(updated).toEqual({ ...outs, readiness: { tcp: 6379 } });
        expect((await handler.diff("image-1", updated, next)).changes).toBe(false);
    });

    test("an image that an earlier version recorded has the default's, and previews clean", async () => {
        const { handler } = handlerWith();
        const { inputs } = await handler.check({}, declared(withBase));
        const { readiness: _, ...olds } = (await handler.create(inputs)).outs;
        const next = (await handler.check(olds, declared(withBase))).inputs;
        expect((await handler.diff("image-1", olds, next)).changes).toBe(false);
        const other = (await handler.check(olds, declared(withBase, "running"))).inputs;
        expect((await handler.diff("image-1", olds, other)).changes).toBe(true);
    });
});
