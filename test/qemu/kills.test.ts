import type { Properties } from "../../providers/lifecycle/handler";
import { LinuxKitError } from "../../sdk/assembly/error";
import { FakeHost, image, machine } from "./support/host";
import { assertOneMachineOrNone, recover } from "./support/outcome";
import { Death, FakeStack, Killed } from "./support/stack";

const base = machine();
const bigger = machine({ memory: "512 MB" });
const another = machine({ image: image("b") });

interface Operation {
    readonly before?: Properties;
    readonly run: (stack: FakeStack, death: Death) => Promise<void>;
    /** How often it can be cut off at least. */
    readonly boundaries: number;
}

const operations: Readonly<Record<string, Operation>> = {
    create: { run: (stack, death) => stack.up(base, death), boundaries: 10 },
    update: { before: base, run: (stack, death) => stack.up(bigger, death), boundaries: 11 },
    replace: { before: base, run: (stack, death) => stack.up(another, death), boundaries: 14 },
    delete: { before: base, run: (stack, death) => stack.destroy(death), boundaries: 4 },
};

const recoveries: Readonly<Record<string, Properties | undefined>> = {
    "up as before": base,
    "up with other memory": bigger,
    "up with another image": another,
    destroy: undefined,
};

const combinations = Object.keys(operations).flatMap((operation) =>
    Object.keys(recoveries).map((recovery) => [operation, recovery] as const),
);

test.each(combinations)(
    "%s killed at every boundary, then %s: one machine or none",
    async (name, recovery) => {
        const operation = operations[name] as Operation;
        let at = 0;
        while (await killedAndMended(operation, at, recoveries[recovery])) {
            at++;
        }
        expect(at).toBeGreaterThanOrEqual(operation.boundaries);
    },
    120_000,
);

/** False when the operation was over before it could be killed there. */
async function killedAndMended(operation: Operation, at: number, news: Properties | undefined): Promise<boolean> {
    const host = await FakeHost.make();
    try {
        const stack = new FakeStack(host);
        if (operation.before !== undefined) {
            await stack.up(operation.before);
        }
        const death = new Death(at);
        await operation.run(stack, death).catch(ignoreDeath);
        if (death.happened) {
            await recover(stack, news);
            await assertOneMachineOrNone(host, stack, news);
        }
        return death.happened;
    } catch (error) {
        throw new Error(`killed at boundary ${at}: ${(error as Error).message}`, { cause: error });
    } finally {
        await host.close();
    }
}

test("a provider and its machine killed at once: the next up makes one machine", async () => {
    const host = await FakeHost.make();
    try {
        for (let at = 0; at < 9; at++) {
            const stack = new FakeStack(host);
            await stack.up(base, new Death(at)).catch(ignoreDeath);
            await host.killAll();
            await stack.up(base);
            await assertOneMachineOrNone(host, stack, base);
        }
    } finally {
        await host.close();
    }
    expect(await host.processes()).toEqual([]);
}, 60_000);

function ignoreDeath(error: unknown): void {
    if (!(error instanceof Killed) && !(error instanceof LinuxKitError && error.code === "create-interrupted")) {
        throw error;
    }
}
