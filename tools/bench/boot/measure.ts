import { join } from "node:path";
import type { Values } from "../measure/figures.ts";
import { interleaved, median } from "../measure/repeat.ts";
import type { Workshop } from "../measure/workshop.ts";
import type { BuiltImage, RedisOs } from "../redis-os.ts";
import { type Guest, startGuest } from "./guest.ts";
import { firstPong, freePort } from "./pong.ts";

const ROUNDS = 5;
const BOOTS_IN_A_ROW = 30;
const BARE_LINE = "bench: the init of a bare initrd";
const READY = /^linuxkit: ready\b/;

type Image = Pick<BuiltImage, "kernelPath" | "initrdPath" | "cmdline">;

/** RedisOS until it is ready and until it answers, beside the same kernel until a bare initrd's init prints a line. */
export async function measureBoots(redisOs: RedisOs, workshop: Workshop): Promise<Values> {
    workshop.report.step(`Boots: ${ROUNDS} rounds of a bare initrd and RedisOS`);
    const image = await redisOs.build(redisOs.writePlan("redis-os", redisOs.plan("fast")));
    const initrdPath = join(workshop.directory, "bare.initrd");
    await redisOs.child("bare", image.initrdPath, initrdPath, BARE_LINE);
    const { bare, redis } = await interleaved<"bare" | "redis", readonly number[]>(ROUNDS, {
        bare: () =>
            boot({ ...image, initrdPath }, workshop, async (guest) => [await guest.line(new RegExp(BARE_LINE))]),
        redis: () => boot(image, workshop, untilPong),
    });
    const [init, ready, pong] = [medianOf(bare, 0), medianOf(redis, 0), medianOf(redis, 1)] as const;
    const shown = Object.entries({ "bare init": init, ready, PONG: pong }).map(
        ([name, s]) => `${name} ${s.toFixed(2)} s`,
    );
    workshop.report.note(`medians: ${shown.join(", ")}`);
    return { "boot-ready-to-bare": ready / init, "boot-pong-to-bare": pong / init };
}

/** How many of 30 boots did not end with an answer. */
export async function countFailedBoots(redisOs: RedisOs, workshop: Workshop): Promise<Values> {
    workshop.report.step(`Boots: RedisOS ${BOOTS_IN_A_ROW} times in a row`);
    const image = await redisOs.build(redisOs.writePlan("redis-os", redisOs.plan("fast")));
    let failed = 0;
    for (let number = 1; number <= BOOTS_IN_A_ROW; number++) {
        await boot(image, workshop, untilPong).catch((error: unknown) => {
            failed += 1;
            workshop.report.note(`boot ${number} failed: ${error instanceof Error ? error.message : String(error)}`);
        });
    }
    return { "boots-failed": failed };
}

async function boot<T>(
    image: Image,
    workshop: Workshop,
    watch: (guest: Guest, port: number) => Promise<T>,
): Promise<T> {
    const port = await freePort();
    const guest = startGuest({ ...image, port }, (stop) => workshop.atEnd(stop));
    try {
        return await watch(guest, port);
    } finally {
        await guest.end();
    }
}

/** Seconds until it is ready, and until it answers; it is asked once its init has begun to speak. */
async function untilPong(guest: Guest, port: number): Promise<readonly number[]> {
    await guest.line(/^linuxkit: /);
    return Promise.all([guest.line(READY), guest.until("PONG", (signal) => firstPong(port, signal))]);
}

function medianOf(rounds: readonly (readonly number[])[], index: number): number {
    return median(rounds.map((times) => times[index] ?? Number.NaN));
}
