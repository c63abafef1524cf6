import { writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import path from "node:path";

import canonicalize from "canonicalize";

import { resolveComponents } from "../../../providers/image";
import type { AssemblySpec, KernelSpec } from "../../../sdk/assembly/spec";
import { temporaryFolder } from "../../support/folder";
import { assembly, environment, files, service, writeFolder } from "../build/support/plan";

const folder = temporaryFolder();

test("resolves folders, built-in components and files by content, and leaves the rest as it is", async () => {
    writeFolder(folder(), { "web/run": "x", local: "y" });
    const spec = assembly({
        "onboot.dhcp": service("dhcp", { kind: "onboot", source: { type: "builtin", name: "dhcp" } }),
        "services.web": service("web"),
        "volumes.data": { kind: "volume", name: "data", readonly: false, format: "filesystem" },
        files: files({ "/a": { source: "local" }, "/b": { contents: "" } }),
    });
    const { components, ...rest } = await resolveComponents(spec, undefined, environment(folder()));
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    expect(rest).toEqual({ architecture: "amd64", order: spec.order });
    expect(components).toEqual({
        ...spec.components,
        "onboot.dhcp": { ...spec.components["onboot.dhcp"], resolved: { type: "builtin", digest: sha256 } },
        "services.web": { ...spec.components["services.web"], resolved: { type: "folder", digest: sha256 } },
        files: { ...spec.components["files"], resolved: { type: "files", digests: { "/a": sha256 } } },
    });
});

test("a folder's change shows, whatever was recorded", async () => {
    writeFolder(folder(), { "web/run": "x" });
    const env = environment(folder());
    const before = await resolveComponents(assembly({ "services.web": service("web") }), undefined, env);
    writeFileSync(path.join(folder(), "web", "run"), "y");
    const after = await resolveComponents(assembly({ "services.web": service("web") }), before, env);
    expect(after).not.toEqual(before);
});

test("an error says which component it is of", async () => {
    const spec = assembly({ "services.web": service("web") });
    await expect(resolveComponents(spec, undefined, environment(folder()))).rejects.toMatchObject({
        code: "FolderUnreadable",
        message: expect.stringMatching(/^services\.web: .*web: ENOENT/) as string,
        fields: { component: "services.web" },
    });
});

function recordedKernel(families: readonly string[]): AssemblySpec {
    const declared = {
        packages: ["linux-image-cloud-amd64"],
        role: "kernel",
        suite: "trixie",
        repositories: [],
    } as const;
    const source = { ...declared, type: "debian", update: "recorded", documentation: false, families } as const;
    const declaration = createHash("sha256")
        .update(canonicalize({ ...declared, architecture: "amd64" }) ?? "")
        .digest("hex");
    const resolved = { type: "debian", declaration, packages: {} } as const;
    return assembly({ kernel: { kind: "kernel", source, resolved, cmdline: "" } });
}

test("a kernel is its package and the modules that its families stand for", async () => {
    const own = async (families: readonly string[]): Promise<unknown> => {
        const spec = recordedKernel(families);
        const { components } = await resolveComponents(spec, spec, environment(folder()));
        return (components["kernel"] as KernelSpec).resolved;
    };
    const ofQemu = await own(["qemu"]);
    expect(ofQemu).toMatchObject({ own: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect(await own(["qemu"])).toEqual(ofQemu);
    expect(await own(["aws"])).not.toEqual(ofQemu);
});
