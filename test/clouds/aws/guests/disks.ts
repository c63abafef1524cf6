import { existsSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { BLOCK_BYTES } from "../world/blocks.ts";
import type { Volume } from "../world/tables.ts";
import type { World } from "../world/world.ts";

const GIB = 2 ** 30;

/** A volume's disk: its snapshot's blocks in a sparse file at first, and from then on whatever guests wrote. */
export async function ensureDisk(world: World, volume: Volume, file: string): Promise<void> {
    if (!existsSync(file)) {
        const partial = `${file}.partial`;
        const disk = await open(partial, "w");
        try {
            for (const [index, hash] of world.blocks.all(volume.id)) {
                await disk.write(world.blocks.read(hash), 0, BLOCK_BYTES, index * BLOCK_BYTES);
            }
        } finally {
            await disk.close();
        }
        await rename(partial, file);
    }
    const disk = await open(file, "r+");
    try {
        const { size } = await disk.stat();
        // A volume may have been modified, to a larger size alone.
        await disk.truncate(Math.max(size, volume.sizeGib * GIB));
    } finally {
        await disk.close();
    }
}
