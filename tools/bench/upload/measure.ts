import { randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT_CREDENTIALS } from "../../../test/clouds/aws/http/accounts.ts";
import type { Values } from "../measure/figures.ts";
import { interleaved, median } from "../measure/repeat.ts";
import type { Workshop } from "../measure/workshop.ts";
import type { RedisOs } from "../redis-os.ts";
import { startEmulator } from "./emulator.ts";

const ROUNDS = 5;
const BLOCK_BYTES = 524_288;
const SIZE_GIB = 4;
/** Every twelfth block of the disk holds data that cannot be compressed: 640 blocks, 335 MB. */
const BLOCKS = 640;
const STRIDE = 12;

interface Uploaded {
    /** From StartSnapshot to CompleteSnapshot. */
    readonly seconds: number;
    readonly peakBytes?: number;
}

/** An upload of a disk by `aws.Image`, beside a plain loop of requests with the same blocks to the same emulator. */
export async function measureUploads(redisOs: RedisOs, workshop: Workshop): Promise<Values> {
    workshop.report.step(`Uploads: ${ROUNDS} rounds of ${BLOCKS} blocks by aws.Image and by a plain loop, after one`);
    const child = await uploader(redisOs, workshop);
    let images = 0;
    const uploads = {
        image: () => child("upload", `image-${images++}`),
        plain: () => child("put-blocks"),
    };
    await interleaved(1, uploads);
    const rounds = await interleaved(ROUNDS, uploads);
    const [image, plain] = [rounds.image, rounds.plain].map((each) => median(each.map(({ seconds }) => seconds)));
    workshop.report.note(`medians: aws.Image ${image?.toFixed(2)} s, plain ${plain?.toFixed(2)} s`);
    return {
        "upload-to-plain": Number(image) / Number(plain),
        "upload-memory": Math.max(...rounds.image.map(({ peakBytes = NaN }) => peakBytes)) / 1e6,
    };
}

/** Runs a child with the emulator and the disk; its store and its credentials are the bench's own. */
async function uploader(
    { installed }: RedisOs,
    workshop: Workshop,
): Promise<(name: string, ...args: readonly string[]) => Promise<Uploaded>> {
    const endpoint = await startEmulator(workshop);
    const file = join(workshop.directory, "blocks");
    await writeBlocks(file);
    const disk = JSON.stringify({ file, sizeBytes: SIZE_GIB * 2 ** 30, stride: STRIDE });
    const [account] = DEFAULT_CREDENTIALS;
    const env = {
        ...process.env,
        XDG_CACHE_HOME: join(workshop.directory, "cache"),
        AWS_ACCESS_KEY_ID: account?.accessKeyId,
        AWS_SECRET_ACCESS_KEY: account?.secretAccessKey,
    };
    return async (name, ...args) => {
        const script = join(workshop.root, "tools", "bench", "children", `${name}.cjs`);
        const words = [script, installed, endpoint, disk, ...args];
        return JSON.parse((await workshop.run(process.execPath, words, workshop.directory, env)).stdout) as Uploaded;
    };
}

async function writeBlocks(file: string): Promise<void> {
    const handle = await open(file, "wx");
    try {
        for (let block = 0; block < BLOCKS; block++) {
            await handle.write(randomBytes(BLOCK_BYTES));
        }
    } finally {
        await handle.close();
    }
}
