import { execFileSync } from "node:child_process";
import path from "node:path";
import { testKinds } from "../../../tools/test/kinds.ts";

const root = path.join(__dirname, "../../..");

test.each([
    [1, [1, 1, 1, 1]],
    [2, [2, 1, 1, 1]],
    [16, [16, 1, 1, 4]],
])("on %d cores a machine that boots under emulation has room", (cores, workers) => {
    expect(testKinds(cores).map((kind) => kind.workers)).toEqual(workers);
});

test("the kinds are the projects of Jest's configuration", () => {
    const script = "console.log(JSON.stringify(require('./test/jest.config.cjs').projects.map((p) => p.displayName)))";
    const names: unknown = JSON.parse(execFileSync("node", ["-e", script], { cwd: root, encoding: "utf8" }));
    expect(testKinds(2).map(({ name }) => name)).toEqual(names);
});

test("the fast tests are fast: none reaches an archive, boots a machine or drives the CLI", () => {
    const jest = path.join(root, "node_modules/.bin/jest");
    const list = ["-c", "test/jest.config.cjs", "--selectProjects", "unit", "--listTests"];
    const files = execFileSync(jest, list, { cwd: root, encoding: "utf8" });
    expect(files).toContain("kinds.test.ts");
    expect(files).not.toMatch(/\.(archive|boot|differential)\.test\.ts|\/test\/e2e\//);
});
