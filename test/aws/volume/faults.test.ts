import assert from "node:assert/strict";
import type { Properties } from "../../../providers/lifecycle/handler";
import { Fault, type FaultKind } from "../support/fault";
import { declared, World } from "./support/world";

const base = declared();
const changed = declared({ size: "30 GB", tags: { team: "storage" } });
const moved = declared({ availabilityZone: "eu-central-1b" });
const another = declared({ availabilityZone: "eu-central-1c", size: "50 GB" });

interface Operation {
    readonly before?: Properties;
    readonly run: (world: World, fault: Fault) => Promise<void>;
    readonly declares: Properties;
    /** How many calls it takes at least. */
    readonly calls: number;
    /** Whether another `up` does nothing unless it is told to again. */
    readonly isForced?: true;
}

const operations: Readonly<Record<string, Operation>> = {
    create: { run: (world, fault) => world.up(base, fault), declares: base, calls: 6 },
    update: { before: base, run: (world, fault) => world.up(changed, fault), declares: changed, calls: 6 },
    replace: { before: base, run: (world, fault) => world.up(moved, fault), declares: moved, calls: 11 },
    "forced replace": {
        before: base,
        run: (world, fault) => world.replace(base, fault),
        declares: base,
        calls: 11,
        isForced: true,
    },
    delete: { before: base, run: (world, fault) => world.destroy(fault), declares: base, calls: 5 },
};

const kinds: readonly (readonly [FaultKind, "before" | "after"])[] = [
    ["kill", "before"],
    ["kill", "after"],
    ["orphan", "before"],
    ["interrupt", "before"],
    ["error", "before"],
    ["error", "after"],
    ["hang", "before"],
    ["hang", "after"],
    ["refusal", "before"],
];
const recoveries = { again: undefined, another, destroy: "destroy" } as const;

const cases = Object.keys(operations).flatMap((name) =>
    Object.keys(recoveries).flatMap((recovery) => kinds.map(([kind, when]) => [name, kind, when, recovery] as const)),
);

interface Struck {
    readonly operation: Operation;
    readonly fault: Fault;
    readonly isLost: boolean;
    readonly to: Properties | "destroy";
}

/** False when the operation has no such call. */
async function struckAndMended(world: World, { operation, fault, isLost, to }: Struck): Promise<boolean> {
    if (operation.before !== undefined) await world.up(operation.before);
    world.cloud.now += 7 * 3_600_000;
    const error: unknown = await operation.run(world, fault).then(
        () => undefined,
        (reason: unknown) => reason,
    );
    if (fault.happened === undefined) return false;
    if (!isLost && error !== undefined && operation.before === undefined) {
        assert.deepEqual([...world.cloud.volumes.keys()], [], "what failed is taken back");
    }
    const strays = world.unheard();
    assert(strays.length <= (isLost ? 1 : 0), "a finished volume is nobody's");
    world.cloud.now += 7 * 3_600_000;
    if (to === "destroy") {
        const isKnown = world.state !== undefined;
        await world.destroy();
        assert(!isKnown || world.pending().length === 0, "a destroy leaves what is pending");
        await world.up(base);
    } else {
        await (operation.isForced === true && to === operation.declares ? world.replace(to) : world.up(to));
    }
    await expectExactly(world, to === "destroy" ? base : to, strays);
    return true;
}

/** What state knows is there, finished, and no other; and with `destroy` nothing is. */
async function expectExactly(world: World, news: Properties, strays: readonly string[]): Promise<void> {
    const own = [...world.cloud.volumes.values()].filter(({ id }) => !strays.includes(id));
    expect(own.map(({ id }) => id)).toEqual([world.state?.id]);
    expect(own).toMatchObject([{ zone: news["availabilityZone"], sizeGiB: Number.parseInt(String(news["size"])) }]);
    expect([...world.pending(), ...world.journalled()]).toEqual([]);
    await world.refresh();
    expect(await world.changes(news)).toBe(false);
    await world.destroy();
    expect([...world.cloud.volumes.keys()]).toEqual(strays);
}

test.each(cases)(
    "%s with a %s %s every call, then %s: the right volume and no other",
    async (name, kind, when, recovery) => {
        const operation = operations[name] as Operation;
        const to = recoveries[recovery as keyof typeof recoveries] ?? operation.declares;
        const isLost = kind === "kill" || kind === "orphan";
        let at = 0;
        for (let isHit = true; isHit; at += isHit ? 1 : 0) {
            const world = new World();
            try {
                isHit = await struckAndMended(world, { operation, fault: new Fault(at, when, kind), isLost, to });
            } catch (error) {
                const message = `at call ${at}: ${(error as Error).message}\n${world.cloud.log.join(" ")}`;
                throw new Error(message, { cause: error });
            } finally {
                world.close();
            }
        }
        expect(at).toBeGreaterThanOrEqual(operation.calls);
    },
);
