import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";

import * as fc from "fast-check";

import { containerFiles } from "../../../providers/image/container";
import type { ContainerSpec } from "../../../sdk/assembly/spec";
import { temporaryFolder } from "../../support/folder";
import { containerContext, containerSpec } from "./spec";

const folder = temporaryFolder();

function scriptOf(spec: ContainerSpec): string {
    const file = containerFiles(spec, containerContext()).find(({ path: name }) => name.endsWith("/service.sh"));
    return file?.contents ?? "";
}

/** What a shell makes of the script, with the functions it calls replaced by ones that show their arguments. */
function sourced(spec: ContainerSpec, then: string): string {
    const show = 'show() { printf "%s\\0" "$@"; printf "\\n--\\n"; }';
    const stubs = ["mount_at", "mkdir", "in_container", "add_interface", "bind_namespace"];
    const functions = stubs.map((name) => `${name}() { show ${name} "$@"; }`);
    const script = path.join(folder(), "service.sh");
    writeFileSync(script, scriptOf(spec));
    return execFileSync("sh", ["-euc", [show, ...functions, `. ${script}`, then].join("\n")], { encoding: "utf8" });
}

function calls(output: string): string[][] {
    return output
        .split("\n--\n")
        .filter(Boolean)
        .map((call) => call.split("\0").slice(0, -1));
}

test("a shell reads back the lifecycle", () => {
    const spec = containerSpec({
        net: "new",
        lifecycle: {
            restart: "on-failure",
            dependsOn: ["db", "cache"],
            stopTimeoutSeconds: 2.5,
            healthcheck: { tcp: 6379, intervalSeconds: 0.5, timeoutSeconds: 0.2, retries: 7 },
        },
    });
    const names = ["restart", "dependencies", "stop_timeout", "own_network", "health", "health_target", "health_port"];
    const more = ["health_interval", "health_timeout", "health_retries", "ready_timeout"];
    const values = sourced(spec, `show ${[...names, ...more].map((name) => `"$${name}"`).join(" ")}`);
    expect(calls(values)).toEqual([["on-failure", "db cache", "3", "yes", "tcp", "6379", "18EB", "5", "1", "7", "4"]]);
});

test("an http check is told from a tcp one, and none from both", () => {
    const check = { intervalSeconds: 1, timeoutSeconds: 2, retries: 60 };
    const url = "http://127.0.0.1:8080/a b?c=$HOME&d='e'";
    const http = containerSpec({ lifecycle: { healthcheck: { ...check, http: url } } });
    expect(calls(sourced(http, 'show "$health" "$health_target" "$ready_timeout"'))).toEqual([["http", url, "60"]]);
    expect(calls(sourced(containerSpec(), 'show "$health" "$ready_timeout"'))).toEqual([["", "60"]]);
});

test("any word of a health command reaches the container as it was written", () => {
    const word = fc
        .string({ unit: "binary", maxLength: 20 })
        .filter((text) => !text.includes("\0") && text.isWellFormed());
    fc.assert(
        fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
            const healthcheck = { command: words, intervalSeconds: 1, timeoutSeconds: 1, retries: 1 };
            const output = sourced(containerSpec({ lifecycle: { healthcheck } }), "health_command");
            expect(output).toBe(`${["in_container", ...words].map((each) => `${each}\0`).join("")}\n--\n`);
        }),
        { numRuns: 60 },
    );
});

test("a NUL, which no command can hold, is refused", () => {
    const healthcheck = { command: ["a\0b"], intervalSeconds: 1, timeoutSeconds: 1, retries: 1 };
    expect(() => scriptOf(containerSpec({ lifecycle: { healthcheck } }))).toThrow(
        expect.objectContaining({ code: "nul-in-text" }),
    );
});

test("a writable root is an overlay, made before the declared mounts and folders", () => {
    const spec = containerSpec({
        runtime: {
            mounts: [{ type: "tmpfs", source: "tmpfs", destination: "srv", options: ["size=1m", "ro"] }],
            mkdir: ["/var/lib/it's here", "srv/inner"],
            cgroups: ["group"],
        },
    });
    const root = "/containers/services/web";
    const layers = `lowerdir=${root}/lower,upperdir=${root}/tmp/upper,workdir=${root}/tmp/work`;
    expect(calls(sourced(spec, "prepare"))).toEqual([
        ["mount_at", "tmpfs", "tmpfs", `${root}/tmp`, ""],
        ["mkdir", "-p", `${root}/tmp/upper`, `${root}/tmp/work`],
        ["mount_at", "overlay", "overlay", `${root}/rootfs`, layers],
        ["mount_at", "tmpfs", "tmpfs", `${root}/rootfs/srv`, "size=1m,ro"],
        ["mkdir", "-p", "/var/lib/it's here"],
        ["mkdir", "-p", `${root}/rootfs/srv/inner`],
        ["mkdir", "-p", "/sys/fs/cgroup/group"],
    ]);
});

test("a read-only root of its own needs no mount, one that is shared is bound", () => {
    expect(calls(sourced(containerSpec({ readonly: true }), "prepare"))).toEqual([]);
    const sharedRoot = "containers/onboot/000-first/rootfs";
    const files = containerFiles(containerSpec({ readonly: true }), containerContext({ sharedRoot }));
    expect(files.find(({ path: name }) => name.endsWith("service.sh"))?.contents).toContain(
        `'mount_at' '' '/${sharedRoot}' '/containers/services/web/rootfs' 'bind'`,
    );
});

test("interfaces and bound namespaces are prepared by a hook of a second bundle", () => {
    const spec = containerSpec({
        readonly: true,
        runtime: {
            interfaces: [
                { name: "wg0", add: "wireguard", peer: "", createInRoot: true },
                { name: "v0", add: "", peer: "v1", createInRoot: false },
                { name: "eth1", add: "", peer: "", createInRoot: false },
            ],
            bindNS: { net: "/run/netns/web" },
        },
    });
    expect(calls(sourced(spec, 'show "$bundle_folder"; prepare_process'))).toEqual([
        ["/hooked"],
        ["bind_namespace", "net", "/run/netns/web"],
        ["add_interface", "wg0", "wireguard", "", "yes"],
        ["add_interface", "v0", "veth", "v1", ""],
        ["add_interface", "eth1", "", "", ""],
    ]);
    const files = new Map(
        containerFiles(spec, containerContext()).map((file) => [
            path.posix.basename(path.posix.dirname(file.path)) + "/" + path.posix.basename(file.path),
            file.contents,
        ]),
    );
    const { hooks, annotations, ...hooked } = JSON.parse(files.get("hooked/config.json") ?? "") as {
        hooks: unknown;
        annotations: unknown;
    };
    const plain = JSON.parse(files.get("web/config.json") ?? "") as object;
    expect(hooks).toEqual({
        createRuntime: [{ path: "/usr/lib/linuxkit/hook", args: ["hook", "/containers/services/web"] }],
    });
    expect(annotations).toEqual({ "run.oci.hooks.stderr": "/dev/stderr" });
    expect(hooked).toEqual({ ...plain, root: { path: "../rootfs", readonly: true } });
});
