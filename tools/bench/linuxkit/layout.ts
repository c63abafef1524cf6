import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Workshop } from "../measure/workshop.ts";
import type { RedisOs } from "../redis-os.ts";
import { ToolError } from "../../process/report.ts";
import type { MadeImage, Material } from "./images.ts";

export interface Layout {
    readonly directory: string;
    /** How YAML refers to an image, whatever the network: by its digest. */
    readonly refer: (name: string) => string;
}

/** Node's own program serves for programs, the kernel of RedisOS for a kernel. */
export async function materials(redisOs: RedisOs): Promise<{ readonly programs: Material; readonly kernel: Material }> {
    const { kernelPath } = await redisOs.build(redisOs.writePlan("kernel", redisOs.plan("fast")));
    return { programs: material(process.execPath), kernel: material(kernelPath) };
}

function material(file: string): Material {
    return { file, sizeBytes: statSync(file).size };
}

/** Writes images into an OCI layout, which the real linuxkit takes for its cache. */
export async function makeLayout(
    name: string,
    images: readonly MadeImage[],
    redisOs: RedisOs,
    workshop: Workshop,
): Promise<Layout> {
    const directory = join(workshop.directory, name);
    const imagesFile = `${directory}.json`;
    writeFileSync(imagesFile, JSON.stringify(images));
    const digests = JSON.parse(await redisOs.child("layout", imagesFile, directory)) as Record<string, string>;
    return {
        directory,
        refer: (image) => {
            const digest = digests[image];
            if (digest === undefined) {
                throw new ToolError(`no image is called ${image}`);
            }
            return `${image}@${digest}`;
        },
    };
}
