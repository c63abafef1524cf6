import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Run } from "../../../tools/process/run.ts";
import { packPackage } from "../../../tools/setup/package.ts";
import { temporaryFolder } from "../../support/folder";
import { recordingReport } from "../../support/recorder";

const folder = temporaryFolder();

beforeEach(() => {
    writeFileSync(path.join(folder(), "package.json"), JSON.stringify({ name: "thing", version: "1.2.3" }));
    mkdirSync(path.join(folder(), "sdk"));
    writeFileSync(path.join(folder(), "sdk/index.ts"), "export {};");
});

/** Stands in for tsc, which copies the source, and for npm pack. */
const compiler: Run = (command, args) => {
    const target = args.at(-1)!;
    if (command.endsWith("tsc")) {
        mkdirSync(target);
        writeFileSync(path.join(target, "index.js"), readFileSync(path.join(folder(), "sdk/index.ts")));
    } else {
        writeFileSync(path.join(target, "thing-1.2.3.tgz"), readFileSync(path.join(folder(), "dist/index.js")));
    }
    return Promise.resolve({ code: 0, output: "", stdout: "" });
};

async function pack(run: Run = compiler): Promise<{ tarball: string; steps: string[] }> {
    const report = recordingReport();
    return { tarball: await packPackage(folder(), { run, report }), steps: report.lines };
}

test("it is built and packed once, and again when a source changes", async () => {
    const first = await pack();
    expect(first.steps).toEqual(["Building the package with tsc", "Packing the package with npm pack"]);
    expect(readFileSync(first.tarball, "utf8")).toBe("export {};");
    await expect(pack()).resolves.toEqual({ tarball: first.tarball, steps: [] });

    writeFileSync(path.join(folder(), "sdk/index.ts"), "export const changed = 1;");
    expect(readFileSync((await pack()).tarball, "utf8")).toBe("export const changed = 1;");
});

test("a compile that fails shows the compiler's words and leaves the last build", async () => {
    await pack();
    writeFileSync(path.join(folder(), "sdk/index.ts"), "wrong");
    const failing: Run = (_, args) => {
        mkdirSync(args.at(-1)!);
        return Promise.resolve({ code: 2, output: "error TS1005", stdout: "" });
    };
    await expect(pack(failing)).rejects.toThrow(/failed with exit code 2:\nerror TS1005/);
    expect(readFileSync(path.join(folder(), "dist/index.js"), "utf8")).toBe("export {};");
    expect(readdirSync(folder()).filter((name) => name.endsWith(".partial"))).toEqual([]);
    expect(existsSync((await pack()).tarball)).toBe(true);
});
