import type { Properties } from "../../providers/lifecycle/handler";
import { LinuxKitError } from "../../sdk/assembly/error";
import { FakeHost, freshLoopback, image, machine } from "./support/host";
import { assertOneMachineOrNone, recover } from "./support/outcome";
import { Death, FakeStack, Killed } from "./support/stack";

/** Machines of one resource, as one program after the other declares it. */
interface Declared {
    readonly base: Properties;
    readonly bigger: Properties;
    readonly another: Properties;
}

/** What is forwarded, and to an address of this scenario alone. */
const forwards: Readonly<Record<string, () => readonly unknown[]>> = {
    "a port": () => [{ guest: 6379, address: freshLoopback() }],
    "no port": () => [],
};

function declared(ports: readonly unknown[]): Declared {
    return {
        base: machine({ ports }),
        bigger: machine({ ports, memory: "512 MB" }),
        another: machine({ ports, image: image("b") }),
    };
}

interface Operation {
    readonly before?: keyof Declared;
    /** Absent: `destroy`. */
    readonly to?: keyof Declared;
    /** How often it can be cut off at least. */
    readonly boundaries: number;
}

const operations: Readonly<Record<string, Operation>> = {
    create: { to: "base", boundaries: 10 },
    update: { before: "base", to: "bigger", boundaries: 11 },
    replace: { before: "base", to: "another", boundaries: 14 },
    delete: { before: "base", boundaries: 4 },
};

const recoveries: Readonly<Record<string, keyof Declared | undefined>> = {
    "up as before": "base",
    "up with other memory": "bigger",
    "up with another image": "another",
    destroy: undefined,
};

interface Scenario extends Operation {
    readonly recovery: keyof Declared | undefined;
    readonly ports: () => readonly unknown[];
}

/** A machine's ports tell nothing apart but which machine a `create` finds before it. */
const makes = ({ to }: Operation): boolean => to === "base" || to === "another";

const combinations = Object.entries(forwards).flatMap(([forward, ports]) =>
    Object.entries(operations)
        .filter(([, operation]) => forward === "a port" || makes(operation))
        .flatMap(([operation, steps]) =>
            Object.entries(recoveries).map(([recovery, news]): [string, string, string, Scenario] => [
                operation,
                forward,
                recovery,
                { ...steps, recovery: news, ports },
            ]),
        ),
);

/** A scenario mostly waits: for a boot, a power-off, an answer. */
const atOnce = 5;

test.each(combinations)(
    "%s of a machine with %s killed at every boundary, then %s: one machine or none",
    async (_, __, ___, scenario) => {
        let kills = 0;
        for (let at = 0; kills === at; at += atOnce) {
            const batch = Array.from({ length: atOnce }, (____, index) => killedAndMended(scenario, at + index));
            kills += (await Promise.all(batch)).filter(Boolean).length;
        }
        expect(kills).toBeGreaterThanOrEqual(scenario.boundaries);
    },
    120_000,
);

/** False when the operation was over before it could be killed there. */
async function killedAndMended({ before, to, recovery, ports }: Scenario, at: number): Promise<boolean> {
    const host = await FakeHost.make();
    try {
        const stack = new FakeStack(host);
        const machines = declared(ports());
        if (before !== undefined) {
            await stack.up(machines[before]);
        }
        const death = new Death(at);
        await (to === undefined ? stack.destroy(death) : stack.up(machines[to], death)).catch(ignoreDeath);
        if (death.happened) {
            const news = recovery === undefined ? undefined : machines[recovery];
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
        const { base } = declared([{ guest: 6379, address: freshLoopback() }]);
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
