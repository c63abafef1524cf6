import { LinuxKitError } from "../../../sdk/assembly/error";
import type { SparseDisk } from "../disk/sparse";
import { blocksOf, type DiskBlock } from "./blocks";

/** Which blocks of a disk hold data, found by a first reading, so that what describes them can stand in front. */
export interface Survey {
    readonly blockBytes: number;
    /** How many blocks hold data. */
    readonly count: number;
    /** Neighbouring blocks with data, ascending. */
    readonly runs: readonly Run[];
}

export interface Run {
    readonly first: number;
    readonly count: number;
}

/** Reads the whole disk once; `observe` sees each block on the way. */
export async function surveyDisk(
    disk: SparseDisk,
    blockBytes: number,
    observe?: (block: DiskBlock) => void,
): Promise<Survey> {
    const runs: { first: number; count: number }[] = [];
    let count = 0;
    for await (const block of blocksOf(disk, blockBytes)) {
        observe?.(block);
        const last = runs.at(-1);
        if (last !== undefined && last.first + last.count === block.index) {
            last.count++;
        } else {
            runs.push({ first: block.index, count: 1 });
        }
        count++;
    }
    return { blockBytes, count, runs };
}

/** The numbers of the blocks with data, ascending. */
export function* surveyedIndexes({ runs }: Survey): Generator<number, void, undefined> {
    for (const { first, count } of runs) {
        for (let index = first; index < first + count; index++) {
            yield index;
        }
    }
}

/** The blocks of a second reading; one that differs from the first is an error, for what describes it is written already. */
export async function* surveyedBlocks(disk: SparseDisk, survey: Survey): AsyncGenerator<DiskBlock, void, undefined> {
    const expected = surveyedIndexes(survey);
    for await (const block of blocksOf(disk, survey.blockBytes)) {
        if (expected.next().value !== block.index) {
            throw changed();
        }
        yield block;
    }
    if (expected.next().done !== true) {
        throw changed();
    }
}

export function changed(): LinuxKitError {
    return new LinuxKitError(
        "DiskChanged",
        "a disk's content changed while it was written: build it again, and leave its files alone meanwhile",
    );
}
