import { run } from "../../process/run.ts";
import { obtainLinuxkit } from "../../linuxkit/build.ts";
import type { Values } from "../measure/figures.ts";
import { interleaved, median } from "../measure/repeat.ts";
import type { Workshop } from "../measure/workshop.ts";
import type { RedisOs } from "../redis-os.ts";
import { type Measured, ownBuilder, theirBuilder } from "./builders.ts";
import { madeComponents, systemYaml } from "./components.ts";
import { makeLayout, materials } from "./layout.ts";

const ROUNDS = 5;
const FORMAT = "kernel+initrd";

/** Builds of one system by the real linuxkit and by the packed command, whole processes of both, taking turns. */
export async function measureBesideLinuxkit(redisOs: RedisOs, workshop: Workshop): Promise<Values> {
    const tasks = await prepare(redisOs, workshop);
    workshop.report.step(`Beside linuxkit: ${ROUNDS} rounds of ${Object.keys(tasks).join(", ")}, after one to warm up`);
    await interleaved(1, tasks);
    const rounds = await interleaved(ROUNDS, tasks);
    const seconds = (name: keyof typeof rounds): number => median(rounds[name].map((each) => each.seconds));
    const peak = (name: keyof typeof rounds): number => Math.max(...rounds[name].map((each) => each.peakBytes));
    for (const name of Object.keys(rounds) as (keyof typeof rounds)[]) {
        workshop.report.note(`${name}: ${seconds(name).toFixed(2)} s, ${(peak(name) / 1e6).toFixed(0)} MB`);
    }
    return {
        "linuxkit-cold": seconds("cold") / seconds("linuxkit"),
        "linuxkit-changed": seconds("changed") / seconds("linuxkit"),
        "linuxkit-unchanged": seconds("unchanged") / seconds("linuxkit"),
        "linuxkit-memory": Math.max(peak("cold"), peak("changed"), peak("unchanged")) / peak("linuxkit"),
        "raw-bios-to-initrd": seconds("raw-bios") / seconds("cold"),
        "raw-efi-to-initrd": seconds("raw-efi") / seconds("cold"),
    };
}

async function prepare(redisOs: RedisOs, workshop: Workshop) {
    const { report, root } = workshop;
    const linuxkit = await obtainLinuxkit({ root, env: process.env, run, report });
    report.step("Making the images that both build from");
    const { programs, kernel } = await materials(redisOs);
    const { images, redis } = madeComponents(programs, kernel, ROUNDS + 1);
    const layout = await makeLayout("layout", images, redisOs, workshop);
    const theirs = theirBuilder(linuxkit, layout, workshop);
    const ours = ownBuilder(layout, redisOs, workshop);
    let changes = 0;
    const yaml = (): string => systemYaml(layout.refer, redis[changes] ?? "");
    const cold = (format: string) => (): Promise<Measured> => {
        ours.cool();
        return ours.build(yaml(), format);
    };
    return {
        "raw-bios": cold("raw-bios"),
        "raw-efi": cold("raw-efi"),
        cold: cold(FORMAT),
        linuxkit: () => theirs(yaml(), FORMAT),
        changed: () => {
            changes += 1;
            return ours.build(yaml(), FORMAT);
        },
        unchanged: () => ours.build(yaml(), FORMAT),
    };
}
