import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import ts from "typescript";
import * as sdk from "../../../sdk";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { typescriptOf } from "../../../sdk/assembly/yaml/program/typescript";
import { compile } from "../../support/compile";
import { specOf } from "../programs";
import { valueOf } from "./support";
import { everyWord, minimal, ownWords } from "./texts";

let folder: string;
beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "linuxkit-convert-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
    const location = path.join(folder, name);
    writeFileSync(location, text);
    return location;
}

/** What a program declares, with stand-ins for what reaches Pulumi's engine. */
function run(code: string, config: object = {}): { assembly: sdk.Assembly; image: string } {
    const images: string[] = [];
    class Image {
        readonly digest = "";
        constructor(name: string) {
            images.push(name);
        }
    }
    class Config {
        readonly requireSecret = (key: string) => (config as Record<string, unknown>)[key];
        readonly requireSecretNumber = this.requireSecret;
        readonly requireSecretBoolean = this.requireSecret;
    }
    const modules: Readonly<Record<string, unknown>> = {
        "pulumi-linuxkit": { ...sdk, Image },
        "@pulumi/pulumi": { Config },
    };
    const exports: { assembly?: sdk.Assembly } = {};
    const { outputText } = ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
    // oxlint-disable-next-line no-implied-eval, typescript/no-implied-eval
    new Function("exports", "require", outputText)(exports, (name: string) => modules[name]);
    if (exports.assembly === undefined) {
        throw new Error("the program declares no assembly");
    }
    return { assembly: exports.assembly, image: images.join() };
}

const awkward = `
kernel: { image: k:1, cmdline: "a \\"b\\" \\\\ \${c} \\u2028 \\0d" }
services:
  - name: a
    image: a:1
    annotations: { __proto__: x, "a-b": "\`", constructor: y }
files:
  - { path: "/etc/it's", contents: "tab\\tand\\r\\n*/ // end" }
`.replace("\\0d", "");

const texts: readonly (readonly [string, string])[] = [
    ["minimal", minimal],
    ["every-word", everyWord],
    ["own-words", ownWords],
    ["awkward", awkward],
];

test.each(texts)("the program of %s declares the same", (name, text) => {
    const yaml = file(`${name}.yml`, text);
    const { assembly, image } = run(typescriptOf([yaml]));
    expect(image).toBe(name);
    expect(valueOf(assembly)).toEqual(valueOf(sdk.Assembly.fromYaml(yaml)));
    expect(specOf(assembly)).toEqual(specOf(sdk.Assembly.fromYaml(yaml)));
});

test("the programs type-check", () => {
    const codes = texts.map(([name, text]) => ({ name, line: 1, code: typescriptOf([file(`${name}.yml`, text)]) }));
    const parameters = file("parameters.yml", parameterized);
    expect(compile([...codes, { name: "parameters", line: 1, code: typescriptOf([parameters]) }])).toEqual([]);
});

const parameterized = `
kernel: { image: !param kernel }
services:
  - { name: a, image: a:1, readonly: !param is-readonly, oomScoreAdj: !param score, env: [!param env] }
`;

test("parameters become values of the stack's configuration", () => {
    const code = typescriptOf([file("a.yml", parameterized)]);
    const config = { kernel: "k:1", "is-readonly": true, score: 5, env: "A=1" };
    const { services, kernel } = run(code, config).assembly;
    expect(kernel.image).toBe("k:1");
    expect(services[0]).toMatchObject({ readonly: true, oomScoreAdj: 5, env: ["A=1"] });
    expect(code).toContain('config.requireSecretBoolean("is-readonly")');
});

test("a program looks as one writes it", () => {
    const code = typescriptOf([
        file(
            "redis-os.yml",
            `${minimal}services:\n  - { name: redis, image: "redis:7-alpine", command: [redis-server] }\n`,
        ),
    ]);
    expect(code).toBe(`import * as linuxkit from "pulumi-linuxkit";

export const assembly = new linuxkit.Assembly({
    kernel: { image: "linuxkit/kernel:6.12.59" },
    init: [
        { name: "init", image: "linuxkit/init:v1" },
    ],
    services: [
        {
            name: "redis",
            image: "redis:7-alpine",
            command: ["redis-server"],
        },
    ],
});

const image = new linuxkit.Image("redis-os", { assembly });
export const digest = image.digest;
`);
});

test("what fromYaml refuses has no program", () => {
    expect(() => typescriptOf([file("a.yml", "kernel: 1")])).toThrow(LinuxKitError);
});
