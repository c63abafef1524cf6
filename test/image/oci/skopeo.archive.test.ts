import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

import { findOnPath } from "../../../tools/process/path.ts";
import { makeImage, makeLayer } from "../../support/oci-image";
import { writeLayout } from "../../support/oci-layout";
import {
    closeWorld,
    fakeEnvironment,
    hello,
    localSource,
    open,
    registryOf,
    tarsOf,
    temporaryDirectory,
} from "./support/world";

const run = promisify(execFile);

/** Without a policy for signatures: a machine's own may be missing. */
function skopeo(...args: readonly string[]): Promise<unknown> {
    return run("skopeo", ["--insecure-policy", ...args]);
}

const describeWithSkopeo = findOnPath("skopeo", process.env) === undefined ? describe.skip : describe;

/** skopeo reads what a test made, and writes what is read here: nothing of this project stands between. */
describeWithSkopeo("images that skopeo writes (needs skopeo)", () => {
    afterAll(closeWorld);

    const env = fakeEnvironment();
    const image = makeImage({
        layers: [
            ...hello.layers.slice(0, 1),
            makeLayer([{ name: "x".repeat(200), body: "long", xattrs: { "user.a": "b" } }]),
        ],
        config: { Entrypoint: ["/init"], Labels: { a: "b" } },
    });
    const tars = async () =>
        tarsOf(await open(localSource("layout", writeLayout(temporaryDirectory(), { "": image })), env));

    async function copy(target: string, ...options: string[]): Promise<string> {
        const folder = temporaryDirectory();
        const source = `oci:${writeLayout(path.join(folder, "source"), { v1: image })}:v1`;
        const place = path.join(folder, "copy");
        await skopeo("copy", ...options, source, target.replace("<place>", place));
        return place;
    }

    test.each([
        ["gzip", "archive", "docker-archive:<place>:hello:v1"],
        ["zstd", "layout", "oci-archive:<place>:hello:v1"],
        ["xz", "archive", "docker-archive:<place>:hello:v1"],
    ] as const)("an archive that %s has packed as a whole", async (program, from, target) => {
        const place = await copy(target);
        await run(program, ["-k", "-q", place]);
        const packed = readdirSync(path.dirname(place)).find((name) => name.startsWith("copy.")) ?? "";
        const source = localSource(from, path.join(path.dirname(place), packed), "hello:v1");
        expect(await tarsOf(await open(source, env))).toEqual(await tars());
    });

    test.each([
        ["an archive of docker save", "archive", "docker-archive:<place>:hello:v1"],
        ["a layout", "layout", "oci:<place>:hello:v1"],
        ["a layout's tar", "layout", "oci-archive:<place>:hello:v1"],
    ] as const)("%s", async (_, from, target) => {
        const found = await open(localSource(from, await copy(target), "hello:v1"), env);
        expect(found.config.config).toEqual({ Entrypoint: ["/init"], Labels: { a: "b" } });
        expect(await tarsOf(found)).toEqual(await tars());
    });

    test.each(["gzip", "zstd"])("a layout with layers packed anew with %s", async (format) => {
        const place = await copy("oci:<place>:v1", "--dest-compress-format", format, "--dest-compress");
        expect(await tarsOf(await open(localSource("layout", place), env))).toEqual(await tars());
    });

    test("a layout in Docker's media types", async () => {
        const place = await copy("oci:<place>:v1", "--format", "v2s2");
        expect(await tarsOf(await open(localSource("layout", place), env))).toEqual(await tars());
    });

    test("and skopeo reads the tests' own registry as this project does", async () => {
        const registry = await registryOf({ "team/hello:v1": image });
        const folder = temporaryDirectory();
        const source = `docker://${registry.host}/team/hello:v1`;
        await skopeo("copy", "--src-tls-verify=false", source, `oci:${folder}/copy:v1`);
        expect((await open(localSource("layout", `${folder}/copy`), env)).digest).toBe(image.manifest.digest);
    });
});
