import { digestOf } from "../../providers/image";
import type { ImagePlan } from "../../providers/image/plan";
import type { ContainerSpec, DebianSource, FilesSpec } from "../../sdk/assembly/spec";
import { assembly, fakeKernel, files, service } from "./build/support/plan";
import { temporaryFolder } from "../support/folder";

const folder = temporaryFolder();

function plan(changes: Partial<ContainerSpec> = {}, further: Partial<ImagePlan> = {}, given?: FilesSpec): ImagePlan {
    const web = service("web", { resolved: { type: "folder", digest: "abc" }, ...changes });
    const spec = assembly({ kernel: fakeKernel(folder()), "services.web": web, ...(given ? { files: given } : {}) });
    return { ...spec, format: 1, compression: "fast", ...further };
}

function debian(changes: Partial<DebianSource> = {}): DebianSource {
    const fixed = { type: "debian", role: "rootfs", suite: "trixie", repositories: [] } as const;
    return { ...fixed, packages: ["redis-server"], update: "recorded", documentation: false, ...changes };
}

test("is a SHA-256 of the plan's content, whatever the order of its keys", () => {
    const reversed = Object.fromEntries(Object.entries(plan()).toReversed()) as unknown as ImagePlan;
    expect(digestOf(plan())).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(digestOf(reversed)).toBe(digestOf(plan()));
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
    const here = digestOf(plan({ source: debian(), resolved }));
    const there = debian({
        mirror: "http://mirror.test/debian",
        securityMirror: "http://mirror.test/s",
        update: "always",
    });
    expect(digestOf(plan({ source: there, resolved: { ...resolved, declaration: "y" } }))).toBe(here);
    expect(digestOf(plan({ source: debian({ documentation: true }), resolved }))).not.toBe(here);
});

test("a file's source counts by its content alone", () => {
    const sourced = (source: string, digest: string): FilesSpec => ({
        ...files({ "/a": { source } }),
        resolved: { type: "files", digests: { "/a": digest } },
    });
    expect(digestOf(plan({}, {}, sourced("x", "1")))).toBe(digestOf(plan({}, {}, sourced("/y/x", "1"))));
    expect(digestOf(plan({}, {}, sourced("x", "1")))).not.toBe(digestOf(plan({}, {}, sourced("x", "2"))));
});
