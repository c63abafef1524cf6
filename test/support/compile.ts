import path from "node:path";
import ts from "typescript";

const root = path.resolve(__dirname, "../..");

/** TypeScript that is in no file of its own: `name:line` is what an error calls it. */
export interface Code {
    readonly name: string;
    /** Line of `name` that the text begins on. */
    readonly line: number;
    readonly code: string;
}

/** What is wrong with the texts as files of one program, beside the sources, that import the package by its name. */
export function compile(texts: readonly Code[]): string[] {
    const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), (file) => ts.sys.readFile(file));
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
    const files = new Map(texts.map((text, index) => [path.join(root, `block-${index}.ts`), text]));
    const host = ts.createCompilerHost({ ...options, paths: { "pulumi-linuxkit": ["./sdk/index.ts"] } });
    const fileExists = host.fileExists.bind(host);
    const readFile = host.readFile.bind(host);
    host.fileExists = (file) => files.has(file) || fileExists(file);
    host.readFile = (file) => files.get(file)?.code ?? readFile(file);
    const getSourceFile = host.getSourceFile.bind(host);
    host.getSourceFile = (file, languageVersion, ...rest) => {
        const text = files.get(file);
        return text === undefined
            ? getSourceFile(file, languageVersion, ...rest)
            : ts.createSourceFile(file, text.code, languageVersion, true);
    };
    const program = ts.createProgram({
        rootNames: [...files.keys()],
        options: { ...options, noEmit: true, paths: { "pulumi-linuxkit": ["./sdk/index.ts"] } },
        host,
    });
    return [...files].flatMap(([file, text]) => {
        const source = program.getSourceFile(file);
        return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
            ({ start = 0, messageText }) => {
                const line = text.code.slice(0, start).split("\n").length - 1;
                return `${text.name}:${text.line + line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
            },
        );
    });
}
