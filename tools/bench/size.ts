import type { Values } from "./measure/figures.ts";
import type { Workshop } from "./measure/workshop.ts";
import type { RedisOs } from "./redis-os.ts";

/** Kernel and initrd of RedisOS, in MB. */
export async function measureSizes(redisOs: RedisOs, workshop: Workshop): Promise<Values> {
    const sizes = { fast: 0, smallest: 0 };
    for (const compression of ["fast", "smallest"] as const) {
        workshop.report.step(`Size: building RedisOS, compressed ${compression}`);
        const file = redisOs.writePlan(compression, redisOs.plan(compression));
        const { kernel, initrd } = await redisOs.build(file);
        sizes[compression] = (kernel.sizeBytes + initrd.sizeBytes) / 1e6;
    }
    return { "size-fast": sizes.fast, "size-smallest": sizes.smallest };
}
