import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, utimesSync } from "node:fs";
import path from "node:path";

import { digestOf, ensureImage } from "../../../providers/image";
import { temporaryFolder } from "../../support/folder";
import { environment, planned, usual, writeFolder } from "./support/plan";
import { buildProcess } from "./support/process";

const folder = temporaryFolder();

test("another folder, umask, time zone, order of files and time give the same bytes", async () => {
    const one = path.join(folder(), "one");
    const other = path.join(folder(), "a much longer name", "other");
    const env = environment(one);
    const spec = usual(env);
    writeFolder(path.join(one, "web"), Object.fromEntries(names(200).map((name) => [name, `text of ${name}`])));
    const plan = await planned(spec, env);
    const built = await ensureImage(plan, env);

    mkdirSync(path.dirname(other), { recursive: true });
    copyBackwards(one, other);
    const otherPlan = await planned(spec, environment(other));
    expect(digestOf(otherPlan)).toBe(digestOf(plan));
    const umask = process.umask(0o077);
    const { ended } = buildProcess(other, otherPlan, {
        TZ: "Pacific/Kiritimati",
        LANG: "tr_TR.UTF-8",
        HOME: "/nowhere",
    });
    process.umask(umask);
    expect(await ended).toMatchObject(built.initrd);
});

test("what was cached and what is made anew are the same bytes", async () => {
    const env = environment(folder());
    const plan = await planned(usual(env), env);
    const first = readFileSync((await ensureImage(plan, env)).initrdPath);
    const other = { ...plan, components: { ...plan.components, files: { kind: "files" as const, files: {} } } };
    await ensureImage(other, env);
    renameSync(path.join(folder(), "store", "images"), path.join(folder(), "store", "gone"));
    expect(readFileSync((await ensureImage(plan, env)).initrdPath).equals(first)).toBe(true);
});

function names(count: number): string[] {
    return Array.from({ length: count }, (_, index) => `d${(index * 7) % 13}/file ${(index * 7919) % 1009}`);
}

/** Copies all but the store's own files, in the opposite order and with another time. */
function copyBackwards(from: string, to: string): void {
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(from).toSorted().toReversed()) {
        if (["segments", "images", "kernels", "leases", "key"].includes(name)) {
            continue;
        }
        const [source, target] = [path.join(from, name), path.join(to, name)];
        const isFolder = readdirSync(from, { withFileTypes: true }).some(
            (each) => each.name === name && each.isDirectory(),
        );
        if (isFolder) {
            copyBackwards(source, target);
        } else {
            cpSync(source, target);
        }
        utimesSync(target, 1, 1);
    }
}
