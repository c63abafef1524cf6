import { copyFileSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { temporaryFolder } from "../support/folder";

const root = join(__dirname, "../..");
const modules = join(root, "node_modules");
const folder = temporaryFolder();

/** The tsconfig of Pulumi's TypeScript template, but for its module format; it checks the declarations of every package. */
const template: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2020,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    noFallthroughCasesInSwitch: true,
    noImplicitReturns: true,
    forceConsistentCasingInFileNames: true,
    types: ["node"],
    skipLibCheck: false,
    noEmit: true,
};

test("the package's declarations hold in programs that check them and have no exact optional properties", () => {
    const home = folder();
    install(join(home, "node_modules"));
    const files = readdirSync(join(root, "examples")).map((name) => {
        copyFileSync(join(root, "examples", name, "index.ts"), join(home, `${name}.ts`));
        return join(home, `${name}.ts`);
    });
    const typeRoots = [join(home, "node_modules/@types")];
    const program = ts.createProgram(files, { ...template, typeRoots });
    const ours = ts.getPreEmitDiagnostics(program).filter(({ file }) => file?.fileName.startsWith(home) ?? true);
    expect(ours.map(described)).toEqual([]);
}, 300_000);

/** What npm makes of the package and what it needs, with declarations alone. */
function install(into: string): void {
    const installed = join(into, "pulumi-linuxkit");
    mkdirSync(installed, { recursive: true });
    copyFileSync(join(root, "package.json"), join(installed, "package.json"));
    for (const scope of ["@pulumi", "@types"]) {
        symlinkSync(join(modules, scope), join(into, scope));
    }
    emitDeclarations(join(installed, "dist"));
}

function emitDeclarations(outDir: string): void {
    const { config } = ts.readConfigFile(join(root, "tools/tsconfig.build.json"), (file) => ts.sys.readFile(file)) as {
        config: object;
    };
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, join(root, "tools"));
    const emitted = { outDir, declaration: true, emitDeclarationOnly: true, noCheck: true };
    ts.createProgram([join(root, "sdk/index.ts")], { ...options, ...emitted }).emit();
}

function described({ messageText, file, start }: ts.Diagnostic): string {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
    return `${file?.fileName ?? ""}:${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
}
