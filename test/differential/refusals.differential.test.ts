import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { head } from "./assemblies/common";
import { refusedByBoth, refusedImages } from "./assemblies/refused";
import { knownRefusals } from "./known-differences";
import type { FormatName } from "./support/built";
import { withLinuxkit } from "./support/linuxkit";
import { answersTo } from "./support/workshop";

let folder: string;
beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "differential-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

withLinuxkit((program) => {
    const answers = (yaml: string, format: FormatName = "tar") =>
        answersTo({ name: "refused", yaml, images: refusedImages, formats: [format] }, program, folder);

    test.each(Object.entries(refusedByBoth))("neither takes %s", async (_, yaml) => {
        const anything = expect.stringMatching(/./) as string;
        expect(await answers(yaml)).toEqual({ theirs: anything, ours: anything });
    });

    test.each(knownRefusals.map((each) => [each.by, each.reason, each.yaml.replace(head, "").trim(), each] as const))(
        "refused by %s alone: %s: %s",
        async (_, __, ___, { by, yaml, says, format }) => {
            const refusal = { theirs: undefined, ours: undefined, [by]: expect.stringMatching(says) as string };
            expect(await answers(yaml, format)).toEqual(refusal);
        },
    );
});
