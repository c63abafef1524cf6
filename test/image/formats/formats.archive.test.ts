import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";

import { resolveComponents } from "../../../providers/image";
import type { BuildEnvironment } from "../../../providers/image/environment";
import { digestOfRequest, type FormatRequest, resolveLoaders, writeFormat } from "../../../providers/image/formats";
import { formats } from "../../../providers/image/formats/table";
import type { ImagePlan } from "../../../providers/image/plan";
import { Assembly, debian } from "../../../sdk";
import { normalizeAssembly } from "../../../sdk/assembly/normalize";
import type { Architecture } from "../../../sdk/assembly/spec";
import { temporaryFolder } from "../../support/folder";
import { realEnvironment } from "../disk/support/real";

const folder = temporaryFolder();
let env: BuildEnvironment;

beforeAll(async () => {
    env = await realEnvironment();
});

async function planFor(architecture: Architecture): Promise<ImagePlan> {
    const kernel = debian.kernel({ modules: ["squashfs", "erofs", "isofs"] });
    const { components, order } = new Assembly({ architecture, kernel, init: [debian.base()] });
    const { spec } = normalizeAssembly({ architecture, components, order });
    if (spec === undefined) {
        throw new Error("the assembly is not valid");
    }
    return { ...(await resolveComponents(spec, undefined, env)), format: 1, compression: "fast" };
}

async function requestFor(plan: ImagePlan, format: string): Promise<FormatRequest> {
    const loaders = await resolveLoaders({ plan, format }, undefined, env);
    return { plan, format, spdx: true, ...(loaders === undefined ? {} : { loaders }) };
}

const cases = Object.entries(formats).flatMap(([format, { architectures }]) =>
    architectures.map((architecture) => [format, architecture] as const),
);

test.each(cases)("%s of %s is the same bytes twice, in the files it says", async (format, architecture) => {
    const request = await requestFor(await planFor(architecture), format);
    const files: string[] = [];
    const write = async (name: string) => writeFormat(request, (part) => fileOf(name, part), env);
    const fileOf = (name: string, part: string): string => {
        const file = path.join(folder(), `${name}-${part}`);
        files.push(file);
        return file;
    };
    const first = await write("one");
    expect(Object.keys(first)).toEqual(Object.keys(formats[format as keyof typeof formats].files));
    expect(await write("two")).toEqual(first);
    expect(digestOfRequest(request)).toBe(digestOfRequest(await requestFor(request.plan, format)));
    files.forEach((file) => rmSync(file));
});

/** LinuxKit's own records are unknown to it. */
const quiet = ["--warning=no-unknown-keyword"];

test("GNU tar takes a tar for what it is", async () => {
    const request = await requestFor(await planFor("amd64"), "docker");
    const file = path.join(folder(), "image.tar");
    await writeFormat(request, () => file, env);
    const listed = execFileSync("tar", [...quiet, "--list", "--verbose", "--file", file], { encoding: "utf8" }).split(
        "\n",
    );
    expect(listed.find((line) => line.endsWith(" boot/kernel"))).toMatch(/^-rw-r--r-- 0\/0 +\d{8} 2017-04-18 /);
    expect(listed.slice(-3).map((line) => line.split(" ").at(-1))).toEqual(["Dockerfile", "sbom.spdx.json", ""]);
    execFileSync("tar", [
        ...quiet,
        "--extract",
        "--no-same-owner",
        "--file",
        file,
        "--directory",
        folder(),
        "boot",
        "sbom.spdx.json",
    ]);
    const [kernel, sbom] = ["boot/kernel", "sbom.spdx.json"].map((name) => readFileSync(path.join(folder(), name)));
    expect(kernel?.toString("latin1", 0x202, 0x206)).toBe("HdrS");
    expect(JSON.parse(sbom?.toString() ?? "")).toMatchObject({ spdxVersion: "SPDX-2.3" });
});
