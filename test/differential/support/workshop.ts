import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { MadeImage } from "../../support/oci-image";
import { writeLayout } from "../../support/oci-layout";
import { serveRegistry } from "../../support/oci-registry";
import { commonImages } from "../assemblies/common";
import type { Sample } from "../assemblies/sample";
import { compareBuilt, type FormatName, formatNames } from "./built";
import type { Difference } from "./compare";
import { buildOurs, planOurs } from "./ours";
import { buildReal } from "./real";

export interface FoundDifference extends Difference {
    readonly sample: string;
    readonly format: FormatName;
}

/** Builds a sample with both, out of one layout, in a folder of its own; gives all that differs, format by format. */
export async function differencesOf(sample: Sample, program: string, folder: string): Promise<FoundDifference[]> {
    const layout = prepare(sample, folder);
    const registry = sample.pulled === true ? await serveRegistry(imagesOf(sample)) : undefined;
    const own = { layout, folder: path.join(folder, "ours"), ...(registry && { registry: registry.url }) };
    try {
        const plan = await planOurs(sample.yaml, own);
        const found: FoundDifference[] = [];
        for (const format of formatNames) {
            const theirs = await buildReal(sample.yaml, format, {
                program,
                layout,
                folder: path.join(folder, "theirs"),
            });
            const ours = await buildOurs(plan, format, own);
            found.push(...compareBuilt(theirs, ours).map((each) => ({ ...each, format, sample: sample.name })));
        }
        return found;
    } finally {
        await registry?.close();
    }
}

function imagesOf({ images = {} }: Sample): Readonly<Record<string, MadeImage>> {
    return { ...commonImages, ...images };
}

/** Writes the layout, and the files that the YAML takes in, beside both. */
function prepare(sample: Sample, folder: string): string {
    for (const place of ["ours", "theirs"]) {
        mkdirSync(path.join(folder, place), { recursive: true });
        for (const [name, content] of Object.entries(sample.files ?? {})) {
            const file = path.join(folder, place, name);
            mkdirSync(path.dirname(file), { recursive: true });
            writeFileSync(file, content);
        }
    }
    const named = Object.entries(imagesOf(sample)).map(([name, image]) => [`docker.io/${name}`, image] as const);
    return writeLayout(path.join(folder, "layout"), Object.fromEntries(named));
}
