import { parseArgs } from "node:util";
import type { Report } from "../process/report.ts";
import { runMain } from "../process/report.ts";
import { setUp } from "../setup/setup.ts";
import { BENCH_PROGRAMS } from "../setup/system.ts";
import { countFailedBoots, measureBoots } from "./boot/measure.ts";
import { measureBuilds } from "./build/measure.ts";
import { measureGrowth } from "./linuxkit/growth.ts";
import { measureBesideLinuxkit } from "./linuxkit/measure.ts";
import type { Group, Values } from "./measure/figures.ts";
import { formatTable, judge } from "./measure/figures.ts";
import { selectGroups } from "./measure/selection.ts";
import type { Workshop } from "./measure/workshop.ts";
import { openWorkshop } from "./measure/workshop.ts";
import { measurePreviews } from "./preview/measure.ts";
import type { RedisOs } from "./redis-os.ts";
import { prepareRedisOs } from "./redis-os.ts";
import { measureSizes } from "./size.ts";
import { measureUploads } from "./upload/measure.ts";

const root = process.cwd();

/** Standard output is the figures' alone. */
const report: Report = {
    step: (message) => console.error(`==> ${message}`),
    note: (message) => console.error(`    ${message}`),
};

const measure: Readonly<Record<Group, (redisOs: RedisOs, workshop: Workshop) => Promise<Values>>> = {
    size: measureSizes,
    build: measureBuilds,
    linuxkit: measureBesideLinuxkit,
    preview: measurePreviews,
    boot: measureBoots,
    boots: countFailedBoots,
    upload: measureUploads,
    growth: measureGrowth,
};

/** `main.ts [--only size,build,...] [--json]`: measures, and fails where a figure is above its bar. */
await runMain(async () => {
    const { values } = parseArgs({ options: { only: { type: "string" }, json: { type: "boolean", default: false } } });
    const groups = selectGroups(values.only);
    const workshop = openWorkshop(root, await setUp(root, BENCH_PROGRAMS, report), report);
    const redisOs = await prepareRedisOs(root, workshop);
    const measured: Values = {};
    for (const group of groups) {
        Object.assign(measured, await measure[group](redisOs, workshop));
    }
    const judged = judge(measured);
    console.log(values.json ? JSON.stringify(judged, undefined, 4) : formatTable(judged));
    return judged.every(({ holds }) => holds) ? 0 : 1;
});
