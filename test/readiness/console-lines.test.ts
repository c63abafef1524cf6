import { consoleLines, failureReasons } from "../../providers/readiness/console-lines";

test("lines are what a person sees", () => {
    expect(consoleLines("\u001bc\u001b[2J\u001b[01;31mred\u001b[0m\r\n\r\n[    0.1] a\tb  \r\n\u0000")).toEqual([
        "red",
        "[    0.1] a\tb",
    ]);
});

test("a reason is told once, without what surrounds it", () => {
    const panic = "Kernel panic - not syncing: Attempted to kill init!";
    const lines = [`[    0.9] ${panic}`, "[    0.9] CPU: 0", `[    1.0] ---[ end ${panic} ]---`, "linuxkit: failed: a"];
    expect(failureReasons(lines)).toEqual([panic, "failed: a"]);
});
