import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identity } from "../qemu/support/host";

const main = join(__dirname, "../../providers/command/main.ts");
const register = join(__dirname, "../qemu/support/register.cjs");

let home: string;
beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "linuxkit-command-"));
});
afterEach(() => rmSync(home, { recursive: true }));

function command(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, ["-r", register, main, ...args], {
        encoding: "utf8",
        env: { ...process.env, XDG_STATE_HOME: home },
    });
}

test("an error is a line on standard error and an exit code, without a stack", () => {
    const { status, stdout, stderr } = command("console");
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: "", stderr: "this host has no machine\n" });
});

test("help names both commands and the exit codes", () => {
    expect(command("--help").stdout).toMatch(/console \[options\] \[machine\][^]*gc \[options\]/);
    expect(command("gc", "--help").stdout).toContain("Exit codes: 0 nothing is left, 3 something is");
});

test("a reader that has seen enough is no error", () => {
    const folder = join(home, "pulumi-linuxkit", "machines");
    mkdirSync(join(folder, "id"), { recursive: true });
    writeFileSync(join(folder, "id.json"), JSON.stringify({ id: "id", identity: identity() }));
    writeFileSync(join(folder, "id", "console.log"), "a line of a console\n".repeat(100_000));
    const line = `"$0" -r "$1" "$2" console | head -n 1`;
    const { stdout, stderr } = spawnSync("sh", ["-c", line, process.execPath, register, main], {
        encoding: "utf8",
        env: { ...process.env, XDG_STATE_HOME: home },
    });
    expect({ stdout, stderr }).toEqual({
        stdout: "a line of a console\n",
        stderr: expect.stringMatching(/^(the machine is stopped\n)?$/),
    });
});

test("an unknown option is refused", () => {
    expect(command("gc", "--force")).toMatchObject({ status: 1, stderr: expect.stringContaining("--force") });
});

test("a list of formats that is empty is said to be so", () => {
    expect(command("build", "os.yml", "--format", "").stderr).toContain("it is empty");
});
