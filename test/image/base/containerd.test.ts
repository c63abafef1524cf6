import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { temporaryFolder } from "../../support/folder";

const scripts = path.join(__dirname, "../../../providers/image/base/containerd/usr/lib/linuxkit");
const folder = temporaryFolder();

function write(name: string, text: string): void {
    const file = path.join(folder(), name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, 0o755);
}

function read(name: string): string {
    const file = path.join(folder(), name);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** A client that says and does what is told, and notes how it was called; `daemon` stands for containerd's process. */
function run(client: string, then: string, config = ""): string {
    write("bin/ctr", `#!/bin/sh\nshift 4\necho "$*" >>${folder()}/calls\n${client}`);
    write("state/redis.log", "");
    write("redis/config.json", config);
    const settings = [
        `state=${folder()}/state name=redis namespace=own log=$state/redis.log pid_file=$state/redis.pid`,
        `bundle=${folder()}/redis`,
        `. ${scripts}/containerd.sh`,
        "nap() { sleep 0.1; false; }",
        "daemon() { tail -f /dev/null & echo $! >$state/containerd.pid; }; daemon",
    ];
    const script = [...settings, then, "kill $(cat $state/containerd.pid) 2>/dev/null || :"].join("\n");
    const environment = { PATH: `${folder()}/bin:${process.env["PATH"]}` };
    return execFileSync("sh", ["-c", script], { encoding: "utf8", env: environment });
}

const calls = () => read("calls").split("\n").filter(Boolean);
const starting = `run -d --config /dev/stdin --null-io --runc-binary /usr/lib/linuxkit/runc --pid-file`;
const start = "through_restarts start_task; echo $?";

test("containerd gets the container's own configuration, with its root by the whole path", () => {
    const config = (root: string, env: string) => JSON.stringify({ root: { path: root }, env: [env] }, undefined, 4);
    for (const root of ["rootfs", "../rootfs"]) {
        const output = run(`cat >${folder()}/received`, start, config(root, '"path": "rootfs"'));
        expect(output).toBe("0\n");
        expect(read("received")).toBe(config(`${folder()}/redis/rootfs`, '"path": "rootfs"'));
    }
    expect(calls()[0]).toBe(`${starting} ${folder()}/state/redis.pid redis`);
});

test("a start that is refused leaves its reason in the log on one line, and neither container nor process id", () => {
    write("state/redis.pid", "17");
    const refusal = `case $1 in run)
        printf 'ctr: failed: OCI runtime create failed: a hook: no such link\\n: unknown\\n' >&2; exit 1 ;; esac`;
    expect(run(refusal, start)).toBe("1\n");
    expect(read("state/redis.log")).toBe("a hook: no such link\n");
    expect(read("state/redis.pid")).toBe("");
    expect(calls().slice(1)).toEqual(["tasks delete -f redis", "containers delete redis"]);
});

test("a container that containerd still had is removed, and the start made again once", () => {
    const exists = `case $1 in run) [ -e ${folder()}/removed ] || { echo 'already exists' >&2; exit 1; } ;;
        containers) touch ${folder()}/removed ;; esac`;
    expect(run(exists, start)).toBe("0\n");
    expect(read("state/redis.log")).toBe("");
    write("removed", "");
    expect(run("case $1 in run) echo 'already exists' >&2; exit 1 ;; esac", start)).toBe("1\n");
    expect(calls().filter((call) => call.startsWith("run"))).toHaveLength(4);
});

test("what containerd's end cut off is done again", () => {
    const cut = `[ -e ${folder()}/ended ] || { touch ${folder()}/ended; kill $(cat ${folder()}/state/containerd.pid); exit 1; }`;
    expect(run(cut, start)).toBe("0\n");
    expect(calls().filter((call) => call.startsWith("run"))).toHaveLength(2);
});

test.each([
    ["nothing", "", "0"],
    ["a warning", `echo 'level=warning msg="task redis exit with non-zero exit code 42"' >&2`, "42"],
    ["that it is not found", "echo 'ctr: container redis: not found' >&2; exit 1", "255"],
])("a task of whose end containerd says %s ended so", (_, client, code) => {
    const output = run(`[ "$1" != tasks ] || { ${client || ":"}; }`, "code=''; remove_task; echo $code");
    expect(output).toBe(`${code}\n`);
    expect(calls()).toEqual(["tasks delete -f redis", "containers delete redis"]);
});
