import { join } from "node:path";
import * as ts from "typescript";

/** An `@ts-expect-error` over a line that compiles is itself an error, so that this holds both ways. */
test("the types take what a program may write, and refuse the rest", () => {
    const root = join(__dirname, "../..");
    const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
        config: object;
    };
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
    const program = ts.createProgram([require.resolve("./types/program.ts")], { ...options, noEmit: true });
    const diagnostics = ts.getPreEmitDiagnostics(program).map(({ messageText, file, start }) => {
        const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
        return `${file?.fileName ?? ""}:${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    });
    expect(diagnostics).toEqual([]);
});
