import { randomBytes } from "node:crypto";
import { readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { ensureImage } from "../../../providers/image";
import type { ImagePlan } from "../../../providers/image/plan";
import { temporaryFolder } from "../../support/folder";
import { environment, planned, usual, writeFolder } from "./support/plan";
import { buildProcess } from "./support/process";

const folder = temporaryFolder();
const PEAK_LIMIT_BYTES = 300e6;

async function largePlan(sizeBytes: number): Promise<ImagePlan> {
    const env = environment(folder());
    const spec = usual(env);
    writeFolder(path.join(folder(), "web"), {
        large: randomBytes(sizeBytes / 2),
        text: Buffer.alloc(sizeBytes / 2, "some text that packs well, "),
    });
    return planned(spec, env);
}

test("two builds at once share the store and give the same image", async () => {
    const plan = await largePlan(20e6);
    const builds = Array.from({ length: 3 }, () => buildProcess(folder(), plan));
    const results = await Promise.all(builds.map(({ ended }) => ended));
    const [first] = results;
    expect(first?.sizeBytes).toBeGreaterThan(10e6);
    expect(results.map((result) => result?.sha256)).toEqual(results.map(() => first?.sha256));
});

test("a build killed at any point leaves nothing that a later one trusts", async () => {
    const plan = await largePlan(30e6);
    const env = environment(folder());
    const store = path.join(folder(), "store");
    const kernel = path.join(store, "blobs");
    const whole = await ensureImage(plan, env);
    for (const delay of [0, 5, 20, 50, 90, 140, 200, 280, 400]) {
        for (const name of readdirSync(store).filter((each) => path.join(store, each) !== kernel)) {
            rmSync(path.join(store, name), { recursive: true });
        }
        const { child, begun, ended } = buildProcess(folder(), plan);
        await begun;
        await sleep(delay);
        child.kill("SIGKILL");
        await ended;
        expect((await ensureImage(plan, env)).initrd).toEqual(whole.initrd);
    }
    expect(unfinished(store)).toEqual([]);
});

test("memory stays bounded however large a component is", async () => {
    const env = environment(folder());
    const spec = usual(env);
    writeFolder(path.join(folder(), "web"), { random: randomBytes(150e6) });
    const disk = path.join(folder(), "web", "disk");
    writeFileSync(disk, "");
    truncateSync(disk, 1200e6);
    const result = await buildProcess(folder(), await planned(spec, env)).ended;
    expect(result?.sizeBytes).toBeGreaterThan(150e6);
    expect(result?.peakBytes).toBeLessThan(PEAK_LIMIT_BYTES);
}, 300_000);

function unfinished(store: string): string[] {
    return readdirSync(store, { recursive: true, encoding: "utf8" }).filter((name) => name.includes("unfinished"));
}
