import { writeFileSync } from "node:fs";
import path from "node:path";

import { resolveComponents } from "../../../providers/image";
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
