import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import ts from "typescript";

const root = path.resolve(__dirname, "../..");
let directory: string;

beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), "shims-"));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A package that holds the shims as `npm run build` compiles them. */
function compiledPackage(at: string): void {
    const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), (file) => readFileSync(file, "utf8"));
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
    const { outputText } = ts.transpileModule(readFileSync(path.join(root, "providers/dynamic/shims.ts"), "utf8"), {
        compilerOptions: { ...options, noEmit: false, sourceMap: false },
        fileName: "shims.ts",
    });
    mkdirSync(path.join(at, "dist/providers/dynamic"), { recursive: true });
    writeFileSync(path.join(at, "package.json"), readFileSync(path.join(root, "package.json")));
    writeFileSync(path.join(at, "dist/providers/dynamic/shims.js"), outputText);
}

function serialized(program: string): Record<string, string> {
    const script = `
        const pulumi = require("@pulumi/pulumi");
        const shims = require(require("node:path").join(process.cwd(), "node_modules/pulumi-linuxkit/dist/providers/dynamic/shims.js"));
        (async () => {
            const texts = {};
            for (const [name, shim] of Object.entries(shims)) {
                texts[name] = (await pulumi.runtime.serializeFunction(() => shim)).text;
            }
            process.stdout.write(JSON.stringify(texts));
        })();`;
    writeFileSync(path.join(program, "serialize.js"), script);
    return JSON.parse(execFileSync(process.execPath, ["serialize.js"], { cwd: program, encoding: "utf8" }));
}

function programWith(name: string, place: (packageDirectory: string) => void): string {
    const program = path.join(directory, name);
    mkdirSync(path.join(program, "node_modules"), { recursive: true });
    symlinkSync(path.join(root, "node_modules/@pulumi"), path.join(program, "node_modules/@pulumi"));
    place(path.join(program, "node_modules/pulumi-linuxkit"));
    return program;
}

test("a shim's text is the one that users' state holds", () => {
    const texts = serialized(programWith("golden", compiledPackage));
    expect(Object.keys(texts).sort()).toEqual([
        "awsImageShim",
        "awsInstanceShim",
        "awsVolumeShim",
        "diskShim",
        "imageFileShim",
        "imageShim",
        "machineShim",
        "networkShim",
    ]);
    for (const [name, text] of Object.entries(texts)) {
        expect(text).toMatchSnapshot(name);
    }
});

test("an installed and a linked package give the same text", () => {
    const linked = path.join(directory, "checkout");
    compiledPackage(linked);
    symlinkSync(path.join(root, "node_modules"), path.join(linked, "node_modules"));
    const installed = serialized(
        programWith("installed", (at) =>
            cpSync(linked, at, {
                recursive: true,
                filter: (file) => !file.endsWith("node_modules") || file === linked,
            }),
        ),
    );
    expect(serialized(programWith("linked", (at) => symlinkSync(linked, at)))).toEqual(installed);
});

test("a shim's text knows no path and no more than its type and the subpath", () => {
    const texts = serialized(programWith("pathless", compiledPackage));
    for (const text of Object.values(texts)) {
        expect(text).not.toContain(directory);
        expect(text).not.toContain(root);
        expect(Buffer.byteLength(text)).toBeLessThan(4096);
        expect(new Set(text.match(/require\("[^"]+"\)/g))).toEqual(new Set(['require("pulumi-linuxkit/dynamic")']));
    }
});
