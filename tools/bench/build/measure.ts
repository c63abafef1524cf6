import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Values } from "../measure/figures.ts";
import { interleaved, median } from "../measure/repeat.ts";
import type { Workshop } from "../measure/workshop.ts";
import type { BuiltImage, RedisOs } from "../redis-os.ts";
import { type NativeWork, prepareNative } from "./native.ts";
import { packageHashes, withRedisMemory } from "./plan.ts";
import { packageFile, seedStore, sharedStore } from "./store.ts";

const ROUNDS = 5;

/** Builds of RedisOS, each a process of its own, beside the same work done by native programs. */
export async function measureBuilds(redisOs: RedisOs, workshop: Workshop): Promise<Values> {
    workshop.report.step(`Builds: ${ROUNDS} rounds of cold, native, changed and unchanged, after one to warm up`);
    const tasks = await prepareBuilds(redisOs, workshop);
    await interleaved(1, tasks);
    const rounds = await interleaved(ROUNDS, tasks);
    const seconds = (name: keyof typeof rounds): number => median(rounds[name].map((each) => each.seconds));
    const [cold, native, changed, unchanged] = (["cold", "native", "changed", "unchanged"] as const).map(seconds) as [
        number,
        number,
        number,
        number,
    ];
    const shown = Object.entries({ cold, native, changed, unchanged }).map(
        ([name, each]) => `${name} ${each.toFixed(2)} s`,
    );
    workshop.report.note(`medians: ${shown.join(", ")}`);
    return {
        "build-cold-to-native": cold / native,
        "build-changed-to-cold": changed / cold,
        "build-unchanged-to-cold": unchanged / cold,
        "build-cold-memory": Math.max(...rounds.cold.map(({ peakBytes }) => peakBytes)) / 1e6,
    };
}

/** Downloads what is missing, once, into a store of which every round's cold build gets a copy of the packages alone. */
async function prepareBuilds(redisOs: RedisOs, workshop: Workshop) {
    const plan = redisOs.plan("fast");
    const hashes = packageHashes(plan);
    const planFile = redisOs.writePlan("redis-os", plan);
    const template = join(workshop.directory, "template");
    seedStore(template, sharedStore(process.env), hashes);
    const { initrdPath } = await redisOs.build(planFile, template);
    const packages = hashes.map((hash) => packageFile(template, hash));
    const native = await prepareNative(packages, (file) => redisOs.child("contents", initrdPath, file), workshop);
    return buildTasks({ redisOs, planFile, template, store: join(workshop.directory, "store"), native });
}

interface Builds {
    readonly redisOs: RedisOs;
    readonly planFile: string;
    readonly template: string;
    /** Where each round's cold build begins anew, and the others go on. */
    readonly store: string;
    readonly native: NativeWork;
}

function buildTasks({ redisOs, planFile, template, store, native }: Builds) {
    const plan = redisOs.plan("fast");
    let changes = 0;
    return {
        cold: async () => {
            rmSync(store, { recursive: true, force: true });
            seedStore(store, template, packageHashes(plan));
            return measured(() => redisOs.build(planFile, store));
        },
        native: async () => measured(() => native.run()),
        changed: async () => {
            const changed = redisOs.writePlan("changed", withRedisMemory(plan, ++changes));
            return measured(() => redisOs.build(changed, store));
        },
        unchanged: async () => measured(() => redisOs.build(planFile, store)),
    };
}

interface Measured {
    readonly seconds: number;
    readonly peakBytes: number;
}

async function measured(work: () => Promise<BuiltImage | void>): Promise<Measured> {
    const start = performance.now();
    const built = await work();
    return { seconds: (performance.now() - start) / 1000, peakBytes: built?.peakBytes ?? 0 };
}
