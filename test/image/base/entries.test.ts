import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { baseEntries } from "../../../providers/image/base";
import type { Entry } from "../../../providers/image/tree/entry";

const folder = path.join(__dirname, "../../../providers/image/base");

function textOf(entries: readonly Entry[], name: string): string {
    const entry = entries.find((each) => each.path === name);
    return entry?.type === "file" ? Buffer.concat([...(entry.content.chunks() as Iterable<Buffer>)]).toString() : "";
}

const init = ["rootfs"];
const withContainerd = ["containerd"];
const everything = [...init, ...withContainerd, "components"];

function scripts(parts: readonly string[]): readonly string[] {
    return parts.flatMap((part) =>
        readdirSync(path.join(folder, part), { recursive: true, encoding: "utf8", withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => path.join(entry.parentPath, entry.name))
            .filter((file) => file.endsWith(".sh") || readFileSync(file, "utf8").startsWith("#!")),
    );
}

test("scripts can be run and settings cannot, whatever the checkout made of their modes", () => {
    const modes = Object.fromEntries(baseEntries({}).map(({ path: name, mode }) => [name, mode.toString(8)]));
    expect(modes).toMatchObject({
        init: "755",
        "usr/lib/linuxkit/main": "755",
        "usr/lib/linuxkit/hook": "755",
        "usr/lib/linuxkit/machine.sh": "644",
        "etc/acpi/PWRF/00000080": "755",
        "etc/inittab": "644",
        tmp: "1777",
        "usr/sbin/init": "777",
    });
});

test("everything is root's, at one time, and in one order", () => {
    const entries = baseEntries({ getty: true });
    expect(new Set(entries.map(({ uid, gid, mtime }) => `${uid}:${gid} ${mtime}`)).size).toBe(1);
    expect(baseEntries({ getty: true }).map((entry) => entry.path)).toEqual(entries.map((entry) => entry.path));
    expect(new Set(entries.map((entry) => entry.path)).size).toBe(entries.length);
});

test("the links of busybox lead to it", () => {
    const links = baseEntries({}).flatMap((entry) => (entry.type === "symlink" ? [entry] : []));
    const targets = links.map((link) => path.posix.join("/", path.posix.dirname(link.path), link.target));
    expect(links.map((link) => link.path)).toEqual(expect.arrayContaining(["usr/bin/sh", "usr/sbin/init"]));
    expect(new Set(targets)).toEqual(new Set(["/usr/bin/busybox"]));
});

test("a shell waits on the console only when asked for", () => {
    const [without, withShell] = [{}, { getty: true }].map((options) => textOf(baseEntries(options), "etc/inittab"));
    expect(without).not.toMatch(/\/sh\b/);
    expect(withShell).toBe(`${without}::respawn:/usr/bin/busybox cttyhack /bin/sh -l\n`);
});

test("what goes with containerd is there only where that runs the services", () => {
    const [crun, runc, containerd] = (["crun", "runc", "containerd"] as const).map((runtime) =>
        Object.fromEntries(baseEntries({ runtime }).map(({ path: name, mode }) => [name, mode.toString(8)])),
    );
    expect(runc).toEqual(crun);
    expect(containerd).toEqual({
        ...crun,
        "containers/services/containerd/service.sh": "644",
        "etc/containerd/config.toml": "644",
        "usr/lib/linuxkit/containerd.sh": "644",
        "usr/lib/linuxkit/runc": "755",
    });
});

test.each([
    ["the init", init, 500],
    ["what runs services on containerd", withContainerd, 110],
])("%s stays small", (_, parts, limit) => {
    const lines = scripts(parts).map((file) => readFileSync(file, "utf8").split("\n").length - 1);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.reduce((sum, count) => sum + count, 0)).toBeLessThan(limit);
});

test("shellcheck has nothing to say", () => {
    expect(execFileSync("shellcheck", [...scripts(everything)], { encoding: "utf8" })).toBe("");
});
