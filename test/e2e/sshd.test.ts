import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type RunResult, run } from "../../tools/process/run";
import { disposeStacks, startStack, type Stack } from "./support/stack";

let stack: Stack;
const at = (name: string): string => path.join(stack.directory, name);

function makeKey(name: string): string {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at(name)]);
    return readFileSync(at(`${name}.pub`), "utf8");
}

/** A real `ssh` that knows nothing of this user's own keys, settings and known machines. */
async function ssh(key: string, hostKeys: "accept-new" | "yes", ...command: string[]): Promise<RunResult> {
    const [host = "", port = ""] = (await stack.output("address")).split(":");
    const options = [
        `StrictHostKeyChecking=${hostKeys}`,
        `UserKnownHostsFile=${at("known_hosts")}`,
        "GlobalKnownHostsFile=/dev/null",
        "IdentitiesOnly=yes",
        "IdentityAgent=none",
        "BatchMode=yes",
        "ConnectTimeout=120",
    ].flatMap((option) => ["-o", option]);
    return run("ssh", ["-F", "none", "-i", at(key), "-p", port, ...options, `root@${host}`, ...command]);
}

beforeAll(async () => {
    stack = await startStack("examples/sshd");
});

afterAll(disposeStacks);

test("a key that the program gives logs in, and runs a command as root in the container", async () => {
    await stack.succeed("config", "set", "authorizedKeys", makeKey("known"));
    await stack.succeed("up", "--yes", "--skip-preview");
    const { code, stdout } = await ssh("known", "accept-new", "echo $((6 * 7)) $HOME; exit 5");
    expect({ code, stdout }).toEqual({ code: 5, stdout: "42 /root\n" });
});

test("a session has a terminal, and no more capabilities than declared", async () => {
    const { code, stdout } = await ssh(
        "known",
        "yes",
        "-tt",
        "while read -r line; do echo $line; done </proc/self/status",
    );
    expect(code).toBe(0);
    // CHOWN, SETGID, SETUID, NET_BIND_SERVICE, SYS_CHROOT and AUDIT_WRITE.
    expect(stdout).toContain("CapBnd: 00000000200404c1");
    expect(stdout).toContain("NoNewPrivs: 1");
});

test("another key does not log in", async () => {
    makeKey("stranger");
    const { code, output } = await ssh("stranger", "yes", "true");
    expect(code).toBe(255);
    expect(output).toContain("Permission denied (publickey)");
});

test("other user data replaces the machine alone, a preview says so, and neither state nor processes tell a secret", async () => {
    await stack.succeed("config", "set", "--secret", "authorizedKeys", makeKey("next"));
    stack.edit((program) => program.replace('.require("authorizedKeys")', '.requireSecret("authorizedKeys")'));
    const { stdout } = await stack.succeed("preview", "--diff");
    expect(stdout).toMatch(/userData/);
    expect(stdout).toMatch(/1 to replace/);
    expect(stdout).toMatch(/3 unchanged/);
    await stack.succeed("up", "--yes", "--skip-preview");
    const { stdout: processes } = await run("ps", ["-eww", "-o", "args"]);
    const [, secret = "none"] = readFileSync(at("next.pub"), "utf8").split(" ");
    expect(processes).toContain("opt/org.linuxkit/user-data");
    expect(processes).not.toContain(secret);
    expect((await stack.succeed("stack", "export")).stdout).not.toContain(secret);
    expect((await ssh("known", "yes", "true")).code).toBe(255);
    expect(await ssh("next", "yes", "true")).toMatchObject({ code: 0 });
});

test("a replaced machine has the same host key", async () => {
    stack.edit((program) => program.replace("size=16m", "size=8m"));
    const { stdout } = await stack.succeed("preview", "--diff");
    expect(stdout).toContain("services.sshd");
    await stack.succeed("up", "--yes", "--skip-preview");
    const { code, stdout: mounts } = await ssh("next", "yes", "while read -r line; do echo $line; done </proc/mounts");
    expect(code).toBe(0);
    expect(mounts).toMatch(/ \/tmp tmpfs .*size=8192k/);
    expect(mounts).toMatch(/ \/etc\/ssh ext4 ro/);
});
