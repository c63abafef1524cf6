import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const root = path.resolve(__dirname, "..");

interface Block {
    readonly document: string;
    readonly line: number;
    readonly code: string;
}

function documents(): string[] {
    const pages = readdirSync(path.join(root, "docs")).filter((name) => name.endsWith(".md"));
    return ["README.md", "CONTRIBUTING.md", ...pages.map((name) => `docs/${name}`)];
}

function blocksOf(document: string): Block[] {
    const text = readFileSync(path.join(root, document), "utf8");
    return [...text.matchAll(/^```(?:ts|typescript)\n(.*?)^```$/gms)].map((match) => ({
        document,
        line: text.slice(0, match.index).split("\n").length + 1,
        code: match[1] ?? "",
    }));
}

/** The blocks as files of one program, beside the sources, that import the package by its name. */
function compile(blocks: readonly Block[]): string[] {
    const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), (file) => ts.sys.readFile(file));
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
    const names = new Map(blocks.map((block, index) => [path.join(root, `block-${index}.ts`), block]));
    const host = ts.createCompilerHost({ ...options, paths: { "pulumi-linuxkit": ["./sdk/index.ts"] } });
    const fileExists = host.fileExists.bind(host);
    const readFile = host.readFile.bind(host);
    host.fileExists = (file) => names.has(file) || fileExists(file);
    host.readFile = (file) => names.get(file)?.code ?? readFile(file);
    const getSourceFile = host.getSourceFile.bind(host);
    host.getSourceFile = (file, languageVersion, ...rest) => {
        const block = names.get(file);
        return block === undefined
            ? getSourceFile(file, languageVersion, ...rest)
            : ts.createSourceFile(file, block.code, languageVersion, true);
    };
    const program = ts.createProgram({
        rootNames: [...names.keys()],
        options: { ...options, noEmit: true, paths: { "pulumi-linuxkit": ["./sdk/index.ts"] } },
        host,
    });
    return [...names].flatMap(([file, block]) => {
        const source = program.getSourceFile(file);
        return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
            ({ start = 0, messageText }) => {
                const line = block.code.slice(0, start).split("\n").length - 1;
                return `${block.document}:${block.line + line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
            },
        );
    });
}

test("every code block of the documentation compiles", () => {
    const blocks = documents().flatMap(blocksOf);
    expect(blocks.map(({ document }) => document)).toContain("README.md");
    expect(compile(blocks)).toEqual([]);
});

test("a block that does not compile is found", () => {
    const code = 'import * as linuxkit from "pulumi-linuxkit";\nnew linuxkit.Assembly({ kernell: 1 });\n';
    expect(compile([{ document: "page.md", line: 10, code }])).toEqual([expect.stringMatching(/^page\.md:11: /)]);
});

test("links between the pages lead somewhere", () => {
    const files = new Set(documents());
    const broken = documents().flatMap((document) =>
        [...readFileSync(path.join(root, document), "utf8").matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
            .map((match) => path.normalize(path.join(path.dirname(document), match[1] ?? "")))
            .filter((target) => !files.has(target) && !ts.sys.fileExists(path.join(root, target)))
            .map((target) => `${document} -> ${target}`),
    );
    expect(broken).toEqual([]);
});
