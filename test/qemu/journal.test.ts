import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Journal } from "../../providers/qemu/journal/journal";
import { temporaryFolder } from "../support/folder";

const folder = temporaryFolder();

test("a draft goes with its dead writer, and stays while its writer lives", async () => {
    const machines = path.join(folder(), "machines");
    mkdirSync(machines);
    const dead = spawnSync(process.execPath, ["--version"]).pid;
    writeFileSync(path.join(machines, `.draft-${dead}-a`), "");
    writeFileSync(path.join(machines, `.draft-${process.pid}-b`), "");
    await new Journal(folder()).remove("no-machine");
    expect(readdirSync(machines)).toEqual([`.draft-${process.pid}-b`]);
});
