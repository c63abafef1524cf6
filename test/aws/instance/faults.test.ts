import assert from "node:assert/strict";
import type { Properties } from "../../../providers/lifecycle/handler";
import { Fault, type FaultKind } from "../support/fault";
import { declared, World } from "./support/world";

const volumes = [{ id: "vol-aaaaaaaa" }];
const base = declared({ volumes });
const changed = declared({ volumes, instanceType: "t3.small", tags: { team: "storage" }, disableApiTermination: true });
const moved = declared({ volumes: [{ id: "vol-bbbbbbbb" }], vpcSecurityGroupIds: ["sg-11111111"] });
const replaced = declared({ volumes, ami: "ami-22222222" });
const bare = declared();
const another = declared({ userData: "another", tags: { team: "other" } });

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
    create: { run: (world, fault) => world.up(changed, fault), declares: changed, calls: 18 },
    "another type": { before: base, run: (world, fault) => world.up(changed, fault), declares: changed, calls: 18 },
    "another volume": { before: base, run: (world, fault) => world.up(moved, fault), declares: moved, calls: 20 },
    replace: { before: base, run: (world, fault) => world.up(replaced, fault), declares: replaced, calls: 25 },
    "forced replace": {
        before: base,
        run: (world, fault) => world.replace(base, fault),
        declares: base,
        calls: 25,
        isForced: true,
    },
    delete: { before: base, run: (world, fault) => world.destroy(fault), declares: base, calls: 8 },
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
const recoveries = { again: undefined, "back without volumes": bare, another, destroy: "destroy" } as const;

/** Where the same is tried again each kind is another case; elsewhere those that leave something else behind. */
const telling = new Set(["kill after", "orphan before", "interrupt before", "error after"]);

const cases = Object.keys(operations).flatMap((name) =>
    Object.keys(recoveries).flatMap((recovery) =>
        kinds
            .filter(([kind, when]) => recovery === "again" || telling.has(`${kind} ${when}`))
            .map(([kind, when]) => [name, kind, when, recovery] as const),
    ),
);

interface Struck {
    readonly operation: Operation;
    readonly fault: Fault;
    /** Whether nobody is left to take anything back. */
    readonly isLost: boolean;
    readonly isInterrupted: boolean;
    readonly to: Properties | "destroy";
}

/** False when the operation has no such call. */
async function struckAndMended(world: World, struck: Struck): Promise<boolean> {
    const { operation, fault, isLost, isInterrupted, to } = struck;
    if (operation.before !== undefined) await world.up(operation.before);
    world.cloud.now += 3_600_000;
    const error: unknown = await operation.run(world, fault).then(
        () => undefined,
        (reason: unknown) => reason,
    );
    if (fault.happened === undefined) return false;
    if (!isLost && !isInterrupted && error !== undefined && operation.before === undefined) {
        assert.deepEqual(world.cloud.existing(), [], "what failed is taken back");
    }
    const strays = world.unheard();
    assert(strays.length <= (isLost ? 1 : 0), "a finished instance is nobody's");
    await mend(world, operation, to);
    await expectExactly(world, to === "destroy" ? base : to, strays);
    return true;
}

/** A protected instance is not destroyed unless its protection is taken off by an `up`. */
async function mend(world: World, operation: Operation, to: Properties | "destroy"): Promise<void> {
    if (to === "destroy") {
        if (world.state !== undefined && world.own().isProtected) await world.up(base);
        const isKnown = world.state !== undefined;
        await world.destroy();
        if (isKnown) expect(world.pending()).toEqual([]);
        await world.up(base);
    } else if (operation.isForced === true && to === operation.declares) {
        await world.replace(to);
    } else {
        if (to !== changed && world.state !== undefined && world.own().isProtected) world.own().isProtected = false;
        await world.up(to);
    }
}

/** What state knows is there, finished and as declared, and no other; and with `destroy` nothing is. */
async function expectExactly(world: World, news: Properties, strays: readonly string[]): Promise<void> {
    const own = world.cloud.alive().filter(({ id }) => !strays.includes(id));
    expect(own.map(({ id }) => id)).toEqual([world.state?.id]);
    // One that no state knows, and that lost its volume, stands in the journal until it is gone.
    const journalled = world.journalled().filter((name) => !strays.includes(name.replace(/\.changing$/, "")));
    expect([...world.pending(), ...journalled]).toEqual([]);
    const [{ id, type, request }] = own as [(typeof own)[0]];
    expect({ type, ami: request.ami }).toEqual({ type: news["instanceType"], ami: news["ami"] });
    expect(world.cloud.stateOf(world.own())).toBe("running");
    const wanted = ((news["volumes"] ?? []) as typeof volumes).map((volume) => volume.id);
    if (strays.length === 0) expect(world.cloud.attachedTo(id)).toEqual(wanted);
    await world.refresh();
    expect(await world.changes(news)).toBe(false);
    world.own().isProtected = false;
    await world.destroy();
    const left = world.cloud.existing().filter((each) => each.startsWith("i-"));
    expect(left).toEqual(strays);
    expect(world.cloud.existing()).toHaveLength(3 * strays.length);
}

test.each(cases)(
    "%s with a %s %s every call, then %s: the right instance and no other",
    async (name, kind, when, recovery) => {
        const operation = operations[name] as Operation;
        const to = recoveries[recovery as keyof typeof recoveries] ?? operation.declares;
        const isLost = kind === "kill" || kind === "orphan";
        const isInterrupted = kind === "interrupt";
        let at = 0;
        for (let isHit = true; isHit; at += isHit ? 1 : 0) {
            const world = new World();
            try {
                const fault = new Fault(at, when, kind);
                isHit = await struckAndMended(world, { operation, fault, isLost, isInterrupted, to });
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
