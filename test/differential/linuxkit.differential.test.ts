import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { samples } from "./assemblies";
import type { Sample } from "./assemblies/sample";
import { knownDifferences } from "./known-differences";
import { explains } from "./support/known";
import { withLinuxkit } from "./support/linuxkit";
import { differencesOf, type FoundDifference } from "./support/workshop";

let folder: string;
beforeAll(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "differential-")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

withLinuxkit((program) => {
    const found = new Map<string, Promise<readonly FoundDifference[]>>();

    /** Each sample is built once, for whichever test asks first. */
    function differences(sample: Sample): Promise<readonly FoundDifference[]> {
        const known = found.get(sample.name);
        const asked = known ?? differencesOf(sample, program, path.join(folder, String(found.size)));
        found.set(sample.name, asked);
        return asked;
    }

    test.each(samples.map((sample) => [sample.name, sample] as const))("both build the same: %s", async (_, sample) => {
        const unknown = (await differences(sample)).filter(
            (difference) => !knownDifferences.some((known) => explains(known, difference)),
        );
        expect(unknown).toEqual([]);
    });

    test("every known difference still occurs", async () => {
        const occurring: FoundDifference[] = [];
        for (const sample of samples) {
            occurring.push(...(await differences(sample)));
        }
        const stale = knownDifferences.filter((known) => !occurring.some((difference) => explains(known, difference)));
        expect(stale.map((known) => known.reason)).toEqual([]);
    });
});
