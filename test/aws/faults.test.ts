import assert from "node:assert/strict";
import type { Properties } from "../../providers/lifecycle/handler";
import { Fault, type FaultKind } from "./support/fault";
import { type Blocks, declared, digestsOf, image, World } from "./support/world";

const first: Blocks = { 0: 1, 1: 2, 5: 3 };
const second: Blocks = { 0: 1, 1: 9, 6: 4 };
const third: Blocks = { 2: 7 };

const base = declared({ image: image(first) });
const another = declared({ image: image(second) });
const retagged = declared({
    image: image(first),
    tags: { team: "storage" },
    description: "for everybody",
    launchPermissions: { accounts: ["222222222222"] },
    deprecateAt: "2030-01-31T00:00:00Z",
});

interface Operation {
    readonly before?: Properties;
    /** Absent: `destroy`. */
    readonly to?: Properties;
    /** How many calls it takes at least. */
    readonly calls: number;
}

const operations: Readonly<Record<string, Operation>> = {
    create: { to: retagged, calls: 15 },
    update: { before: base, to: retagged, calls: 7 },
    replace: { before: base, to: another, calls: 20 },
    delete: { before: base, calls: 6 },
};

const recoveries: Readonly<Record<string, Properties | undefined>> = {
    "up as before": undefined,
    "up with another image": declared({ image: image(third) }),
};

async function run(world: World, { to }: Operation, fault: Fault): Promise<unknown> {
    try {
        await (to === undefined ? world.destroy(fault) : world.up(to, fault));
        return undefined;
    } catch (error) {
        return error;
    }
}

async function worldBefore({ before }: Operation): Promise<World> {
    const world = new World();
    if (before !== undefined) await world.up(before);
    world.cloud.now += 600_000;
    return world;
}

/** Exactly what state knows is there, finished, with the right blocks; and with `destroy` nothing is. */
async function expectExactly(world: World, news: Properties, strays: number): Promise<void> {
    const { id } = world.state ?? {};
    const blocks = (news["image"] as { blocks: Blocks }).blocks;
    expect(world.pending()).toEqual([]);
    expect(world.uploads()).toEqual([]);
    expect(world.cloud.images.size).toBe(1 + strays);
    expect(world.cloud.snapshots.size).toBe(1 + strays);
    const stored = world.cloud.images.get(id as string);
    expect(world.cloud.contents(stored?.request.snapshot as string)).toEqual(digestsOf(blocks));
    expect(await world.changes(news)).toBe(false);
    await world.destroy();
    expect([world.cloud.images.size, world.cloud.snapshots.size]).toEqual([strays, strays]);
}

/** An image whose last step was taken, and of which the engine did not hear: `gc` is for that. */
function unheard(world: World): number {
    const pending = world.pending();
    return [...world.cloud.images.keys()].filter((id) => !pending.includes(id) && !world.knows(id)).length;
}

const faults = Object.keys(operations).flatMap((operation) =>
    Object.keys(recoveries).flatMap((recovery) =>
        (["kill", "error", "refusal"] as const).flatMap((kind) =>
            (["before", "after"] as const)
                .filter((when) => kind !== "refusal" || when === "before")
                .map((when): [string, FaultKind, "before" | "after", string] => [operation, kind, when, recovery]),
        ),
    ),
);

interface Struck {
    readonly name: string;
    readonly operation: Operation;
    readonly kind: FaultKind;
    readonly when: "before" | "after";
    readonly news: Properties;
}

/** False when the operation has no such call. */
async function struckAndMended({ name, operation, kind, when, news }: Struck, at: number): Promise<boolean> {
    const world = await worldBefore(operation);
    try {
        const fault = new Fault(at, when, kind);
        const error = await run(world, operation, fault);
        if (fault.happened === undefined) {
            return false;
        }
        if (kind !== "kill" && error !== undefined && name === "create") {
            assert.deepEqual([world.pending(), world.cloud.images.size], [[], 0]);
        }
        const strays = unheard(world);
        assert(strays <= (kind === "kill" && operation.to !== undefined ? 1 : 0), "a finished image is nobody's");
        await world.up(news);
        await expectExactly(world, news, strays);
        return true;
    } catch (error) {
        const message = `at call ${at}: ${(error as Error).message}\n${world.cloud.log.join(" ")}`;
        throw new Error(message, { cause: error });
    } finally {
        world.close();
    }
}

test.each(faults)("%s with a %s %s every call, then %s: one image or none", async (name, kind, when, recovery) => {
    const operation = operations[name] as Operation;
    const news = recoveries[recovery] ?? operation.to ?? base;
    let at = 0;
    while (await struckAndMended({ name, operation, kind, when, news }, at)) {
        at++;
    }
    expect(at).toBeGreaterThanOrEqual(operation.calls);
});
