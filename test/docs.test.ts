import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { type Code, compile } from "./support/compile";

const root = path.resolve(__dirname, "..");

function documents(): string[] {
    const pages = readdirSync(path.join(root, "docs")).filter((name) => name.endsWith(".md"));
    return ["README.md", "CONTRIBUTING.md", ...pages.map((name) => `docs/${name}`)];
}

function blocksOf(document: string): Code[] {
    const text = readFileSync(path.join(root, document), "utf8");
    return [...text.matchAll(/^```(?:ts|typescript)\n(.*?)^```$/gms)].map((match) => ({
        name: document,
        line: text.slice(0, match.index).split("\n").length + 1,
        code: match[1] ?? "",
    }));
}

test("every code block of the documentation compiles", () => {
    const blocks = documents().flatMap(blocksOf);
    expect(blocks.map(({ name }) => name)).toContain("README.md");
    expect(compile(blocks)).toEqual([]);
});

test("a block that does not compile is found", () => {
    const code = 'import * as linuxkit from "pulumi-linuxkit";\nnew linuxkit.Assembly({ kernell: 1 });\n';
    expect(compile([{ name: "page.md", line: 10, code }])).toEqual([expect.stringMatching(/^page\.md:11: /)]);
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
