import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { temporaryFolder } from "../support/folder";
import { imageOf, kernelImage, writeImages } from "../image/build/support/images";

const root = path.join(__dirname, "../..");
const main = ["-r", path.join(root, "test/qemu/support/register.cjs"), path.join(root, "providers/command/main.ts")];

const folder = temporaryFolder();
const at = (...names: string[]): string => path.join(folder(), ...names);
const options = () => ({
    cwd: folder(),
    env: { ...process.env, HOME: folder(), XDG_CACHE_HOME: at("cache"), XDG_STATE_HOME: at("state") },
});
const command = (...args: string[]) =>
    spawnSync(process.execPath, [...main, ...args], { ...options(), encoding: "utf8" });
const drafts = (): string[] =>
    (existsSync(at("out")) ? readdirSync(at("out")) : []).filter((name) => name.startsWith("."));
const unfinished = (): string[] =>
    (existsSync(at("cache")) ? readdirSync(at("cache"), { recursive: true }) : [])
        .map(String)
        .filter((name) => name.includes("unfinished-"));
const remembered = (): string[] =>
    (existsSync(at("state")) ? readdirSync(at("state"), { recursive: true }) : []).map(String);

beforeEach(() => {
    const body = randomBytes(48 << 20);
    writeImages(folder(), {
        kernel: kernelImage([]),
        init: imageOf({}, [
            { name: "sbin/init", body: "#!/bin/sh\n", mode: 0o755 },
            { name: "large", body },
        ]),
    });
    const image = (name: string): string => `!oci { from: layout, path: layout, reference: ${name} }`;
    writeFileSync(at("os.yml"), `kernel: { image: ${image("kernel")} }\ninit: [${image("init")}]\n`);
});

/** Ends a build as the kernel does that is out of memory, while it writes. */
async function killedBuild(): Promise<void> {
    const building = spawn(process.execPath, [...main, "build", "os.yml", "--format", "tar", "--dir", "out"], {
        ...options(),
        stdio: "ignore",
    });
    const ended = new Promise((resolve) => building.once("exit", (_, signal) => resolve(signal)));
    while (drafts().length === 0 && building.exitCode === null) {
        await sleep(1);
    }
    building.kill("SIGKILL");
    expect(await ended).toBe("SIGKILL");
    expect(drafts()).toHaveLength(1);
}

function emptyState(): string {
    const urn = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";
    writeFileSync(at("state.json"), JSON.stringify({ version: 3, deployment: { resources: [{ urn }] } }));
    return at("state.json");
}

test("gc takes away what a killed build left half written, and forgets where that was", async () => {
    await killedBuild();
    expect(remembered().some((name) => /drafts.[0-9a-f]{64}$/.test(name))).toBe(true);
    const { status, stderr } = command("gc", "--state", emptyState(), "--yes");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(readdirSync(at("out"))).toEqual([]);
    expect(remembered().some((name) => /drafts.[0-9a-f]{64}$/.test(name))).toBe(false);
});

test("gc does so outside a project too, and says what it did not look at", async () => {
    await killedBuild();
    const listed = command("gc");
    expect(listed.stderr).toMatch(/^`pulumi stack export` failed: /);
    expect(drafts()).toHaveLength(1);
    const { status, stderr } = command("gc", "--yes");
    expect(status).toBe(1);
    expect(stderr).toMatch(
        /^files that killed builds left unfinished are removed; machines and disks were not looked at: `pulumi stack export` failed: /,
    );
    expect(drafts()).toEqual([]);
});

test("a build anywhere else does too, and what an earlier build wrote is whole", async () => {
    mkdirSync(at("out"));
    writeFileSync(at("out", "os.tar"), "an earlier build's");
    await killedBuild();
    expect(readFileSync(at("out", "os.tar"), "utf8")).toBe("an earlier build's");
    const { status } = command("build", "os.yml", "--format", "kernel+initrd", "--dir", "elsewhere");
    expect(status).toBe(0);
    expect(readdirSync(at("out"))).toEqual(["os.tar"]);
});

test("Ctrl-C in the midst of a build ends it with a message, and leaves nothing half written", async () => {
    mkdirSync(at("out"));
    writeFileSync(at("out", "os-initrd.img"), "an earlier build's");
    const args = [...main, "build", "os.yml", "--compression", "smallest", "--dir", "out"];
    const building = spawn(process.execPath, args, { ...options(), stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    building.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    const ended = new Promise((resolve) => building.once("close", (code, signal) => resolve({ code, signal })));
    while (unfinished().length === 0 && building.exitCode === null) {
        await sleep(1);
    }
    building.kill("SIGINT");
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(said.trimEnd().split("\n").at(-1)).toBe("interrupted: no file was left half written");
    expect(unfinished()).toEqual([]);
    expect(readdirSync(at("out"))).toEqual(["os-initrd.img"]);
    expect(readFileSync(at("out", "os-initrd.img"), "utf8")).toBe("an earlier build's");
});

test("a folder in the way of one file leaves the others as they were", () => {
    mkdirSync(at("out", "os-initrd.img"), { recursive: true });
    writeFileSync(at("out", "os-kernel"), "an earlier build's");
    const { status, stderr } = command("build", "os.yml", "--dir", "out");
    expect(status).toBe(1);
    expect(stderr).toContain("--dir: out/os-initrd.img is a folder: name another place, or --name");
    expect(readdirSync(at("out")).toSorted()).toEqual(["os-initrd.img", "os-kernel"]);
    expect(readFileSync(at("out", "os-kernel"), "utf8")).toBe("an earlier build's");
});

test("a place that cannot be is an error that says which option names it", () => {
    writeFileSync(at("out"), "a file");
    const { status, stderr } = command("build", "os.yml", "--dir", "out/deeper", "--format", "tar");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^--dir: out\/deeper cannot be made or written to: ENOTDIR/);
});
