"use strict";

/**
 * `node counts.cjs <folder> <exit code of npm test>`: one line of counts from Jest's own reports (*.json) of a folder.
 * Runs under any Node, with nothing installed: it must count even when set-up failed.
 */

const { readdirSync, readFileSync } = require("node:fs");
const path = require("node:path");

/** A run that failed with no failed test to show for it (set-up, compile, a crash) counts as one failure. */
function countTests(reports, exitCode) {
    const sum = (count) => reports.reduce((total, report) => total + count(report), 0);
    const passed = sum((report) => report.numPassedTests);
    const skipped = sum((report) => report.numPendingTests + report.numTodoTests);
    const brokenFiles = sum((report) => report.numRuntimeErrorTestSuites);
    const failed = sum((report) => report.numFailedTests) + brokenFiles;
    const unexplained = failed === 0 && (exitCode !== 0 || passed === 0);
    return { passed, failed: unexplained ? 1 : failed, skipped };
}

function formatCounts({ passed, failed, skipped }) {
    return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

function readReports(directory) {
    return readdirSync(directory)
        .filter((name) => name.endsWith(".json"))
        .map((name) => JSON.parse(readFileSync(path.join(directory, name), "utf8")));
}

module.exports = { countTests, formatCounts };

if (require.main === module) {
    const [directory, exitCode] = process.argv.slice(2);
    const counts = countTests(readReports(directory), Number(exitCode));
    console.log(formatCounts(counts));
    process.exitCode = counts.failed > 0 ? 1 : 0;
}
