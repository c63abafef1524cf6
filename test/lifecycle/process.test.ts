import { spawn } from "node:child_process";
import { once } from "node:events";
import {
    commandLine,
    containsRow,
    findProcesses,
    hasEnded,
    identifyProcess,
    isAlive,
    livingSince,
} from "../../providers/lifecycle/process";

const idle = ["-e", "setInterval(() => {}, 1000)", "linuxkit mark", "second)word"];

test("a process is told by its pid and its start, found by its arguments, and gone when it has ended", async () => {
    const child = spawn(process.execPath, idle);
    await once(child, "spawn");
    const identity = await identifyProcess(child.pid as number);
    if (identity === undefined) throw new Error("not found");

    expect(await isAlive(identity)).toBe(true);
    expect(await isAlive({ ...identity, startTime: `${identity.startTime}0` })).toBe(false);
    expect(await commandLine(identity.pid)).toEqual([process.execPath, ...idle]);
    expect(await findProcesses(["linuxkit mark", "second)word"])).toEqual([identity]);
    expect(await findProcesses(["second)word", "linuxkit mark"])).toEqual([]);
    expect(await hasEnded(identity, 50)).toBe(false);

    child.kill("SIGKILL");
    expect(await hasEnded(identity, 10_000)).toBe(true);
    expect(await identifyProcess(identity.pid)).toBeUndefined();
});

test("a process that nobody reaps is none", async () => {
    const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 60"]);
    const [pid] = (await once(parent.stdout, "data")) as [Buffer];
    const zombie = Number(String(pid));
    const living = await identifyProcess(zombie);
    expect(await hasEnded(living ?? { pid: zombie, startTime: "ended before it was looked at" }, 30_000)).toBe(true);
    expect(await identifyProcess(zombie)).toBeUndefined();
    parent.kill("SIGKILL");
});

test.each([
    ["a living process", "S", 4, "777"],
    ["a first thread that ended, and others that hold the ports", "Z", 2, "777"],
    ["a process that only waits to be reaped", "Z", 1, undefined],
    ["a process that is dead", "X", 1, undefined],
])("%s, as /proc tells it", (_, state, threads, since) => {
    const fields = [state, ...Array<number>(16).fill(0), threads, 0, 777, 1];
    expect(livingSince(`12 (odd) Z (name) ${fields.join(" ")}\n`)).toBe(since);
});

test("a row of words stands together and in order", () => {
    expect(containsRow(["a", "b", "c"], ["b", "c"])).toBe(true);
    expect(containsRow(["a", "b", "c"], ["a", "c"])).toBe(false);
    expect(containsRow(["a"], ["a", "b"])).toBe(false);
});
