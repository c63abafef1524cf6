import { readdirSync } from "node:fs";
import path from "node:path";
import type { Properties } from "../../providers/lifecycle/handler";
import { labels } from "../../providers/lifecycle/labels";
import { unknownValue } from "../../sdk/assembly/inputs";
import { type Blocks, digestsOf } from "./support/blocks";
import { Fault, type FaultKind } from "./support/fault";
import { everyCall, type Operation } from "./support/matrix";
import { declared, image, urn, World } from "./support/world";

const blocks: Blocks = { 0: 1, 1: 2, 5: 3 };
const os = image(blocks);

/** A copy of an image of these blocks. */
function copied(id: string, of: Properties = os, changes: Properties = {}): Properties {
    const copyOf = { id, region: "us-east-1", digest: of["digest"], image: of["digest"] };
    return declared({ image: of, copyOf, ...changes });
}

describe("a copy", () => {
    let world: World;
    beforeEach(() => {
        world = new World();
    });
    afterEach(() => world.close());

    /** An image of another resource, to copy. */
    async function source(of: Properties = os): Promise<string> {
        const handler = world.handler();
        const identity = { organization: "organization", project: "shop", stack: "dev", urn: urn("source") };
        const { inputs } = await handler.check({}, declared({ identity, image: of }));
        return (await handler.create(inputs)).id;
    }

    test("is made by one call with all tags, and gets what AWS leaves behind", async () => {
        const id = await source();
        world.cloud.put.length = 0;
        const news = copied(id, os, {
            tags: { team: "storage" },
            launchPermissions: { accounts: ["222222222222"] },
            deprecateAt: "2030-01-31T00:00:00Z",
            kmsKey: "arn:aws:kms:eu-central-1:111111111111:key/a",
        });
        await world.up(news);
        const stored = world.cloud.images.get(world.state?.id as string);
        expect(world.cloud.put).toEqual([]);
        expect(world.cloud.contents(stored?.request.snapshot as string)).toEqual(digestsOf(blocks));
        expect(stored?.copy).toMatchObject({
            source: { id, region: "us-east-1" },
            encrypted: true,
            kmsKey: "arn:aws:kms:eu-central-1:111111111111:key/a",
            tags: { team: "storage", [labels.pending]: expect.any(String) },
            snapshotTags: { team: "storage", [labels.pending]: expect.any(String), [labels.key]: expect.any(String) },
        });
        expect(stored?.permissions.accounts).toEqual(["222222222222"]);
        expect(stored?.deprecateAt).toBe("2030-01-31T00:00:00Z");
        expect(world.pending()).toEqual([]);
        expect(readdirSync(path.join(world.directory, "copies"))).toEqual([]);
        expect(await world.changes(news)).toBe(false);
        await world.destroy();
        expect(world.mine()).toEqual([]);
    });

    test("is another image when its source is, and not when the source is replaced by the same", async () => {
        const id = await source();
        await world.up(copied(id));
        const other = image({ 0: 9 });
        expect(await world.changes(copied(unknownValue, other))).toEqual(["image"]);
        expect(await world.changes(copied(unknownValue))).toBe(true);
        const next = await source(other);
        const former = world.state?.id as string;
        await world.up(copied(next, other, { retain: 1 }));
        expect(world.state?.id).not.toBe(former);
        expect(world.mine()).toHaveLength(2);
        await world.up(copied(id, os, { retain: 1 }));
        expect(world.mine()).toHaveLength(4);
        await world.destroy();
        expect(world.mine()).toEqual([]);
    });

    test("says in a preview what it is called, and what does not go together", async () => {
        const handler = world.handler();
        const { inputs } = await handler.check({}, copied(unknownValue));
        expect(inputs).toMatchObject({ digest: os["digest"], name: expect.stringMatching(/^os-[0-9a-f]{12}$/) });
        const unknown = await handler.check({}, copied(unknownValue, { ...os, digest: unknownValue }));
        expect([unknown.failures, unknown.inputs["name"]]).toEqual([[], unknownValue]);
        const wrong = await handler.check({}, { ...copied("ami-1"), image: image({ 3: 3 }), bootMode: "uefi" });
        expect(wrong.failures.map(({ property }) => property)).toEqual(["copyOf", "bootMode"]);
    });

    test("has what its source has for good", async () => {
        const handler = world.handler();
        const news = copied("ami-1");
        const { inputs } = await handler.check(
            {},
            { ...news, copyOf: { ...(news["copyOf"] as object), bootMode: "uefi" } },
        );
        expect(inputs["bootMode"]).toBe("uefi");
    });

    test("that was interrupted goes on at AWS, and the next attempt goes on with it", async () => {
        const id = await source();
        const before = world.cloud.images.size;
        const fault = new Fault(7, "before", "interrupt");
        await expect(world.up(copied(id), fault)).rejects.toThrow(/AWS goes on copying, and the next `pulumi up`/);
        expect(world.cloud.log.filter((name) => name === "copyImage")).toHaveLength(1);
        await world.up(copied(id));
        expect(world.cloud.images.size).toBe(before + 1);
        expect(world.pending()).toEqual([]);
    });
});

const empty = image({});
const copy = copied("ami-other", empty);
const base = declared({ image: image(blocks) });
const operations: Readonly<Record<string, Operation>> = {
    copy: { run: (world, fault) => world.up(copy, fault), declares: copy, creates: true, calls: 11 },
    "replace by a copy": {
        before: base,
        run: (world, fault) => world.up(copy, fault),
        declares: copy,
        creates: true,
        calls: 18,
    },
};
const kinds: readonly (readonly [FaultKind, "before" | "after"])[] = [
    ["kill", "before"],
    ["kill", "after"],
    ["orphan", "before"],
    ["interrupt", "before"],
    ["error", "before"],
    ["error", "after"],
    ["hang", "after"],
    ["refusal", "before"],
];
const killed = kinds.slice(0, 2);
const cases = [
    ...kinds.map(([kind, when]) => ["copy", kind, when, "again"] as const),
    ...(["another", "destroy"] as const).flatMap((recovery) =>
        killed.map(([kind, when]) => ["copy", kind, when, recovery] as const),
    ),
    ["replace by a copy", "kill", "after", "again"] as const,
];

test.each(cases)(
    "%s with a %s %s every call, then %s: the right image and no other",
    async (name, kind, when, recovery) => {
        const operation = operations[name] as Operation;
        const calls = await everyCall({ operation, kind, when, recovery });
        expect(calls).toBeGreaterThanOrEqual(operation.calls);
    },
);
