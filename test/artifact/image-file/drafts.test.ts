import { spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { draftName, sweepDrafts } from "../../../providers/artifact/image-file/drafts";
import { identifyProcess } from "../../../providers/lifecycle/process";
import { temporaryFolder } from "../../support/folder";

const folder = temporaryFolder();

test("a dead writer's draft goes; a living one's, another file's and another host's stay", async () => {
    const target = path.join(folder(), "os.iso");
    const own = await draftName(target);
    const dead = own.replace(`-${process.pid}-`, `-${await endedPid()}-`);
    const reused = own.replace(/-[0-9a-f]{8}-([0-9a-f]{8})$/, "-00000000-$1");
    const elsewhere = own.replace(/unfinished-[0-9a-f]{8}/, "unfinished-00000000").replace(`-${process.pid}-`, "-1-");
    const other = dead.replace("os.iso", "other.iso");
    for (const file of [own, dead, reused, elsewhere, other]) {
        writeFileSync(file, "");
    }
    await sweepDrafts(target);
    const left = [own, elsewhere, other].map((file) => path.basename(file)).toSorted();
    expect(readdirSync(folder()).toSorted()).toEqual(left);
    expect(existsSync(dead)).toBe(false);
});

test("a folder that is not there has no drafts", async () => {
    await sweepDrafts(path.join(folder(), "none", "os.iso"));
    expect(readdirSync(folder())).toEqual([]);
});

async function endedPid(): Promise<number> {
    const child = spawn(process.execPath, ["-e", ""]);
    await new Promise((resolve) => {
        child.once("exit", resolve);
    });
    const pid = child.pid ?? 0;
    expect(await identifyProcess(pid)).toBeUndefined();
    return pid;
}
