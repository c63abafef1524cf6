import { createHash, randomBytes } from "node:crypto";
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { open, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { obtainBotocore } from "../../../../tools/botocore/obtain.ts";
import { run } from "../../../../tools/process/run.ts";
import { startEmulator } from "../emulator.ts";
import { loadModels } from "../model/load.ts";

/**
 * `main.ts [--coldsnap <program>]`: uploads a disk image to the emulator with coldsnap, a client of EBS direct in Rust
 * that is not ours, and downloads it again: both must be the same to the byte. Once with blocks of zeros, which the
 * client sends unless told not to, and once without. Without a program it builds one with cargo, which takes a quarter of
 * an hour.
 */
const VERSION = "0.12.0";
const BLOCK = 524_288;
const GIB = 2 ** 30;
/** Blocks of data, of which the last is the disk's end, with holes between. */
const WRITTEN = [0, 1, 5, 700, 1_400];
const DISK_BYTES = 1_400 * BLOCK + 12_345;

const { values } = parseArgs({ options: { coldsnap: { type: "string" } } });
const folder = mkdtempSync(join(tmpdir(), "coldsnap-"));
try {
    const program = values.coldsnap ?? (await build());
    await upAndDown(program);
} finally {
    rmSync(folder, { recursive: true, force: true });
}

async function build(): Promise<string> {
    console.error(`Building coldsnap ${VERSION} (a quarter of an hour)`);
    const target = join(folder, "target");
    const args = ["install", "coldsnap", "--version", VERSION, "--locked", "--root", folder, "--target-dir", target];
    await succeed("cargo", args);
    return join(folder, "bin", "coldsnap");
}

async function upAndDown(program: string): Promise<void> {
    const disk = join(folder, "disk.raw");
    const root = join(import.meta.dirname, "../../../..");
    const report = { step: console.error, note: console.error };
    const models = loadModels(await obtainBotocore({ root, env: process.env, run, report }));
    const emulator = await startEmulator(models, join(folder, "state"), 0, "off");
    try {
        const client = [...["--region", "eu-central-1"], "--endpoint", emulator.endpoint];
        for (const zeros of [[], ["--omit-zero-blocks"]]) {
            await makeDisk(disk);
            const again = join(folder, `again${zeros.join("")}.raw`);
            const tag = "Key=by,Value=coldsnap";
            const upload = ["upload", "--no-progress", "--wait", "--tag", tag, "--description", "there and back"];
            const snapshot = (await succeed(program, [...client, ...upload, ...zeros, disk])).trim();
            await succeed(program, [...client, "download", "--no-progress", snapshot, again]);
            await compare(disk, again);
        }
    } finally {
        await emulator.close();
    }
    console.log(`coldsnap ${VERSION}: ${DISK_BYTES} bytes went up and came down the same, with and without zeros`);
}

async function makeDisk(file: string): Promise<void> {
    const disk = await open(file, "w");
    for (const index of WRITTEN) {
        await disk.write(randomBytes(Math.min(BLOCK, DISK_BYTES - index * BLOCK)), 0, undefined, index * BLOCK);
    }
    await disk.close();
}

/** What came down has the size of a volume: the rest of it must be zeros. Both files are that large afterwards. */
async function compare(disk: string, again: string): Promise<void> {
    const { size } = await stat(again);
    if (size !== GIB) {
        throw new Error(`What came down has ${size} bytes, not those of a volume of 1 GiB`);
    }
    await truncate(disk, GIB);
    const [before, after] = [await digest(disk), await digest(again)];
    if (before !== after) {
        throw new Error(`What came down has another SHA-256: ${after}, not ${before}`);
    }
}

async function digest(file: string): Promise<string> {
    const hash = createHash("sha256");
    for await (const piece of createReadStream(file)) {
        hash.update(piece as Buffer);
    }
    return hash.digest("hex");
}

async function succeed(command: string, args: readonly string[]): Promise<string> {
    const env = { ...process.env, AWS_ACCESS_KEY_ID: "AKIAEMULATOR00000001", AWS_SECRET_ACCESS_KEY: "emulator" };
    const { code, output, stdout } = await run(command, args, { env });
    if (code !== 0) {
        throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${output.slice(-4_000)}`);
    }
    return stdout;
}
