import { writeFileSync } from "node:fs";
import path from "node:path";
import { plannedAssembly } from "../../../providers/command/build/planned";
import { digestOf } from "../../../providers/image/digest";
import type { BuildEnvironment } from "../../../providers/image/environment";
import { Assembly } from "../../../sdk";
import type { OciSource } from "../../../sdk/assembly/spec";
import { typescriptOf } from "../../../sdk/assembly/yaml/program/typescript";
import { temporaryFolder } from "../../support/folder";
import { makeImage, makeLayer } from "../../support/oci-image";
import { type FakeRegistry, serveRegistry } from "../../support/oci-registry";
import { specOf } from "../programs";
import { runProgram } from "./run-program";
import { everyWord } from "./texts";

const folder = temporaryFolder();
let registry: FakeRegistry;
beforeAll(async () => {
    registry = await serveRegistry({});
});
afterAll(() => registry.close());

/** Every image of an assembly, each with a file of its own. */
function push(assembly: Assembly): void {
    for (const component of Object.values(specOf(assembly).components)) {
        const source = "source" in component ? component.source : undefined;
        if (source?.type === "oci") {
            const [, name = ""] = /^docker\.io\/(.*)$/.exec((source satisfies OciSource).reference) ?? [];
            registry.push(name, makeImage({ layers: [makeLayer([{ name: "name", body: name }])] }));
        }
    }
}

function environment(): BuildEnvironment {
    return {
        storeDirectory: path.join(folder(), "store"),
        fetch: globalThis.fetch,
        mirrors: {},
        registries: { mirrors: { "docker.io": [registry.url] }, certificateDirectories: [], environment: {} },
        now: () => new Date(0),
        progress: () => {},
        signal: new AbortController().signal,
        workers: 1,
        workingDirectory: folder(),
    };
}

/** Each image of docker.io, where a registry on loopback stands in. */
const upstream = everyWord.replace(/^ {2}- registry\.example.*\n/m, "");

test("a YAML, what it is written as, and its program plan to the same digest", async () => {
    const file = path.join(folder(), "every-word.yml");
    writeFileSync(file, upstream);
    const assembly = Assembly.fromYaml(file);
    push(assembly);
    const digest = async (each: Assembly) => digestOf(await plannedAssembly(each, "fast", environment()));
    const expected = await digest(assembly);
    expect(expected).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await digest(Assembly.fromYaml(assembly.toYaml()))).toBe(expected);
    expect(await digest(runProgram(typescriptOf([file], "os")).assembly)).toBe(expected);
    expect(await digest(assembly.without({ services: ["full"] }))).not.toBe(expected);
});
