import type { Blocks } from "./support/blocks";
import type { FaultKind } from "./support/fault";
import { everyCall, type Operation, type Recovery } from "./support/matrix";
import { declared, image } from "./support/world";

const first: Blocks = { 0: 1, 1: 2, 5: 3 };
const second: Blocks = { 0: 1, 1: 9, 6: 4 };

const base = declared({ image: image(first) });
const another = declared({ image: image(second) });
const retagged = declared({
    image: image(first),
    tags: { team: "storage" },
    description: "for everybody",
    launchPermissions: { accounts: ["222222222222"] },
    deprecateAt: "2030-01-31T00:00:00Z",
});

const operations: Readonly<Record<string, Operation>> = {
    create: { run: (world, fault) => world.up(retagged, fault), declares: retagged, creates: true, calls: 15 },
    update: {
        before: base,
        run: (world, fault) => world.up(retagged, fault),
        declares: retagged,
        creates: false,
        calls: 7,
    },
    replace: {
        before: base,
        run: (world, fault) => world.up(another, fault),
        declares: another,
        creates: true,
        calls: 20,
    },
    "forced replace": {
        before: base,
        run: (world, fault) => world.replace(base, fault),
        declares: base,
        creates: true,
        calls: 20,
    },
    delete: { before: base, run: (world, fault) => world.destroy(fault), declares: base, creates: false, calls: 6 },
};

const recoveries: readonly Recovery[] = ["again", "another", "destroy"];

/** What comes before a call and what comes after it are one for who is told by a signal. */
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

/** Where the same is tried again each of them is another case; elsewhere those that leave something else behind. */
const telling = new Set(["kill before", "kill after", "orphan before", "interrupt before", "error after"]);

const cases = Object.keys(operations).flatMap((name) =>
    recoveries.flatMap((recovery) =>
        kinds
            .filter(([kind, when]) => recovery === "again" || telling.has(`${kind} ${when}`))
            .map(([kind, when]) => [name, kind, when, recovery] as const),
    ),
);

test.each(cases)(
    "%s with a %s %s every call, then %s: the right image and no other",
    async (name, kind, when, recovery) => {
        const operation = operations[name] as Operation;
        const calls = await everyCall({ operation, kind, when, recovery });
        expect(calls).toBeGreaterThanOrEqual(operation.calls);
    },
);
