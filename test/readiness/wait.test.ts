import type { BootingMachine } from "../../providers/readiness/machine";
import { type Clock, settledSeconds, type Wait, waitUntilReady } from "../../providers/readiness/wait";
import type { Readiness } from "../../sdk";

/** What a machine does from a moment on, in seconds of a clock that goes as fast as it is asked. */
interface Life {
    readonly lines?: Readonly<Record<number, readonly string[]>>;
    readonly runs?: readonly (readonly [from: number, to: number])[];
    readonly accepts?: { readonly port: number; readonly from: number };
    readonly ends?: { readonly at: number; readonly why: string };
}

class FakeMachine implements BootingMachine, Clock {
    readonly lookMilliseconds = 100;
    readonly seen: string[] = [];
    milliseconds = 0;
    constructor(private readonly life: Life) {}

    now = (): number => this.milliseconds;
    sleep = async (milliseconds: number): Promise<void> => void (this.milliseconds += milliseconds);
    get seconds(): number {
        return this.milliseconds / 1000;
    }

    ended = async (): Promise<string | undefined> =>
        this.life.ends !== undefined && this.seconds >= this.life.ends.at ? this.life.ends.why : undefined;

    freshLines = async (): Promise<readonly string[]> => {
        const due = Object.entries(this.life.lines ?? {}).filter(([at]) => Number(at) <= this.seconds);
        const fresh = due.flatMap(([, lines]) => lines).slice(this.seen.length);
        this.seen.push(...fresh);
        return fresh;
    };
    lastLines = (count: number): readonly string[] => this.seen.slice(-count);
    isRunning = async (): Promise<boolean> =>
        (this.life.runs ?? []).some(([from, to]) => this.seconds >= from && this.seconds < to);
    accepts = async (port: number): Promise<boolean> =>
        port === this.life.accepts?.port && this.seconds >= this.life.accepts.from;
}

/** The second at which it was ready, or the error. */
async function wait(readiness: Readiness, life: Life, changes: Partial<Wait> = {}): Promise<number | Error> {
    const machine = new FakeMachine(life);
    const signal = new AbortController().signal;
    try {
        await waitUntilReady(machine, {
            readiness,
            timeoutSeconds: 60,
            signal,
            onLine: () => {},
            clock: machine,
            ...changes,
        });
        return machine.seconds;
    } catch (error) {
        return error as Error;
    }
}

test.each([
    "linuxkit: ready",
    "linuxkit: ready 1f2e 3.21s",
    "[    3.210000] linuxkit: ready 1f2e",
    "[    3.2][   T42] linuxkit: ready",
])("the console says ready by %s, and its init's lines are told", async (line) => {
    const told: string[] = [];
    const lines = { 1: ["linuxkit: service redis ready 3.2s", "other"], 7: [line] };
    expect(await wait("console", { lines }, { onLine: (text) => told.push(text) })).toBe(7);
    expect(told).toEqual(["linuxkit: service redis ready 3.2s", line]);
});

test.each(["linuxkit: service redis ready 3.2s", "say linuxkit: ready", "linuxkit: readying"])(
    "the console does not say ready by %j, nor by the machine's running or taking connections",
    async (line) => {
        const life: Life = { lines: { 0: [line] }, runs: [[0, 99]], accepts: { port: 22, from: 0 } };
        expect(await wait("console", life)).toMatchObject({
            code: "machine-timeout",
            message: `the machine did not print "linuxkit: ready" within timeouts.create (60 s): look for what it waits for below, or give it more time\nthe last lines of its console:\n  | ${line}`,
        });
    },
);

test("running is to run without a pause", async () => {
    const life: Life = {
        runs: [
            [2, 6],
            [9, 99],
        ],
    };
    expect(await wait("running", life)).toBeCloseTo(9 + settledSeconds, 1);
    expect(await wait("running", { accepts: { port: 22, from: 0 }, lines: { 0: ["linuxkit: ready"] } })).toMatchObject({
        code: "machine-timeout",
        message: expect.stringContaining(`did not run for ${settledSeconds} s on end within timeouts.create (60 s)`),
    });
});

test("a port is ready when the machine takes a connection there, and by nothing else", async () => {
    expect(await wait({ tcp: 22 }, { accepts: { port: 22, from: 12 } })).toBeCloseTo(12, 1);
    const other: Life = { runs: [[0, 99]], lines: { 0: ["linuxkit: ready"] }, accepts: { port: 23, from: 0 } };
    expect(await wait({ tcp: 22 }, other)).toMatchObject({
        code: "machine-timeout",
        fields: { console: ["linuxkit: ready"] },
        message: expect.stringContaining("took a connection at TCP port 22 within timeouts.create (60 s)"),
    });
});

const kinds: readonly Readiness[] = ["console", "running", { tcp: 22 }];

describe.each(kinds)("%j", (readiness) => {
    test.each([
        "[    1.0] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)",
        "[    2.1] Oops: int3: 0000 [#1] PREEMPT SMP NOPTI",
        "[    2.1] Internal error: Oops: 0000000096000004 [#1] SMP",
        "[    1.2][    T1] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100",
        "[    1.2][   C0] Oops: general protection fault: 0000 [#1]",
        "[    2.1] Internal error: synchronous external abort: 0000000096000210 [#1] SMP",
        "Kernel panic - not syncing: No working init found.",
        "[    2.1] traps: PANIC: double fault: 0000 [#1]",
        "[    0.9] Initramfs unpacking failed: junk at the end of compressed archive",
        "linuxkit: failed: onboot dhcp: no lease",
    ])("failed at once by %s", async (line) => {
        const life: Life = { lines: { 2: ["before", line], 2.3: ["trace"] }, runs: [[0, 99]] };
        const error = (await wait(readiness, life)) as Error;
        expect(error).toMatchObject({ code: "machine-failed", fields: { console: ["before", line, "trace"] } });
        expect(error.message.split("\n")[0]).toContain(line.replace(/^\[.*?\] |^linuxkit: /, ""));
    });

    test.each([
        "linuxkit: service web exited 1, restarting in 1s: Oops: no config yet",
        "[    4.2] linuxkit: service web exited 1, restarting in 1s: Kernel panic - not syncing: a test's text",
        "Oops: no config yet",
        "[web][    T1] Kernel panic - not syncing: a test's text",
        "web: the log of yesterday: Kernel panic - not syncing: No working init found.",
    ])("what a service says is no failure of the machine: %s", async (line) => {
        expect(await wait(readiness, { lines: { 0: [line] } })).toMatchObject({ code: "machine-timeout" });
    });

    test("the end of the machine is told, with its last lines", async () => {
        const ends = { at: 3, why: "cannot set up guest memory" };
        expect(await wait(readiness, { ends, runs: [[0, 99]] })).toMatchObject({
            code: "machine-failed",
            message: "the machine ended before it was ready: cannot set up guest memory\nits console is empty",
        });
    });

    test("Ctrl-C ends the wait", async () => {
        const signal = AbortSignal.abort("Ctrl-C");
        expect(await wait(readiness, { lines: { 0: ["booting"] } }, { signal })).toMatchObject({
            code: "interrupted",
            fields: { console: ["booting"] },
        });
    });
});

test("what comes first decides", async () => {
    const failed = "linuxkit: failed: onboot dhcp: no lease";
    expect(await wait("console", { lines: { 0: ["linuxkit: ready", failed] } })).toBe(0);
    expect(await wait("console", { lines: { 0: [failed, "linuxkit: ready"] } })).toMatchObject({
        code: "machine-failed",
    });
    expect(await wait("console", { lines: { 0: ["linuxkit: ready"] }, ends: { at: 0, why: "off" } })).toBe(0);
});
