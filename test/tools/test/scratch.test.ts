import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { run } from "../../../tools/process/run.ts";
import { withScratch } from "../../../tools/test/scratch.ts";

test("the folder is removed, and with it a detached process that names it, whatever came of the work", async () => {
    let lent = "";
    let ended: Promise<unknown> | undefined;
    const work = withScratch(run, async (directory) => {
        lent = directory;
        writeFileSync(path.join(directory, "disk"), "");
        const program = "process.stdout.write('up'); setInterval(() => {}, 1000)";
        const machine = spawn(process.execPath, ["-e", program, path.join(directory, "disk")], { detached: true });
        ended = once(machine, "exit");
        await once(machine.stdout, "data");
        throw new Error("cut short");
    });
    await expect(work).rejects.toThrow("cut short");
    await expect(ended).resolves.toEqual([null, "SIGKILL"]);
    expect(existsSync(lent)).toBe(false);
});

test("the work's result is handed on", async () => {
    await expect(withScratch(run, (directory) => Promise.resolve(path.isAbsolute(directory)))).resolves.toBe(true);
});
