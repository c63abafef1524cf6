import assert from "node:assert/strict";
import type { Properties } from "../../../providers/lifecycle/handler";
import { labels, ownershipLabels } from "../../../providers/lifecycle/labels";
import { type Blocks, digestsOf } from "./blocks";
import { Fault, type FaultKind } from "./fault";
import { declared, image, urn, World } from "./world";

/** What is done while something goes wrong. */
export interface Operation {
    /** What stands before it; absent: nothing. */
    readonly before?: Properties;
    readonly run: (world: World, fault: Fault) => Promise<void>;
    /** What the program declares when the operation is done. */
    readonly declares: Properties;
    /** Whether it makes an image. */
    readonly creates: boolean;
    /** How many calls it takes at least. */
    readonly calls: number;
}

/** What comes after it: the same again, an `up` of another declaration, or `destroy`. */
export type Recovery = "again" | "another" | "destroy";

export interface Case {
    readonly operation: Operation;
    readonly kind: FaultKind;
    readonly when: "before" | "after";
    readonly recovery: Recovery;
}

const hours = 3_600_000;

/**
 * Lets each call of an operation go wrong in turn, in a world of its own, and looks what is left after the recovery.
 * @returns how many calls the operation has
 */
export async function everyCall(each: Case): Promise<number> {
    for (let at = 0; ; at++) {
        if (!(await struckAndMended(each, at))) return at;
    }
}

/** False when the operation has no such call. */
async function struckAndMended({ operation, kind, when, recovery }: Case, at: number): Promise<boolean> {
    const world = await worldBefore(operation);
    const others = addOthers(world);
    try {
        const fault = new Fault(at, when, kind);
        const error = await operation.run(world, fault).then(
            () => undefined,
            (reason: unknown) => reason,
        );
        if (fault.happened === undefined) {
            return false;
        }
        const isLost = kind === "kill" || kind === "orphan";
        const isTakenBack = !isLost && kind !== "interrupt" && error !== undefined && operation.before === undefined;
        if (isTakenBack) {
            expect(world.mine()).toEqual([]);
        }
        const strays = world.unheard();
        assert(strays.length <= (isLost && operation.creates ? 1 : 0), "a finished image is nobody's");
        await recover(world, operation, recovery, isLost || kind === "interrupt", strays);
        others.expectUntouched();
        return true;
    } catch (error) {
        const message = `at call ${at}: ${(error as Error).message}\n${world.cloud.log.join(" ")}`;
        throw new Error(message, { cause: error });
    } finally {
        world.close();
    }
}

async function worldBefore({ before }: Operation): Promise<World> {
    const world = new World();
    if (before !== undefined) await world.up(before);
    world.cloud.now += hours / 6;
    return world;
}

const another = declared({ image: image({ 2: 7 }) });

async function recover(
    world: World,
    operation: Operation,
    recovery: Recovery,
    mayLeavePending: boolean,
    strays: readonly string[],
): Promise<void> {
    if (recovery === "another") {
        await world.up(another);
        return expectExactly(world, another, strays);
    }
    if (recovery === "again") {
        await operation.run(world, new Fault());
        const isGone = world.state === undefined;
        return isGone ? expectNothing(world, strays) : expectExactly(world, operation.declares, strays);
    }
    const isKnown = world.state !== undefined;
    await world.destroy();
    const pending = world.pending();
    assert((mayLeavePending && !isKnown) || pending.length === 0, "a destroy leaves what is pending");
    const explained = [...pending, ...world.withSnapshots([...pending, ...strays])];
    expect(world.mine().filter((id) => !explained.includes(id))).toEqual([]);
    await world.up(another);
    await expectExactly(world, another, strays);
}

function expectNothing(world: World, strays: readonly string[]): void {
    expect(world.mine()).toHaveLength(2 * strays.length);
    expect(world.pending()).toEqual([]);
    expect(world.uploads()).toEqual([]);
}

/** Exactly what state knows is there, finished, with the right blocks; and with `destroy` nothing is. */
async function expectExactly(world: World, news: Properties, strays: readonly string[]): Promise<void> {
    const { id } = world.state ?? {};
    const { blocks } = news["image"] as { readonly blocks: Blocks };
    expect(world.pending()).toEqual([]);
    expect(world.uploads()).toEqual([]);
    expect(world.mine()).toHaveLength(2 + 2 * strays.length);
    const stored = world.cloud.images.get(id as string);
    expect(world.cloud.contents(stored?.request.snapshot as string)).toEqual(digestsOf(blocks));
    expect(await world.changes(news)).toBe(false);
    await world.destroy();
    expectNothing(world, strays);
}

interface Others {
    expectUntouched(): void;
}

/** What stands in the same account beside it: another resource's image, and an upload that somebody makes just now. */
function addOthers({ cloud }: World): Others {
    const identity = { organization: "organization", project: "shop", stack: "dev", urn: urn("other") };
    const tags = { ...ownershipLabels(identity), [labels.digest]: "0" };
    const pending = { [labels.pending]: `thishost-1-00000000-${Math.ceil((cloud.now + hours) / 1000)}` };
    const request = { token: "other", sizeGiB: 1, description: "other", tags };
    const snapshot = { request, encrypted: false, started: 0, completedAt: 0, blocks: new Map(), tags };
    const { completedAt: _, ...open } = snapshot;
    const half = { ...open, id: "snap-other-half", tags: { ...tags, ...pending } };
    const registered = {
        name: "os-other",
        description: "other",
        architecture: "x86_64",
        bootMode: "legacy-bios",
        snapshot: "snap-other",
        sizeGiB: 1,
        tags,
    } as const;
    const nobody = { accounts: [], organizations: [], organizationalUnits: [], public: false };
    cloud.snapshots.set("snap-other", { ...snapshot, id: "snap-other" });
    cloud.snapshots.set(half.id, half);
    cloud.images.set("ami-other", {
        id: "ami-other",
        request: registered,
        created: 0,
        tags,
        description: "other",
        permissions: nobody,
    });
    return {
        expectUntouched: () => {
            expect(cloud.images.get("ami-other")?.tags).toEqual(tags);
            expect(cloud.snapshots.get("snap-other")?.tags).toEqual(tags);
            expect(cloud.snapshots.get(half.id)?.tags).toEqual(half.tags);
        },
    };
}
