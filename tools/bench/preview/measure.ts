import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Values } from "../measure/figures.ts";
import { interleaved, median, secondsOf } from "../measure/repeat.ts";
import type { Workshop } from "../measure/workshop.ts";
import { ToolError } from "../../process/report.ts";
import type { RedisOs } from "../redis-os.ts";

const ROUNDS = 3;
const STACKS = ["machines", "plain"] as const;

/** `pulumi preview` of new stacks: 50 images and 50 machines, beside 100 plain dynamic resources of their size. */
export async function measurePreviews(redisOs: RedisOs, workshop: Workshop): Promise<Values> {
    workshop.report.step(`Previews: ${ROUNDS} rounds of 50 images with 50 machines and 100 plain resources, after one`);
    const project = await workshop.project("fleet", "tools/bench/preview/fleet");
    writeFileSync(join(project.programDirectory, "image.json"), JSON.stringify(redisOs.inputs));
    const pulumi = async (...args: string[]): Promise<void> => {
        const { code, output } = await project.pulumi([...args, "--non-interactive"]);
        if (code !== 0) {
            throw new ToolError(`pulumi ${args.join(" ")} failed:\n${output}`);
        }
    };
    for (const stack of STACKS) {
        await pulumi("stack", "init", stack);
    }
    const previews = {
        machines: () => secondsOf(() => pulumi("preview", "--stack", "machines")),
        plain: () => secondsOf(() => pulumi("preview", "--stack", "plain")),
    };
    await interleaved(1, previews);
    const seconds = await interleaved(ROUNDS, previews);
    const [machines, plain] = [median(seconds.machines), median(seconds.plain)];
    workshop.report.note(`medians: machines ${machines.toFixed(2)} s, plain ${plain.toFixed(2)} s`);
    return { "preview-to-plain": machines / plain };
}
