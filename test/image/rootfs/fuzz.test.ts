import fc from "fast-check";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { LayerEntry } from "../../support/oci-image";
import { merged } from "./layers";
import { modelOf, shownModel, shownTree } from "./model";

const name = fc.constantFrom("a", "b", "c");
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
const mode = fc.constantFrom(0o600, 0o644, 0o755, 0o4755);
const target = fc.constantFrom("a", "b/c", "/a/b", "..", "../b", "/", "../../c");

const entry: fc.Arbitrary<LayerEntry> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ name: path, mode, body: fc.string({ maxLength: 5 }) }) },
    { weight: 4, arbitrary: fc.record({ name: path.map((each) => `${each}/`), mode, type: fc.constant("5") }) },
    { weight: 2, arbitrary: fc.record({ name: path, type: fc.constant("2"), link: target }) },
    { weight: 3, arbitrary: fc.record({ name: path, type: fc.constant("1"), link: path }) },
    { weight: 3, arbitrary: path.map((each) => ({ name: each.replace(/([^/]+)$/, ".wh.$1") })) },
    { weight: 1, arbitrary: path.map((each) => ({ name: `${each}/.wh..wh..opq` })) },
);

/** What one layer may hold: each name once, and nothing below what is no folder. */
function coherent(entries: readonly LayerEntry[]): LayerEntry[] {
    const types = new Map<string, boolean>();
    return entries.filter(({ name: given, type }) => {
        const own = given.replace(/\/$/, "");
        const parents = own.split("/").map((_, index, all) => all.slice(0, index).join("/"));
        const isFolder = type === "5";
        const fits = parents.slice(1).every((parent) => types.get(parent) !== false);
        const isNew = !types.has(own) || (isFolder && types.get(own) === true);
        if (fits && isNew) {
            parents.slice(1).forEach((parent) => types.set(parent, true));
            types.set(own, isFolder);
        }
        return fits && isNew;
    });
}

const layers = fc.array(fc.array(entry, { maxLength: 8 }).map(coherent), { minLength: 1, maxLength: 4 });

function refusal(error: unknown): undefined {
    if (!(error instanceof LinuxKitError) || error.code !== "LayerConflict") {
        throw error;
    }
}

test("layers give what a file system would have after each entry was applied to it, in an order that unpacks", async () => {
    let fitting = 0;
    await fc.assert(
        fc.asyncProperty(layers, async (given) => {
            const model = modelOf(given);
            const tree = await merged(...given).catch(refusal);
            expect(tree && shownTree(tree)).toEqual(model && shownModel(model));
            fitting += tree === undefined ? 0 : 1;
        }),
        { numRuns: 1500 },
    );
    expect(fitting).toBeGreaterThan(200);
});

test("whatever layers hold, they give entries that unpack, or an error that is ours", async () => {
    const odd = fc.constantFrom(
        "..",
        ".",
        "",
        "a",
        "b",
        ".wh.",
        ".wh.a",
        ".wh..wh..opq",
        ".wh..wh.x",
        "/",
        "__proto__",
    );
    const anyPath = fc.array(odd, { maxLength: 5 }).map((names) => names.join("/"));
    const member = fc.record({
        name: anyPath,
        type: fc.constantFrom("0", "1", "2", "3", "4", "5", "6", "7", "S"),
        link: fc.oneof(anyPath, target),
        body: fc.string({ maxLength: 600 }),
    });
    const several = fc.array(fc.array(member, { maxLength: 6 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
        fc.asyncProperty(several, async (given) => {
            const tree = await merged(...given).catch(ourError);
            for (const written of tree?.keys() ?? []) {
                expect(written).not.toMatch(/^\/|(^|\/)(\.\.?|)(\/|$)|(^|\/)\.wh\./);
            }
        }),
        { numRuns: 1500 },
    );
});

function ourError(error: unknown): undefined {
    if (!(error instanceof LinuxKitError)) {
        throw error;
    }
}
