import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Properties } from "../../../providers/lifecycle/handler";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { FakeHost, machine } from "../support/host";
import { assertOneMachineOrNone, recover } from "../support/outcome";
import { Death, FakeStack, Killed } from "../support/stack";

function declared(place: Properties): Properties {
    const network = { group: "239.193.0.1:20001", subnet: "10.77.0.0/24", address: "10.77.0.2", name: "redis" };
    return machine({ ports: [], networks: [{ ...network, ...place }] });
}

const declarations = {
    base: declared({}),
    renamed: declared({ name: "store" }),
    moved: declared({ address: "10.77.0.9" }),
} as const;

interface Operation {
    readonly before?: keyof typeof declarations;
    /** Absent: `destroy`. */
    readonly to?: keyof typeof declarations;
    readonly boundaries: number;
}

const operations: Readonly<Record<string, Operation>> = {
    create: { to: "base", boundaries: 10 },
    "update of the name": { before: "base", to: "renamed", boundaries: 2 },
    "update of the address": { before: "base", to: "moved", boundaries: 11 },
    delete: { before: "base", boundaries: 4 },
};

const recoveries = ["base", "renamed", "moved", undefined] as const;

const combinations = Object.keys(operations).flatMap((operation) =>
    recoveries.map((recovery) => [operation, recovery] as const),
);

const atOnce = 5;

test.each(combinations)(
    "%s of a machine on a network killed at every boundary, then %s: one machine with its name, or none",
    async (operation, recovery) => {
        const scenario = operations[operation] as Operation;
        let kills = 0;
        for (let at = 0; kills === at; at += atOnce) {
            const batch = Array.from({ length: atOnce }, (_, index) => killedAndMended(scenario, recovery, at + index));
            kills += (await Promise.all(batch)).filter(Boolean).length;
        }
        expect(kills).toBeGreaterThanOrEqual(scenario.boundaries);
    },
    120_000,
);

async function killedAndMended(
    { before, to }: Operation,
    recovery: keyof typeof declarations | undefined,
    at: number,
): Promise<boolean> {
    const host = await FakeHost.make();
    try {
        const stack = new FakeStack(host);
        if (before !== undefined) {
            await stack.up(declarations[before]);
        }
        const death = new Death(at);
        await (to === undefined ? stack.destroy(death) : stack.up(declarations[to], death)).catch(ignoreDeath);
        if (death.happened) {
            const news = recovery === undefined ? undefined : declarations[recovery];
            await recover(stack, news);
            if (news !== undefined) {
                await assertNamed(host, stack, news);
            }
            await assertOneMachineOrNone(host, stack, news);
        }
        return death.happened;
    } catch (error) {
        throw new Error(`killed at boundary ${at}: ${(error as Error).message}`, { cause: error });
    } finally {
        await host.close();
    }
}

async function assertNamed(host: FakeHost, { state }: FakeStack, news: Properties): Promise<void> {
    const [{ address, name }] = news["networks"] as [{ address: string; name: string }];
    const path = join(host.journal.directory(state?.id ?? ""), "names", "hosts");
    expect(await readFile(path, "utf8")).toBe(`${address} ${name}\n`);
}

function ignoreDeath(error: unknown): void {
    if (!(error instanceof Killed) && !(error instanceof LinuxKitError && error.code === "create-interrupted")) {
        throw error;
    }
}
