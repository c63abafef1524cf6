import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import path from "node:path";
import { filesBelow, processesOf } from "../../../tools/process/leftovers.ts";
import { run } from "../../../tools/process/run.ts";
import { temporaryFolder } from "../../support/folder";

const folder = temporaryFolder();

test("a process that names the folder is found until it ends", async () => {
    const program = "process.stdout.write('up'); setInterval(() => {}, 1000)";
    const child = spawn(process.execPath, ["-e", program, path.join(folder(), "machine")]);
    try {
        await once(child.stdout, "data");
        await expect(processesOf(folder(), run)).resolves.toEqual([expect.stringMatching(`^${child.pid} `)]);
    } finally {
        child.kill("SIGKILL");
        await once(child, "exit");
    }
    await expect(processesOf(folder(), run)).resolves.toEqual([]);
});

test("a process that works below the folder is found", async () => {
    mkdirSync(path.join(folder(), "machines"));
    const program = "process.stdout.write('up'); setInterval(() => {}, 1000)";
    const child = spawn(process.execPath, ["-e", program], { cwd: path.join(folder(), "machines") });
    try {
        await once(child.stdout, "data");
        await expect(processesOf(folder(), run)).resolves.toEqual([expect.stringMatching(`^${child.pid} `)]);
    } finally {
        child.kill("SIGKILL");
        await once(child, "exit");
    }
});

test("files at any depth are found; empty folders and an absent one are nothing", () => {
    mkdirSync(path.join(folder(), "machines/one"), { recursive: true });
    expect(filesBelow(folder())).toEqual([]);
    expect(filesBelow(path.join(folder(), "absent"))).toEqual([]);
    writeFileSync(path.join(folder(), "machines/one/pid"), "1");
    expect(filesBelow(folder())).toEqual(["machines/one/pid"]);
});
