import { execFileSync } from "node:child_process";
import path from "node:path";
import { testKinds } from "../../../tools/test/kinds.ts";

const root = path.join(__dirname, "../../..");

test.each([
    [1, [1, 1, 1]],
    [2, [2, 1, 1]],
    [16, [16, 1, 4]],
])("on %d cores a machine that boots under emulation has room", (cores, workers) => {
    expect(testKinds(cores).map((kind) => kind.workers)).toEqual(workers);
});

test("the kinds are the projects of Jest's configuration", () => {
    const script = "console.log(JSON.stringify(require('./test/jest.config.cjs').projects.map((p) => p.displayName)))";
    const names: unknown = JSON.parse(execFileSync("node", ["-e", script], { cwd: root, encoding: "utf8" }));
    expect(testKinds(2).map(({ name }) => name)).toEqual(names);
});
