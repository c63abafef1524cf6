import { digestOf } from "../../providers/image";
import type { ImagePlan } from "../../providers/image/plan";
import { Assembly, debian, dhcp, folder as folderSource } from "../../sdk";
import { normalizeAssembly } from "../../sdk/assembly/normalize";
import type { ComponentSpec, ContainerSpec, DebianSource, FilesSpec } from "../../sdk/assembly/spec";
import { assembly, fakeKernel, files, service } from "./build/support/plan";
import { temporaryFolder } from "../support/folder";

const folder = temporaryFolder();

function plan(changes: Partial<ContainerSpec> = {}, further: Partial<ImagePlan> = {}, given?: FilesSpec): ImagePlan {
    const web = service("web", { resolved: { type: "folder", digest: "abc" }, ...changes });
    const spec = assembly({ kernel: fakeKernel(folder()), "services.web": web, ...(given ? { files: given } : {}) });
    return { ...spec, format: 1, compression: "fast", ...further };
}

function packages(changes: Partial<DebianSource> = {}): DebianSource {
    const fixed = { type: "debian", role: "rootfs", suite: "trixie", repositories: [] } as const;
    return { ...fixed, packages: ["redis-server"], update: "recorded", documentation: false, ...changes };
}

test("is a SHA-256 of the plan's content, whatever the order of its keys", () => {
    const reversed = Object.fromEntries(Object.entries(plan()).toReversed()) as unknown as ImagePlan;
    expect(digestOf(plan())).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(digestOf(reversed)).toBe(digestOf(plan()));
});

/** A small assembly with defaults everywhere, resolved to made-up content. */
function golden(): ImagePlan {
    const { architecture, components, order } = new Assembly({
        architecture: "amd64",
        kernel: debian.kernel(),
        init: [debian.base()],
        onboot: [dhcp()],
        services: [
            { name: "web", image: debian.packages(["web"]), command: ["web"], healthcheck: { tcp: 80 } },
            { name: "own", image: folderSource("own"), command: ["run"] },
        ],
        volumes: [{ name: "data" }],
        files: [{ path: "/etc/motd", contents: "hello" }],
    });
    const { spec } = normalizeAssembly({ architecture, components, order });
    const resolve = (component: ComponentSpec): ComponentSpec =>
        component.kind === "files" || component.source === undefined
            ? component
            : { ...component, resolved: madeUp[component.source.type] };
    const resolved = Object.entries(spec?.components ?? {}).map(([key, component]) => [key, resolve(component)]);
    return { architecture: "amd64", order, components: Object.fromEntries(resolved), format: 1, compression: "fast" };
}

const madeUp = {
    debian: { type: "debian", declaration: "any", packages: {} },
    folder: { type: "folder", digest: "abc" },
    builtin: { type: "builtin", digest: "abc" },
    oci: { type: "oci", declaration: "any", digest: "sha256:abc" },
} as const;

/** States hold digests: a default, a key or a name that changes this one makes every image that is in use another one. */
test("stays what it was for an assembly that stays as it was", () => {
    expect(digestOf(golden())).toBe("sha256:70ed1811457ba4534fc640426c1921f8bb011fa3c49a13ccdab987574e90e87e");
});

test.each<[string, ImagePlan | (() => ImagePlan)]>([
    ["command", () => plan({ command: ["/run", "-v"] })],
    ["environment", () => plan({ env: ["A=1"] })],
    ["folder's content", () => plan({ resolved: { type: "folder", digest: "abd" } })],
    [
        "kind of source",
        () => plan({ source: { type: "builtin", name: "web" }, resolved: { type: "builtin", digest: "abc" } }),
    ],
    ["compression", () => plan({}, { compression: "smallest" })],
    ["architecture", () => plan({}, { architecture: "arm64" })],
    ["order", () => plan({}, { order: ["services.web", "kernel"] })],
    ["file", () => plan({}, {}, files({ "/a": { contents: "b" } }))],
])("changes with the %s", (_, make) => {
    expect(digestOf((make as () => ImagePlan)())).not.toBe(digestOf(plan()));
});

test("does not change with where things came from", () => {
    expect(digestOf(plan({ source: { type: "folder", path: "/elsewhere/web" } }))).toBe(digestOf(plan()));
    const resolved = { type: "debian", declaration: "x", packages: {} } as const;
    const here = digestOf(plan({ source: packages(), resolved }));
    const there = packages({
        mirror: "http://mirror.test/debian",
        securityMirror: "http://mirror.test/s",
        update: "always",
    });
    expect(digestOf(plan({ source: there, resolved: { ...resolved, declaration: "y" } }))).toBe(here);
    expect(digestOf(plan({ source: packages({ documentation: true }), resolved }))).not.toBe(here);
});

test("a file's source counts by its content alone", () => {
    const sourced = (source: string, digest: string): FilesSpec => ({
        ...files({ "/a": { source } }),
        resolved: { type: "files", digests: { "/a": digest } },
    });
    expect(digestOf(plan({}, {}, sourced("x", "1")))).toBe(digestOf(plan({}, {}, sourced("/y/x", "1"))));
    expect(digestOf(plan({}, {}, sourced("x", "1")))).not.toBe(digestOf(plan({}, {}, sourced("x", "2"))));
});
