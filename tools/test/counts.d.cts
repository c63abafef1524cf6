/** What is read of Jest's `--json` report. */
export interface JestReport {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
    readonly numPendingTests: number;
    readonly numTodoTests: number;
    readonly numRuntimeErrorTestSuites: number;
}

export interface Counts {
    readonly passed: number;
    readonly failed: number;
    readonly skipped: number;
}

export declare function countTests(reports: readonly JestReport[], exitCode: number): Counts;

export declare function formatCounts(counts: Counts): string;
