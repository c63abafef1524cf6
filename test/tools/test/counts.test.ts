import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { countTests, formatCounts } from "../../../tools/test/counts.cjs";
import type { JestReport } from "../../../tools/test/counts.cjs";
import { temporaryFolder } from "../../support/folder";

const report = (counts: Partial<JestReport>): JestReport => ({
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
    ...counts,
});

test("the reports of all kinds are added up", () => {
    const reports = [report({ numPassedTests: 5, numPendingTests: 1 }), report({ numPassedTests: 2, numTodoTests: 1 })];
    expect(formatCounts(countTests(reports, 0))).toBe("7 passed, 0 failed, 2 skipped");
});

test("skipped tests are named only when there are any", () => {
    expect(formatCounts(countTests([report({ numPassedTests: 3 })], 0))).toBe("3 passed, 0 failed");
});

test("a file that could not be run is a failure", () => {
    const reports = [report({ numPassedTests: 3, numFailedTests: 1, numRuntimeErrorTestSuites: 2 })];
    expect(formatCounts(countTests(reports, 1))).toBe("3 passed, 3 failed");
});

test.each([
    ["set-up failed before any test", [], 1, "0 passed, 1 failed"],
    ["no test ran", [], 0, "0 passed, 1 failed"],
    ["a run crashed after its tests had passed", [report({ numPassedTests: 4 })], 1, "4 passed, 1 failed"],
])("when %s there is a failure", (_, reports, exitCode, line) => {
    expect(formatCounts(countTests(reports, exitCode))).toBe(line);
});

describe("as a program", () => {
    const folder = temporaryFolder();
    const program = path.join(__dirname, "../../../tools/test/counts.cjs");

    test("it prints the line and succeeds when nothing failed", () => {
        writeFileSync(path.join(folder(), "unit.json"), JSON.stringify(report({ numPassedTests: 2 })));
        expect(execFileSync("node", [program, folder(), "0"], { encoding: "utf8" })).toBe("2 passed, 0 failed\n");
    });

    test("it prints the line and fails when nothing ran", () => {
        mkdirSync(path.join(folder(), "empty"));
        const run = (): string =>
            execFileSync("node", [program, path.join(folder(), "empty"), "1"], { encoding: "utf8" });
        expect(run).toThrow(expect.objectContaining({ status: 1, stdout: "0 passed, 1 failed\n" }));
    });
});
