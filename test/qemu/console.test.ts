import { appendFile, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConsoleFollower, consoleLines, trimConsole } from "../../providers/qemu/machine/console";
import { waitForReady } from "../../providers/qemu/machine/readiness";

let directory: string;
let file: string;
beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "linuxkit-console-"));
    file = join(directory, "console.log");
});
afterEach(() => rm(directory, { recursive: true }));

function watch(changes: Partial<Parameters<typeof waitForReady>[0]> = {}): Parameters<typeof waitForReady>[0] {
    return {
        directory,
        offset: 0,
        timeoutSeconds: 10,
        isRunning: async () => true,
        errors: async () => "",
        signal: new AbortController().signal,
        onLine: () => {},
        ...changes,
    };
}

test("lines are what a person sees", () => {
    expect(consoleLines("\u001bc\u001b[2J\u001b[01;31mred\u001b[0m\r\n\r\n[    0.1] a\tb  \r\n\u0000")).toEqual([
        "red",
        "[    0.1] a\tb",
    ]);
});

test("a console is followed by whole lines, however it is written", async () => {
    const console = new ConsoleFollower(directory, 0);
    expect(await console.advance()).toEqual([]);
    await writeFile(file, "one\r\ntw");
    expect(await console.advance()).toEqual(["one"]);
    await appendFile(file, Buffer.from("o ü\r\nthr").subarray(0, 3));
    expect(await console.advance()).toEqual([]);
    await appendFile(file, Buffer.from("o ü\r\nthr").subarray(3));
    expect(await console.advance()).toEqual(["two ü"]);
    expect(console.last(2)).toEqual(["two ü", "thr"]);
});

test("a long console keeps its last part, from the beginning of a line", async () => {
    await writeFile(file, "x".repeat(100) + "\n" + "0123456789abcde\n".repeat(80_000));
    const size = await trimConsole(directory);
    expect(size).toBeLessThanOrEqual(1024 * 1024);
    expect(size % 16).toBe(0);
    expect((await stat(file)).size).toBe(size);
    expect(await trimConsole(directory)).toBe(size);
});

test.each(["linuxkit: ready", "linuxkit: ready 1f2e 3.21s", "[    3.210000] linuxkit: ready 1f2e"])(
    "ready is %s",
    async (line) => {
        const told: string[] = [];
        await writeFile(file, `linuxkit: service redis ready 3.2s\n${line}\n`);
        await waitForReady(watch({ onLine: (text) => told.push(text) }));
        expect(told).toEqual(["linuxkit: service redis ready 3.2s", line]);
    },
);

test.each(["linuxkit: service redis ready 3.2s", "say linuxkit: ready", "linuxkit: readying", "linuxkit: ready"])(
    "not ready by %j before this start, or without a line's end",
    async (line) => {
        const before = "linuxkit: ready\n";
        await writeFile(file, `${before}${line}${line === "linuxkit: ready" ? "" : "\n"}`);
        await expect(waitForReady(watch({ offset: before.length, timeoutSeconds: 0.2 }))).rejects.toMatchObject({
            code: "machine-timeout",
        });
    },
);

test.each([
    "[    1.0] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)",
    "[    2.1] Oops: int3: 0000 [#1] PREEMPT SMP NOPTI",
    "[    2.1] Internal error: Oops: 0000000096000004 [#1] SMP",
    "Kernel panic - not syncing: No working init found.",
    "[    2.1] traps: PANIC: double fault: 0000 [#1]",
    "[    0.9] Initramfs unpacking failed: junk at the end of compressed archive",
    "linuxkit: failed: onboot dhcp: no lease",
])("failed at once by %s", async (line) => {
    await writeFile(file, `before\n${line}\n`);
    const error = (await waitForReady(watch()).catch((cause: unknown) => cause)) as Error;
    expect(error).toMatchObject({ code: "machine-failed", fields: { console: ["before", line] } });
    expect(error.message.split("\n")[0]).toContain(line.replace(/^\[.*?\] |^linuxkit: /, ""));
});

test.each([
    "linuxkit: service web exited 1, restarting in 1s: Oops: no config yet",
    "[    4.2] linuxkit: service web exited 1, restarting in 1s: Kernel panic - not syncing: a test's text",
    "Oops: no config yet",
    "web: the log of yesterday: Kernel panic - not syncing: No working init found.",
])("what a service says is no failure of the machine: %s", async (line) => {
    await writeFile(file, `${line}\n`);
    await expect(waitForReady(watch({ timeoutSeconds: 0.2 }))).rejects.toMatchObject({ code: "machine-timeout" });
});

test("what QEMU had to say is told when it ends", async () => {
    await expect(
        waitForReady(watch({ isRunning: async () => false, errors: async () => "cannot set up guest memory" })),
    ).rejects.toThrow("the machine ended before it was ready: cannot set up guest memory\nits console is empty");
});
