import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { digestOf } from "../../providers/image";
import { samples } from "./assemblies";
import { withLinuxkit } from "./support/linuxkit";
import { readTar } from "./support/read-tar";
import { withBoth } from "./support/workshop";

let folder: string;
beforeEach(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), "differential-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const isMetadata = /^etc\/linuxkit\.(json|yml)$/;

function metadataIn(tar: Buffer | undefined): string {
    return (
        readTar(tar ?? Buffer.alloc(0))
            .find((item) => isMetadata.test(item.path))
            ?.content.toString() ?? ""
    );
}

withLinuxkit((program) => {
    const telling = samples.filter(({ yaml }) => yaml.includes("metadata: "));

    test.each(telling.map((sample) => [sample.name, sample] as const))(
        "what the image tells of itself is the same assembly again, whoever wrote it: %s",
        (_, sample) =>
            withBoth(sample, program, folder, async ({ theirs, ours, plan }) => {
                const declared = await plan(sample.yaml);
                const texts = [await theirs(sample.yaml, "tar"), await ours(declared, "tar")].map((built) =>
                    metadataIn(built["tar"]),
                );
                const plans = await Promise.all(texts.map(plan));
                expect(texts.map((text) => text.length > 100)).toEqual([true, true]);
                expect(plans.map(digestOf)).toEqual([digestOf(declared), digestOf(declared)]);
            }),
    );
});
