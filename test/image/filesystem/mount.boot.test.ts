import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { ensureImage, resolveComponents } from "../../../providers/image";
import { erofs, iso, type OpenEntries, squashfs } from "../../../providers/image/filesystem";
import { writeFormat } from "../../../providers/image/formats";
import type { ImagePlan } from "../../../providers/image/plan";
import type { Entry } from "../../../providers/image/tree/entry";
import { Assembly, debian } from "../../../sdk";
import { normalizeAssembly } from "../../../sdk/assembly/normalize";
import { collect } from "../codec/collect";
import { realEnvironment } from "../disk/support/real";
import { devices, link, stream, usualEntries } from "./support/entries";
import { consoleOf, expectedLines, writeSmallInitrd } from "./support/guest";

let folder: string;
beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "filesystem-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, name);

async function planWith(modules: readonly string[]): Promise<ImagePlan> {
    const kernel = debian.kernel({ modules: [...modules] });
    const { architecture, components, order } = new Assembly({ architecture: "amd64", kernel, init: [debian.base()] });
    const { spec } = normalizeAssembly({ architecture, components, order });
    if (spec === undefined) {
        throw new Error("the assembly is not valid");
    }
    return { ...(await resolveComponents(spec, undefined, await realEnvironment())), format: 1, compression: "fast" };
}

const writers: Readonly<Record<string, (open: OpenEntries, file: string) => Promise<void>>> = {
    squashfs: (open, file) => squashfs(open, file, new AbortController().signal),
    erofs: async (open, file) => writeFileSync(file, await collect(erofs(open))),
    iso9660: async (open, file) => writeFileSync(file, await collect(iso(open))),
};

/** The root, which the entries do not have, is each file system's own. */
const entries: readonly Entry[] = [...usualEntries, ...devices, link("bin/odd", "/a/../b/./c/")];

test.each([
    { format: "kernel+squashfs", fileSystem: "squashfs", module: "squashfs" },
    { format: "kernel+erofs", fileSystem: "erofs", module: "erofs" },
    { format: "kernel+iso", fileSystem: "iso9660", module: "isofs" },
])("$format: the kernel finds every file as it was put in, and the image boots from it", async (each) => {
    const env = await realEnvironment();
    const plan = await planWith([each.module, "overlay"]);
    await writeFormat({ plan, format: each.format, spdx: false }, at, env);
    await writers[each.fileSystem]?.(stream(entries), at("second"));
    const { initrdPath } = await ensureImage(plan, env);
    await writeSmallInitrd(initrdPath, each.fileSystem, at("initrd"));
    const guest = { kernel: at("kernel"), initrd: at("initrd"), disks: [at("root"), at("second")] };
    const said = await consoleOf(guest, /^linuxkit: ready [0-9a-f-]{36} /m);
    const lines = said.split("\n").filter((line) => /^[SCL]\|/u.test(line) && !line.startsWith("S|.|"));
    expect(lines.toSorted()).toEqual(await expectedLines(entries));
    expect(said).toMatch(/^mounted 2$/m);
});
