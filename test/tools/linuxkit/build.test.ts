import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { LinuxkitMissing, obtainLinuxkit } from "../../../tools/linuxkit/build.ts";
import { ToolError } from "../../../tools/process/report.ts";
import { run } from "../../../tools/process/run.ts";
import { temporaryFolder, writeScript } from "../../support/folder";
import { recordingReport } from "../../support/recorder";

const folder = temporaryFolder();
const root = path.join(__dirname, "../../..");

function obtain(goScript?: string): Promise<string> {
    const bin = path.join(folder(), "bin");
    if (goScript !== undefined) {
        writeScript(path.join(bin, "go"), goScript);
    }
    const env = { PATH: `${bin}:/bin`, XDG_CACHE_HOME: path.join(folder(), "cache") };
    return obtainLinuxkit({ root, env, run, report: recordingReport() });
}

test("the module that go.mod pins is built once, and found in the tool cache from then on", async () => {
    const script = `echo "$PWD $*" >>"${folder()}/builds"; while [ "$1" != -o ]; do shift; done; echo built >"$2"`;
    const program = await obtain(script);
    expect(readFileSync(program, "utf8")).toBe("built\n");
    await expect(obtain("exit 1")).resolves.toBe(program);
    const builds = readFileSync(path.join(folder(), "builds"), "utf8");
    expect(builds).toMatch(/^\S+\/tools\/linuxkit\/go build .* github\.com\/linuxkit\/linuxkit\/src\/cmd\/linuxkit\n$/);
});

test("a machine without Go is told so", async () => {
    await expect(obtain()).rejects.toThrow(LinuxkitMissing);
    await expect(obtain()).rejects.toThrow("Go is not on PATH");
});

test.each([
    ["an unreachable proxy", "dial tcp: lookup proxy.example: no such host", LinuxkitMissing, "the Go module proxy"],
    ["a proxy without the module", "reading proxy.example/@v: 404 Not Found", LinuxkitMissing, "the Go module proxy"],
    ["a compiler's error", "x.go:1: syntax error", ToolError, "go build of github.com/linuxkit/linuxkit/src"],
])("%s is named, and leaves nothing behind", async (_, said, kind, reason) => {
    const failure: unknown = await obtain(`echo '${said}'; exit 1`).catch((error: unknown) => error);
    expect((failure as object).constructor).toBe(kind);
    expect((failure as Error).message).toMatch(reason);
    expect((failure as Error).message).toMatch(said);
    const script = `while [ "$1" != -o ]; do shift; done; echo built >"$2"`;
    expect(existsSync(await obtain(script))).toBe(true);
});
