import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { run } from "../../../tools/process/run.ts";
import type { PulumiCli } from "../../../tools/pulumi/cli.ts";
import { obtainPulumi } from "../../../tools/pulumi/obtain.ts";
import { pulumiWays } from "../../../tools/pulumi/ways.ts";
import type { WayEffects } from "../../../tools/pulumi/ways.ts";
import { temporaryFolder, writeScript } from "../../support/folder";
import { recordingReport } from "../../support/recorder";

const folder = temporaryFolder();
const root = path.join(__dirname, "../../..");
const unreachable: typeof fetch = () => Promise.reject(new Error("unreachable"));

const effects = (directories: readonly string[]): WayEffects => ({
    root,
    env: { PATH: [...directories, "/usr/bin", "/bin"].join(":"), XDG_CACHE_HOME: path.join(folder(), "cache") },
    fetch: unreachable,
    run,
    report: recordingReport(),
});
const obtain = (given: WayEffects): Promise<PulumiCli> => obtainPulumi(pulumiWays(given), given.report);

function installCli(directory: string, version = "v3.200.0"): string {
    writeScript(path.join(directory, "pulumi"), `echo ${version}`);
    writeScript(path.join(directory, "pulumi-language-nodejs"), "");
    return directory;
}

/** A `go` whose `build -o FILE` writes a program that prints a version. */
function installGo(): string {
    const directory = path.join(folder(), "go/bin");
    const build = `while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\\necho v3.259.0\\n' >"$2"; chmod +x "$2"; echo "$3 cgo=$CGO_ENABLED" >>"${folder()}/builds"`;
    writeScript(path.join(directory, "go"), build);
    return directory;
}

test("a pulumi on PATH with its language host is taken, where the link leads to", async () => {
    const real = installCli(path.join(folder(), "opt/pulumi"));
    const bin = path.join(folder(), "bin");
    mkdirSync(bin);
    symlinkSync(path.join(real, "pulumi"), path.join(bin, "pulumi"));
    await expect(obtain(effects([bin]))).resolves.toEqual({
        directory: real,
        version: "3.200.0",
        origin: "found on PATH",
    });
});

test.each([
    [
        "has no language host",
        (bin: string) => writeScript(path.join(bin, "pulumi"), "echo v3.200.0"),
        /has no pulumi-l/,
    ],
    ["does not run", (bin: string) => writeScript(path.join(installCli(bin), "pulumi"), "exit 126"), /exit code 126/],
    ["is something else", (bin: string) => installCli(bin, "hello"), /version failed: hello/],
])("a pulumi on PATH that %s is passed over", async (_, install, reason) => {
    const bin = path.join(folder(), "bin");
    install(bin);
    await expect(obtain(effects([bin]))).rejects.toThrow(reason);
});

test("where nothing else is to be had it is built from Go modules, and found again", async () => {
    const given = effects([installGo()]);
    const built = await obtain(given);
    expect(built).toMatchObject({ version: "3.259.0", origin: "built from Go modules, into the tool cache" });
    expect(readdirSync(built.directory).toSorted()).toEqual([
        "pulumi",
        "pulumi-language-nodejs",
        "pulumi-resource-pulumi-nodejs",
    ]);
    expect(readFileSync(path.join(folder(), "builds"), "utf8").trim().split("\n")).toEqual([
        "./language-host cgo=0",
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi cgo=0",
    ]);

    const again = effects([]);
    await expect(obtain(again)).resolves.toEqual({
        ...built,
        origin: "an earlier build from Go modules, in the tool cache",
    });
    expect(again.report).toMatchObject({ lines: [expect.stringContaining("an earlier build")] });
});

test("a build that fails leaves nothing in the cache and shows the compiler's words", async () => {
    const bin = path.join(folder(), "go/bin");
    writeScript(path.join(bin, "go"), "echo cannot find module; exit 1");
    await expect(obtain(effects([bin]))).rejects.toThrow(/go build of \.\/language-host failed:\ncannot find module/);
    expect(readdirSync(path.join(folder(), "cache/pulumi-linuxkit-tools"))).toEqual([]);
});

test("without Go the message says what to install", async () => {
    await expect(obtain(effects([]))).rejects.toThrow(/build from Go modules: needs Go on PATH: install it/);
});
