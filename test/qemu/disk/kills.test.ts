import assert from "node:assert/strict";
import { open, readFile } from "node:fs/promises";
import { findLeftoverDisks, removeLeftoverDisk } from "../../../providers/command/gc-disks";
import type { Properties } from "../../../providers/lifecycle/handler";
import { readDisk } from "../../../providers/qemu/disk/settings";
import { diskSize } from "../../../providers/qemu/disk/file";
import { disk, FakeDisks } from "../support/disks";
import { FakeHost } from "../support/host";
import { Death, FakeStack, Killed } from "../support/stack";

const declared = {
    base: disk(),
    larger: disk({ size: "4 MB" }),
    another: disk({ size: "1 MB", format: "qcow2" }),
} satisfies Record<string, Properties>;
type Declared = keyof typeof declared;

interface Operation {
    readonly before?: Declared;
    /** Absent: `destroy`. */
    readonly to?: Declared;
    /** How often it can be cut off at least. */
    readonly boundaries: number;
}

const operations: Readonly<Record<string, Operation>> = {
    create: { to: "base", boundaries: 5 },
    "create of qcow2": { to: "another", boundaries: 5 },
    grow: { before: "base", to: "larger", boundaries: 4 },
    replace: { before: "base", to: "another", boundaries: 9 },
    delete: { before: "base", boundaries: 4 },
};

const recoveries: Readonly<Record<string, Declared | undefined>> = {
    "up as before": "base",
    "up with another size": "larger",
    "up with another format": "another",
    destroy: undefined,
};

const combinations = Object.entries(operations).flatMap(([operation, steps]) =>
    Object.entries(recoveries).map(([recovery, news]): [string, string, Operation, Declared | undefined] => [
        operation,
        recovery,
        steps,
        news,
    ]),
);

test.each(combinations)(
    "%s of a disk killed at every boundary, then %s: the disk that state knows, and no data lost",
    async (_, __, operation, recovery) => {
        let kills = 0;
        while (await killedAndMended(operation, recovery, kills)) {
            kills += 1;
        }
        expect(kills).toBeGreaterThanOrEqual(operation.boundaries);
    },
);

/** False when the operation was over before it could be killed there. */
async function killedAndMended(
    { before, to }: Operation,
    recovery: Declared | undefined,
    at: number,
): Promise<boolean> {
    const host = await FakeHost.make();
    try {
        const disks = new FakeDisks(host);
        const stack = new FakeStack(host, (steps, self) => disks.provider(steps, self));
        if (before !== undefined) {
            await stack.up(declared[before]);
            await writeData(disks, stack);
        }
        const death = new Death(at);
        await (to === undefined ? stack.destroy(death) : stack.up(declared[to], death)).catch(ignoreDeath);
        if (death.happened) {
            await mend(disks, stack, to === undefined ? undefined : before, recovery);
        }
        return death.happened;
    } catch (error) {
        throw new Error(`killed at boundary ${at}: ${(error as Error).message}`, { cause: error });
    } finally {
        await host.close();
    }
}

async function mend(
    disks: FakeDisks,
    stack: FakeStack,
    written: Declared | undefined,
    recovery: Declared | undefined,
): Promise<void> {
    const news = recovery === undefined ? undefined : declared[recovery];
    const had = stack.state;
    if (news === undefined) {
        await stack.destroy();
    } else if (await isShrinking(disks, stack, news)) {
        await assert.rejects(stack.up(news), /size: ".*" is less than the ".*" that the disk has/);
        await stack.up(declared.larger);
    } else {
        await stack.up(news);
    }
    await assertSettled(disks, stack);
    if (written !== undefined && stack.state !== undefined && stack.state.id === had?.id) {
        assert.equal(await readData(disks, stack), had.outs["format"] === "raw" ? "data" : "");
    }
}

/** A disk that has grown, be it unknown to state, is larger than one that is declared as before. */
async function isShrinking(disks: FakeDisks, { state }: FakeStack, news: Properties): Promise<boolean> {
    if (state === undefined) {
        return false;
    }
    const { format } = readDisk(state.outs);
    const bytes = await diskSize({ path: disks.journal.file({ id: state.id, format }), format });
    const wanted = readDisk(news);
    return bytes !== undefined && wanted.format === format && bytes > wanted.sizeBytes;
}

/** Nothing is marked, nothing is half made; what state does not know was made, and is kept as data. */
async function assertSettled(disks: FakeDisks, stack: FakeStack): Promise<void> {
    const { journal } = disks;
    for (const leftover of await findLeftoverDisks(journal, stack.exported())) {
        assert.equal(await removeLeftoverDisk(journal, leftover), leftover.kind === "unfinished");
    }
    const entries = await journal.list();
    const { state } = stack;
    const own = entries.filter(({ id }) => id === state?.id);
    assert.equal(own.length, state === undefined ? 0 : 1);
    assert.equal(own[0]?.attempt, undefined);
    assert(entries.length <= own.length + 1, "more than one disk was lost");
    for (const entry of entries) {
        assert.equal(await diskSize({ path: journal.file(entry), format: entry.format }), entry.sizeBytes);
    }
    if (state !== undefined) {
        const seen = await disks.provider().read(state.id, state.outs);
        assert.equal(seen.outs["status"], "available");
        assert.deepEqual(await disks.provider().diff(state.id, seen.outs, state.inputs), {
            changes: false,
            replaces: [],
            deleteBeforeReplace: false,
        });
    }
}

async function writeData(disks: FakeDisks, { state }: FakeStack): Promise<void> {
    const file = await open(disks.journal.file({ id: state?.id ?? "", format: "raw" }), "r+");
    await file.write("data", 4096);
    await file.close();
}

async function readData(disks: FakeDisks, { state }: FakeStack): Promise<string> {
    const { format } = readDisk(state?.outs ?? {});
    const bytes = await readFile(disks.journal.file({ id: state?.id ?? "", format }));
    return bytes.subarray(4096, 4100).toString();
}

function ignoreDeath(error: unknown): void {
    if (!(error instanceof Killed)) {
        throw error;
    }
}
