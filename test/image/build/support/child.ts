import { readFileSync } from "node:fs";

import { ensureImage } from "../../../../providers/image";
import type { ImagePlan } from "../../../../providers/image/plan";
import { peakBytes } from "../../../../tools/process/peak.cjs";
import { environment } from "./plan";

/** Builds the plan in `<folder>/plan.json` as a process of its own; says when it begins, and what came of it. */
async function main(folder: string): Promise<void> {
    const plan = JSON.parse(readFileSync(`${folder}/plan.json`, "utf8")) as ImagePlan;
    process.stdout.write("begin\n");
    const { initrd } = await ensureImage(plan, environment(folder));
    process.stdout.write(`${JSON.stringify({ ...initrd, peakBytes: peakBytes() })}\n`);
}

void main(process.argv[2] ?? "");
