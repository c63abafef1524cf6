import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeOnce, toolCache } from "../../../tools/pulumi/cache.ts";
import { temporaryFolder } from "../../support/folder";
import { recordingReport } from "../../support/recorder";

const folder = temporaryFolder();

test("what is made takes its name only when it is whole", async () => {
    const directory = path.join(folder(), "cache/tool");
    await makeOnce(
        directory,
        async (partial) => {
            writeFileSync(path.join(partial, "program"), "whole");
            expect(existsSync(directory)).toBe(false);
            await sleep(1);
        },
        recordingReport(),
    );
    expect(readdirSync(path.dirname(directory))).toEqual(["tool"]);
    expect(readdirSync(directory)).toEqual(["program"]);
});

test("what failed leaves nothing", async () => {
    const directory = path.join(folder(), "cache/tool");
    const make = (): Promise<void> => Promise.reject(new Error("no compiler"));
    await expect(makeOnce(directory, make, recordingReport())).rejects.toThrow("no compiler");
    expect(readdirSync(path.dirname(directory))).toEqual([]);
});

test("what a killed maker left is not trusted, and removed", async () => {
    const directory = path.join(folder(), "tool");
    mkdirSync(`${directory}.4711.partial`);
    writeFileSync(path.join(`${directory}.4711.partial`, "half"), "");
    mkdirSync(path.join(folder(), "toolbox.4711.partial"));
    await makeOnce(directory, () => Promise.resolve(), recordingReport());
    expect(readdirSync(folder()).toSorted()).toEqual(["tool", "toolbox.4711.partial"]);
});

test("two at once make it once; the second waits and says so", async () => {
    const directory = path.join(folder(), "tool");
    const reports = [recordingReport(), recordingReport()];
    const make = jest.fn(() => sleep(300));
    await Promise.all(reports.map((report) => makeOnce(directory, make, report)));
    expect(make).toHaveBeenCalledTimes(1);
    expect(reports.flatMap(({ lines }) => lines)).toEqual(["waiting for another process that is making tool"]);
});

test("when the first of two fails, the second makes it", async () => {
    const directory = path.join(folder(), "tool");
    const make = jest
        .fn<Promise<void>, [string]>()
        .mockImplementationOnce(() => sleep(100).then(() => Promise.reject(new Error("killed"))))
        .mockResolvedValueOnce(undefined);
    const results = await Promise.allSettled([
        makeOnce(directory, make, recordingReport()),
        makeOnce(directory, make, recordingReport()),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(existsSync(directory)).toBe(true);
});

test("the cache follows XDG_CACHE_HOME", () => {
    expect(toolCache({ XDG_CACHE_HOME: "/caches" })).toBe("/caches/pulumi-linuxkit-tools");
    expect(toolCache({})).toMatch(/\/\.cache\/pulumi-linuxkit-tools$/);
});
