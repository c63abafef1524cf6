import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";

import { unlessLeased, whileLeased } from "../../../providers/image/store/lease";
import { prune } from "../../../providers/image/store/prune";
import { temporaryFolder } from "../../support/folder";

const store = temporaryFolder();
const { signal } = new AbortController();
const GONE_PID = 2 ** 22 + 1;

function put(name: string, sizeBytes: number, usedSecondsAgo: number): string {
    const file = path.join(store(), name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, Buffer.alloc(sizeBytes));
    const used = Date.now() / 1000 - usedSecondsAgo;
    utimesSync(file, used, used);
    return file;
}

test("removes what was used longest ago until the store is small enough", async () => {
    const oldest = put("blobs/sha256/oldest", 400, 300);
    const older = put("segments/older", 400, 200);
    const kept = put("kernels/kept", 400, 500);
    const newest = put("images/newest", 400, 100);
    await prune(store(), 1000, [kept]);
    expect([oldest, older, kept, newest].map((file) => existsSync(file))).toEqual([false, false, true, true]);
});

test("package indexes count, and go when they are the oldest", async () => {
    const index = put("indexes/packages-a", 900, 300);
    const segment = put("segments/a", 400, 200);
    await prune(store(), 1000, []);
    expect([index, segment].map((file) => existsSync(file))).toEqual([false, true]);
});

test("removes nothing while it is small enough, and nothing that it does not know", async () => {
    const files = [put("segments/a", 400, 9), put("images/b", 400, 9), put("key", 32, 9), put("other/c", 5000, 9)];
    await prune(store(), 1000, []);
    expect(files.every((file) => existsSync(file))).toBe(true);
});

test("removes what killed builds left unfinished, and leaves what living ones write", async () => {
    const abandoned = put(`segments/unfinished-${GONE_PID}-0123456789abcdef`, 10, 0);
    const living = put(`segments/unfinished-${process.pid}-0123456789abcdef`, 10, 0);
    await prune(store(), 1000, []);
    expect([existsSync(abandoned), existsSync(living)]).toEqual([false, true]);
});

test("removes nothing while a build uses the store", async () => {
    const file = put("segments/used", 5000, 1000);
    await whileLeased(store(), signal, async () => {
        await prune(store(), 10, []);
        expect(existsSync(file)).toBe(true);
    });
    await prune(store(), 10, []);
    expect(existsSync(file)).toBe(false);
});

test("a build waits until pruning is done", async () => {
    const events: string[] = [];
    let build: Promise<void> | undefined;
    await unlessLeased(store(), async () => {
        build = whileLeased(store(), signal, async () => void events.push("build"));
        await new Promise((resolve) => setTimeout(resolve, 100));
        events.push("pruned");
    });
    await build;
    expect(events).toEqual(["pruned", "build"]);
});

test("a waiting build can be called off", async () => {
    const abort = new AbortController();
    await unlessLeased(store(), async () => {
        const build = whileLeased(store(), abort.signal, () => Promise.resolve());
        setTimeout(() => abort.abort(), 20);
        await expect(build).rejects.toThrow(/abort/i);
    });
});

test("flags of processes that are gone do not count", async () => {
    const directory = path.join(store(), "leases", "builds");
    await whileLeased(store(), signal, () => Promise.resolve());
    const host = (await import("node:os")).hostname();
    writeFileSync(path.join(directory, "dead"), JSON.stringify({ pid: GONE_PID, host }));
    const file = put("segments/old", 5000, 1000);
    await prune(store(), 10, []);
    expect(existsSync(file)).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
});

test("flags of other hosts count for a day", async () => {
    const directory = path.join(store(), "leases", "builds");
    mkdirSync(directory, { recursive: true });
    const flag = path.join(directory, "elsewhere");
    writeFileSync(flag, JSON.stringify({ pid: GONE_PID, host: "another-host" }));
    const file = put("segments/old", 5000, 1000);
    await prune(store(), 10, []);
    expect(existsSync(file)).toBe(true);
    utimesSync(flag, new Date(0), new Date(0));
    await prune(store(), 10, []);
    expect(existsSync(file)).toBe(false);
});
