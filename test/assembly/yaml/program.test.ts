import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as sdk from "../../../sdk";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { typescriptOf } from "../../../sdk/assembly/yaml/program/typescript";
import { compile } from "../../support/compile";
import { specOf } from "../programs";
import { runProgram } from "./run-program";
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
    ["without-kernel", "init: [linuxkit/init:v1]\n"],
    ["every-word", everyWord],
    ["own-words", ownWords],
    ["awkward", awkward],
];

test.each(texts)("the program of %s declares the same", (name, text) => {
    const yaml = file(`${name}.yml`, text);
    const { assembly, image } = runProgram(typescriptOf([yaml], name));
    expect(image).toBe(name);
    expect(valueOf(assembly)).toEqual(valueOf(sdk.Assembly.fromYaml(yaml)));
    expect(specOf(assembly)).toEqual(specOf(sdk.Assembly.fromYaml(yaml)));
});

test("the programs type-check", () => {
    const codes = texts.map(([name, text]) => ({
        name,
        line: 1,
        code: typescriptOf([file(`${name}.yml`, text)], name),
    }));
    const parameters = file("parameters.yml", parameterized);
    expect(
        compile([...codes, { name: "parameters", line: 1, code: typescriptOf([parameters], "parameters") }]),
    ).toEqual([]);
});

const parameterized = `
kernel: { image: !param kernel }
services:
  - { name: a, image: a:1, readonly: !param is-readonly, oomScoreAdj: !param score, env: [!param env] }
`;

test("parameters become values of the stack's configuration", () => {
    const code = typescriptOf([file("a.yml", parameterized)], "a");
    const config = { kernel: "k:1", "is-readonly": true, score: 5, env: "A=1" };
    const { services, kernel } = runProgram(code, config).assembly;
    expect(kernel?.image).toBe("k:1");
    expect(services[0]).toMatchObject({ readonly: true, oomScoreAdj: 5, env: ["A=1"] });
    expect(code).toContain('config.requireSecretBoolean("is-readonly")');
});

test("a program looks as one writes it", () => {
    const code = typescriptOf(
        [
            file(
                "redis-os.yml",
                `${minimal}services:\n  - { name: redis, image: "redis:7-alpine", command: [redis-server] }\n`,
            ),
        ],
        "redis-os",
    );
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
    expect(() => typescriptOf([file("a.yml", "kernel: 1")], "a")).toThrow(LinuxKitError);
});
