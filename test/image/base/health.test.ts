import { execFileSync } from "node:child_process";
import path from "node:path";
import { temporaryFolder } from "../../support/folder";

const script = path.join(__dirname, "../../../providers/image/base/rootfs/usr/lib/linuxkit/health.sh");
const folder = temporaryFolder();

/** What a script says about a service whose check is this command; bash, since dash's `read` knows no time-out. */
function said(lines: string, command: string): string {
    const all = [
        `. ${script}`,
        `state=${folder()} name=redis health=command health_timeout=2 health_retries=1 failures=0`,
        'mkfifo "$state/events"; exec 4<>"$state/events"',
        'last_line() { tail -n 1 "$1"; }',
        `health_command() { ${command}; }`,
        lines,
    ];
    return execFileSync("bash", ["-c", all.join("\n")], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

const reasonOf = (command: string): string => said('probe || printf %s "$reason"', command);

test("a service is well whose check succeeds", () => {
    expect(reasonOf("true")).toBe("");
});

test("a check that fails says what it said last", () => {
    expect(reasonOf("echo loading >&2; return 7")).toBe("command check: exit 7: loading");
});

test("a check that was cut off is said to have taken too long", () => {
    expect(reasonOf("sh -c 'kill -TERM $$'")).toBe("the command check took longer than its timeout of 2s");
});

test("a check leaves nothing that would wake the service's process again", () => {
    expect(said("probe; read -r -t 0.2 _ <&4 || printf asleep", "true")).toBe("asleep");
});

test.each([
    ["a stop", "stop"],
    ["its end", "code"],
])("a check that hangs does not keep %s waiting, and is no failure", (_, file) => {
    const lines = `{ sleep 0.5; : >"$state/redis.${file}"; echo >&4; } &
        healthy && printf 'well, '
        probe || printf 'cut off, '
        read -r -t 0.2 _ <&4 && printf 'woken'`;
    const hangs = `[ -p "$state/never" ] || mkfifo "$state/never"; read -r _ <"$state/never"`;
    expect(said(lines, hangs)).toBe("well, cut off, woken");
});
