import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { ImagePlan } from "../../../providers/image/plan";
import type { MadeImage } from "../../support/oci-image";
import { writeLayout } from "../../support/oci-layout";
import { serveRegistry } from "../../support/oci-registry";
import { commonImages } from "../assemblies/common";
import type { Sample } from "../assemblies/sample";
import { type Built, compareBuilt, type FormatName, formatNames } from "./built";
import type { Difference } from "./compare";
import { buildOurs, planOurs } from "./ours";
import { buildReal } from "./real";

/** The two that build, out of one layout. */
interface Both {
    readonly theirs: (yaml: string, format: FormatName) => Promise<Built>;
    readonly plan: (yaml: string) => Promise<ImagePlan>;
    readonly ours: (plan: ImagePlan, format: FormatName) => Promise<Built>;
}

/** Lends both, with a sample's images and files, in a folder of its own. */
export async function withBoth<T>(
    sample: Sample,
    program: string,
    folder: string,
    use: (both: Both) => Promise<T>,
): Promise<T> {
    const layout = prepare(sample, folder);
    const registry = sample.pulled === true ? await serveRegistry(imagesOf(sample)) : undefined;
    const common = { layout, architecture: sample.architecture ?? "amd64" } as const;
    const own = { ...common, folder: path.join(folder, "ours"), ...(registry && { registry: registry.url }) };
    const real = { ...common, folder: path.join(folder, "theirs"), program };
    try {
        return await use({
            theirs: (yaml, format) => buildReal(yaml, format, real),
            plan: (yaml) => planOurs(yaml, own),
            ours: (plan, format) => buildOurs(plan, format, own),
        });
    } finally {
        await registry?.close();
    }
}

export interface FoundDifference extends Difference {
    readonly sample: string;
    readonly format: FormatName;
}

/** Builds a sample with both; gives all that differs, format by format. */
export function differencesOf(sample: Sample, program: string, folder: string): Promise<FoundDifference[]> {
    return withBoth(sample, program, folder, async ({ theirs, ours, plan }) => {
        const planned = await plan(sample.yaml);
        const found: FoundDifference[] = [];
        for (const format of sample.formats ?? formatNames) {
            const differences = compareBuilt(await theirs(sample.yaml, format), await ours(planned, format));
            found.push(...differences.map((each) => ({ ...each, format, sample: sample.name })));
        }
        return found;
    });
}

interface Answers {
    readonly theirs: string | undefined;
    readonly ours: string | undefined;
}

/** What both answer to YAML, in its first format: undefined where it builds, else what the refusal says. */
export function answersTo(sample: Sample, program: string, folder: string): Promise<Answers> {
    const [format = "tar"] = sample.formats ?? [];
    return withBoth(sample, program, folder, async ({ theirs, ours, plan }) => ({
        theirs: await refusal(() => theirs(sample.yaml, format)),
        ours: await refusal(async () => ours(await plan(sample.yaml), format)),
    }));
}

async function refusal(build: () => Promise<unknown>): Promise<string | undefined> {
    try {
        await build();
        return undefined;
    } catch (error) {
        return (error as Error).message;
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
