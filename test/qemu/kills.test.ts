import { LinuxKitError } from "../../sdk/assembly/error";
import type { Properties } from "../../providers/lifecycle/handler";
import { commandLine } from "../../providers/lifecycle/process";
import { bindError } from "../../providers/qemu/check/listen";
import type { Port } from "../../providers/qemu";
import { FakeHost, image, machine } from "./support/host";
import { Death, FakeStack, Killed } from "./support/stack";

const base = machine();
const bigger = machine({ memory: "512 MB" });
const another = machine({ image: image("b") });

type Operation = (stack: FakeStack, death: Death) => Promise<void>;

/** What is cut off, what stands before it, and how often it can be cut off at least. */
const operations: Readonly<Record<string, { before?: Properties; run: Operation; boundaries: number }>> = {
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
    async (operation, recovery) => {
        const { before, run, boundaries } = operations[operation] as (typeof operations)[string];
        for (let at = 0; ; at++) {
            const host = await FakeHost.make();
            try {
                const stack = new FakeStack(host);
                if (before !== undefined) {
                    await stack.up(before);
                }
                const death = new Death(at);
                await run(stack, death).catch(expectKilled);
                if (!death.happened) {
                    expect(at).toBeGreaterThanOrEqual(boundaries);
                    return;
                }
                await recover(stack, recoveries[recovery]);
                await expectOneMachineOrNone(host, stack, recoveries[recovery]);
            } catch (error) {
                throw new Error(`killed at boundary ${at}: ${(error as Error).message}`, { cause: error });
            } finally {
                await host.close();
            }
        }
    },
    120_000,
);

test("a provider and its machine killed at once: the next up makes one machine", async () => {
    const host = await FakeHost.make();
    try {
        for (let at = 0; at < 9; at++) {
            const stack = new FakeStack(host);
            await stack.up(base, new Death(at)).catch(expectKilled);
            await host.killAll();
            await stack.up(base);
            await expectOneMachineOrNone(host, stack, base);
        }
    } finally {
        await host.close();
    }
}, 60_000);

function expectKilled(error: unknown): void {
    if (!(error instanceof Killed) && !(error instanceof LinuxKitError && error.code === "create-interrupted")) {
        throw error;
    }
}

/** Only where the engine never heard of a machine that was made does an `up` need `gc` first, and says so. */
async function recover(stack: FakeStack, news: Properties | undefined): Promise<void> {
    if (news === undefined) {
        await stack.destroy();
        await stack.gc();
        return;
    }
    try {
        await stack.up(news);
    } catch (error) {
        expect((error as Error).message).toContain("npx pulumi-linuxkit gc");
        expect(await stack.gc()).toBe(1);
        await stack.up(news);
    }
}

async function expectOneMachineOrNone(host: FakeHost, stack: FakeStack, news: Properties | undefined): Promise<void> {
    const running = await host.processes();
    expect(running).toHaveLength(news === undefined ? 0 : 1);
    expect(await host.journal.list()).toHaveLength(running.length);
    const port = portOf(stack);
    if (news !== undefined) {
        expect(await commandLine(running[0]?.pid as number)).toEqual(
            expect.arrayContaining([stack.state?.id, news["memory"] === "512 MB" ? "512M" : "256M"]),
        );
        expect(await stack.gc()).toBe(0);
        await stack.refresh();
        expect(stack.state?.outs["status"]).toBe("running");
        await stack.up(news);
        expect(await host.processes()).toEqual(running);
        await stack.destroy();
        await stack.gc();
    }
    expect(await host.processes()).toEqual([]);
    expect(await host.files()).toEqual([]);
    expect(port === undefined ? undefined : await bindError("tcp", "127.0.0.1", port)).toBeUndefined();
}

function portOf({ state }: FakeStack): number | undefined {
    return (state?.outs["ports"] as readonly Port[] | undefined)?.[0]?.host;
}
