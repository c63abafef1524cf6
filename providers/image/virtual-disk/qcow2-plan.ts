import type { Run, Survey } from "./survey";

/** Where in the file what stands, in clusters; each part begins where the one before it ends. */
export interface Qcow2Plan {
    readonly refcountTable: Run;
    readonly refcountBlocks: Run;
    readonly l1Table: Run;
    readonly l2Tables: Run;
    readonly data: Run;
    /** All of the file's. */
    readonly clusters: number;
    readonly l1Entries: number;
    /** For each L2 table, in order, the entry of the L1 table that points at it. */
    readonly l2Of: readonly number[];
}

export function planQcow2(sizeBytes: number, survey: Survey, clusterBytes: number): Qcow2Plan {
    const tableEntries = clusterBytes / 8;
    const l1Entries = Math.ceil(sizeBytes / clusterBytes / tableEntries);
    const l1Clusters = Math.ceil(l1Entries / tableEntries);
    const l2Of = tablesWithData(survey, tableEntries);
    const counted = 1 + l1Clusters + l2Of.length + survey.count;
    const { blocks, tables } = refcountsFor(counted, clusterBytes);

    const refcountTable = { first: 1, count: tables };
    const refcountBlocks = following(refcountTable, blocks);
    const l1Table = following(refcountBlocks, l1Clusters);
    const l2Tables = following(l1Table, l2Of.length);
    const data = following(l2Tables, survey.count);
    return {
        ...{ refcountTable, refcountBlocks, l1Table, l2Tables, data, l1Entries, l2Of },
        clusters: data.first + data.count,
    };
}

function following({ first, count }: Run, next: number): Run {
    return { first: first + count, count: next };
}

function tablesWithData({ runs }: Survey, tableEntries: number): number[] {
    const found: number[] = [];
    for (const { first, count } of runs) {
        const last = Math.floor((first + count - 1) / tableEntries);
        for (let table = Math.floor(first / tableEntries); table <= last; table++) {
            if (found.at(-1) !== table) {
                found.push(table);
            }
        }
    }
    return found;
}

/** Refcounts count their own clusters too: more of them until they cover all. */
function refcountsFor(others: number, clusterBytes: number): { blocks: number; tables: number } {
    let blocks = 0;
    let tables = 0;
    for (;;) {
        const neededBlocks = Math.ceil((others + blocks + tables) / (clusterBytes / 2));
        const neededTables = Math.ceil(neededBlocks / (clusterBytes / 8));
        if (neededBlocks === blocks && neededTables === tables) {
            return { blocks, tables };
        }
        blocks = neededBlocks;
        tables = neededTables;
    }
}
