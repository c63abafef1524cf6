import { consoleLines, failureReasons } from "../../providers/readiness/console-lines";

test("lines are what a person sees", () => {
    expect(consoleLines("\u001bc\u001b[2J\u001b[01;31mred\u001b[0m\r\n\r\n[    0.1] a\tb  \r\n\u0000")).toEqual([
        "red",
        "[    0.1] a\tb",
    ]);
});

test.each([
    ["~ # \u001b[6n", "linuxkit: ready e05fb7b4 7.15s"],
    ["~ # ", "[    7.1] linuxkit: ready e05fb7b4 7.15s"],
    ["linuxkit-5254:/etc# ", "[   12.3][    T1] Kernel panic - not syncing: Attempted to kill init!"],
    ["/ # \u001b[6n", "Internal error: synchronous external abort: 0000000096000210 [#1] SMP"],
])("what the kernel or our init says behind the prompt %j is a line of its own: %s", (prompt, line) => {
    expect(consoleLines(`before\r\n${prompt}${line}\r\n`)).toEqual([
        "before",
        prompt.split(" \u001b")[0]?.trimEnd(),
        line,
    ]);
});

test.each([
    "~ # echo linuxkit: ready",
    "~ # dmesg | grep 'Kernel panic - not syncing'",
    "a price of $ linuxkit: ready",
    "linuxkit: service web exited 1: # linuxkit: ready",
])("what was typed, or is part of a longer line, stays with it: %s", (line) => {
    expect(consoleLines(line)).toEqual([line]);
});

test("a reason is told once, without what surrounds it", () => {
    const panic = "Kernel panic - not syncing: Attempted to kill init!";
    const lines = [
        `[    0.9] ${panic}`,
        "[    0.9] CPU: 0",
        `[    1.0][    T1] ---[ end ${panic} ]---`,
        "linuxkit: failed: a",
    ];
    expect(failureReasons(lines)).toEqual([panic, "failed: a"]);
});
