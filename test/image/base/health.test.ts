import { execFileSync } from "node:child_process";
import path from "node:path";
import { temporaryFolder } from "../../support/folder";

const script = path.join(__dirname, "../../../providers/image/base/rootfs/usr/lib/linuxkit/health.sh");
const folder = temporaryFolder();

/** Why a service is not well whose check is this command. */
function reasonOf(command: string): string {
    const lines = [
        `. ${script}`,
        `state=${folder()} name=redis health=command health_timeout=2`,
        'last_line() { tail -n 1 "$1"; }',
        `health_command() { ${command}; }`,
        'probe || printf %s "$reason"',
    ];
    return execFileSync("sh", ["-c", lines.join("\n")], { encoding: "utf8" });
}

test("a service is well whose check succeeds", () => {
    expect(reasonOf("true")).toBe("");
});

test("a check that fails says what it said last", () => {
    expect(reasonOf("echo loading >&2; return 7")).toBe("command check: exit 7: loading");
});

test("a check that was cut off is said to have taken too long", () => {
    expect(reasonOf("sh -c 'kill -TERM $$'")).toBe("the command check took longer than its timeout of 2s");
});
