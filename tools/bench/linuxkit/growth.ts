import { rmSync } from "node:fs";
import type { Values } from "../measure/figures.ts";
import type { Workshop } from "../measure/workshop.ts";
import type { RedisOs } from "../redis-os.ts";
import { type OwnBuilder, ownBuilder } from "./builders.ts";
import { kernelImage, type MadeImage, type Material, takeFrom, takeMany, toolImage } from "./images.ts";
import { type Layout, makeLayout, materials } from "./layout.ts";

const KB = 1e3;
const MB = 1e6;
const SERVICES = [10, 100, 1000];
const IMAGE_SIZES = [10 * MB, 100 * MB, 1000 * MB, 4000 * MB];
const FILE_BYTES = 50 * MB;
const SERVICE_BYTES = 100 * KB;

interface Step {
    readonly name: string;
    readonly services: readonly MadeImage[];
}

/** A table of how time and memory grow with the number of services and with the size of an image. */
export async function measureGrowth(redisOs: RedisOs, workshop: Workshop): Promise<Values> {
    workshop.report.step(
        "Growth: cold and unchanged builds of more and more services, and of a larger and larger image",
    );
    const { programs, kernel } = await materials(redisOs);
    workshop.report.note("| services | cold s | cold MB | unchanged s | unchanged MB |");
    for (const { name, services } of steps(programs)) {
        const take = takeFrom(programs);
        const images = [kernelImage(take, kernel, 1), toolImage("init", [take("sbin/init", MB)]), ...services];
        const layout = await makeLayout("growth", images, redisOs, workshop);
        const cells = await measureStep(ownBuilder(layout, redisOs, workshop), yamlOf(layout, services));
        workshop.report.note(`| ${[name, ...cells].join(" | ")} |`);
        rmSync(layout.directory, { recursive: true });
    }
    return {};
}

function steps(programs: Material): readonly Step[] {
    const many = SERVICES.map((count): Step => {
        const take = takeFrom(programs);
        const service = (index: number): MadeImage =>
            toolImage(`service-${index}`, [take("usr/bin/it", SERVICE_BYTES)]);
        return {
            name: `${count} of ${SERVICE_BYTES / KB} kB`,
            services: Array.from({ length: count }, (_, index) => service(index)),
        };
    });
    const large = IMAGE_SIZES.map((sizeBytes): Step => {
        const fileBytes = Math.min(FILE_BYTES, sizeBytes);
        const files = takeMany(takeFrom(programs), "usr/lib/part-#", sizeBytes / fileBytes, fileBytes);
        return {
            name: `1 of ${sizeBytes / MB} MB`,
            services: [{ ...toolImage("service", files), isPacked: false }],
        };
    });
    return [...many, ...large];
}

function yamlOf({ refer }: Layout, services: readonly MadeImage[]): string {
    return [
        `kernel: {image: "${refer("docker.io/bench/kernel")}"}`,
        `init: ["${refer("docker.io/bench/init")}"]`,
        "services:",
        ...services.map(({ name }, index) => `  - {name: service-${index}, image: "${refer(name)}"}`),
        "",
    ].join("\n");
}

async function measureStep(ours: OwnBuilder, yaml: string): Promise<string[]> {
    ours.cool();
    const cold = await ours.build(yaml, "kernel+initrd");
    const unchanged = await ours.build(yaml, "kernel+initrd");
    ours.remove();
    return [cold, unchanged].flatMap(({ seconds, peakBytes }) => [seconds.toFixed(2), (peakBytes / MB).toFixed(0)]);
}
