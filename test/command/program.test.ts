import { execFileSync } from "node:child_process";
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { program } from "../../providers/command/program";
import { takeClaim } from "../../providers/qemu/disk/claims";
import type { DiskEntry } from "../../providers/qemu/disk/entry";
import { ownIdentity, type ProcessIdentity } from "../../providers/lifecycle/process";
import type { Steps } from "../../providers/lifecycle/steps";
import type { Handler, Properties } from "../../providers/lifecycle/handler";
import { disk, FakeDisks } from "../qemu/support/disks";
import { FakeHost, identity, loopback, machine } from "../qemu/support/host";
import { Death, FakeStack } from "../qemu/support/stack";
import { FakeTerminal } from "./support/terminal";

let host: FakeHost;
let terminal: FakeTerminal;
beforeEach(async () => {
    host = await FakeHost.make();
    terminal = new FakeTerminal(host.home);
});
afterEach(() => host.close());

async function run(args: readonly string[], exported: object = state([])): Promise<void> {
    const pulumi = async (words: readonly string[]): Promise<string> => {
        expect(words.slice(0, 2)).toEqual(["stack", "export"]);
        return JSON.stringify(exported);
    };
    await program(terminal, { runPulumi: pulumi }).parseAsync([...args], { from: "user" });
}

function state(ids: readonly string[], name: string = "dev", project: string = "shop"): object {
    const stack = { urn: `urn:pulumi:${name}::${project}::pulumi:pulumi:Stack::${project}-${name}` };
    const machines = ids.map((id) => ({ id, urn: `urn:pulumi:${name}::${project}::pulumi-nodejs:dynamic::m` }));
    return { version: 3, deployment: { resources: [stack, ...machines] } };
}

/** A machine whose command is over. */
async function made(name: string = "redis", changes: Properties = {}): Promise<string> {
    const stack = new FakeStack(host);
    await stack.up(machine({ identity: identity(name), ...changes }));
    return stack.state?.id as string;
}

test("gc lists what the state does not know, deletes it when told to, and nothing else", async () => {
    const known = await made("known");
    const lost = await made("lost");

    await run(["gc"], state([known]));
    expect(terminal.out).toContain("left of shop/dev on this host, and not in its state:");
    expect(terminal.out).toContain(`${lost}  lost  made, and never recorded in state  process `);
    expect(terminal.out).not.toContain(known);
    expect(terminal.exitCode).toBe(3);
    expect(await host.processes()).toHaveLength(2);

    await run(["gc", "--yes"], state([known]));
    expect(terminal.out).toContain(`deleted  ${lost}`);
    expect(terminal.exitCode).toBe(0);
    expect((await host.journal.list()).map(({ id }) => id)).toEqual([known]);
    expect(await host.processes()).toHaveLength(1);

    terminal.out = "";
    await run(["gc", "--yes"], state([known]));
    expect(terminal.out).toBe("nothing is left of shop/dev on this host that its state does not know\n");
});

test("gc tells programs what it found and did", async () => {
    await new FakeStack(host).up(machine(), new Death(3)).catch(() => {});
    await run(["gc", "--json", "--yes"]);
    expect(JSON.parse(terminal.out)).toEqual([
        {
            id: expect.any(String),
            name: "redis",
            urn: identity()["urn"],
            pid: null,
            ports: [{ guest: 6379, host: expect.any(Number), protocol: "tcp", address: loopback }],
            kind: "unfinished",
            deleted: true,
        },
    ]);
    expect(await host.files()).toEqual([]);
});

test("gc deletes a disk whose creation was cut off, and keeps one that was made, saying how to adopt or delete it", async () => {
    const disks = new FakeDisks(host);
    const provide = (steps: Steps, self: ProcessIdentity): Handler => disks.provider(steps, self);
    await new FakeStack(host, provide).up(disk()).catch(() => {});
    await new FakeStack(host, provide).up(disk(), new Death(2)).catch(() => {});
    const kept = (await disks.journal.list()).find(({ attempt }) => attempt === undefined);
    const cutOff = (await disks.journal.list()).find(({ attempt }) => attempt === "create");
    await run(["gc"]);
    expect(terminal.exitCode).toBe(3);
    terminal.out = "";
    await run(["gc", "--yes"]);
    const file = disks.journal.file(kept as DiskEntry);
    expect(terminal.out).toBe(
        [
            `deleted  ${cutOff?.id}  data  its creation was cut off  a disk`,
            "disks of shop/dev on this host that its state does not know, kept with their data; go on with one in a qemu.Disk, or delete it by hand:",
            `    data  adopt: { id: "${kept?.id}" }  or  rm -r '${file.replace(".raw", "")}'.*`,
            "",
        ].join("\n"),
    );
    expect(terminal.exitCode).toBe(0);
    expect(await disks.journal.list()).toEqual([kept]);
    await run(["gc", "--json"]);
    expect(terminal.out).toContain('"kind": "data"');
    await rm(file);
    terminal.out = "";
    await run(["gc"]);
    expect(terminal.out).toContain(`${kept?.id}  data  its file is gone from this host  a disk`);
    expect(terminal.out).not.toContain("adopt");
    await run(["gc", "--yes"]);
    expect(await disks.journal.list()).toEqual([]);
});

test("what gc prints to delete a disk by hand deletes all of it, and nothing of another", async () => {
    const disks = new FakeDisks(host);
    const provide = (steps: Steps, self: ProcessIdentity): Handler => disks.provider(steps, self);
    await new FakeStack(host, provide).up(disk());
    await new FakeStack(host, provide).up(disk());
    const [adopted, other] = await disks.journal.list();
    await takeClaim(disks.journal.claims(adopted?.id ?? ""), await ownIdentity());
    await run(["gc"]);
    const line = terminal.out.split("\n").find((each) => each.includes(`"${adopted?.id}"`));
    execFileSync("sh", ["-c", /rm -r .*$/.exec(line ?? "")?.[0] ?? ""]);
    const file = disks.journal.file(other as DiskEntry);
    expect((await readdir(dirname(file))).toSorted()).toEqual([`${other?.id}.json`, basename(file)].toSorted());
});

test("gc leaves alone what a living command works on, or has just made", async () => {
    const { inputs } = await host.provider().check({}, machine());
    await host.provider().create(inputs);
    await run(["gc", "--yes"]);
    expect(terminal.out).toContain("nothing is left");
    expect(await host.processes()).toHaveLength(1);
});

test("gc leaves machines of other stacks, projects and organizations alone", async () => {
    await made();
    await run(["gc", "--yes"], state([], "prod"));
    await run(["gc", "--yes"], state([], "dev", "blog"));
    await run(["gc", "--yes", "--stack", "acme/shop/dev"]);
    expect(await host.processes()).toHaveLength(1);
    expect(terminal.err).toBe(
        "machines of organization/shop/dev were left aside; for them: --stack organization/shop/dev\n",
    );
});

test("gc knows the stack of an empty state by its pending operations or its name", async () => {
    await made();
    const pending = [{ resource: { urn: identity()["urn"] }, type: "creating" }];
    await run(["gc"], { deployment: { pending_operations: pending } });
    expect(terminal.out).toContain("redis");
    terminal.out = "";
    await run(["gc", "--stack", "organization/shop/dev"], { deployment: {} });
    expect(terminal.out).toContain("redis");
});

test("gc reads a state from a file, and names one that is none", async () => {
    await made();
    const folder = await mkdtemp(join(tmpdir(), "linuxkit-state-"));
    const file = join(folder, "state.json");
    await writeFile(file, JSON.stringify(state([])));
    await run(["gc", "--state", file, "--yes"]);
    expect(await host.processes()).toEqual([]);
    await writeFile(file, "{}");
    await expect(run(["gc", "--state", file])).rejects.toThrow("is not what `pulumi stack export` prints");
    await expect(run(["gc", "--state", join(folder, "none")])).rejects.toThrow("--state: ENOENT");
    await writeFile(file, JSON.stringify({ deployment: {} }));
    await expect(run(["gc", "--state", file])).rejects.toThrow("--stack organization/project/stack");
    await rm(folder, { recursive: true });
});

test("console prints a machine's console, by name, by id, or the only one there is", async () => {
    const redis = await made("redis");
    await run(["console", "--no-follow"]);
    expect(terminal.out).toContain("linuxkit: ready boot=1 0.5s");

    await made("valkey");
    await expect(run(["console", "--no-follow"])).rejects.toThrow(/say which, by its id:\n.*redis|valkey/);
    await expect(run(["console", "postgres"])).rejects.toThrow('no machine is called "postgres"; there are:');
    for (const name of ["redis", redis, redis.slice(0, 8)]) {
        terminal.out = "";
        await run(["console", name, "--no-follow"]);
        expect(terminal.out).toContain("linuxkit: ready");
    }
});

test("console says that a machine is stopped, and that there is none", async () => {
    await made();
    await host.killAll();
    await run(["console"]);
    expect(terminal.err).toBe("the machine is stopped\n");
    await new FakeStack(host).gc();
    await expect(run(["console"])).rejects.toThrow("this host has no machine");
});

test("console follows a machine until it is interrupted, past a console that was cut", async () => {
    const id = await made();
    const file = join(host.journal.directory(id), "console.log");
    const following = run(["console"]);
    const printed = async (text: string): Promise<void> => {
        while (!terminal.out.includes(text)) {
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    };
    await printed("linuxkit: ready");
    await appendFile(file, "one more\n");
    await printed("one more");
    await writeFile(file, "cut\n");
    await printed("cut");
    terminal.interrupt();
    await following;
    expect(terminal.err).toBe("");
});

async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
        await new Promise((resolve) => {
            setImmediate(resolve);
        });
    }
}

test("standard input is waited for until it ends, or Ctrl-C does", async () => {
    const waiting = run(["convert", "-"]);
    await until(() => terminal.stdin.listenerCount("readable") > 0);
    terminal.interrupt();
    await expect(waiting).rejects.toThrow("interrupted: nothing was written");
    expect(terminal.stdin.destroyed).toBe(true);

    terminal = new FakeTerminal(host.home);
    const converting = run(["convert", "-"]);
    terminal.stdin.write("init: [linuxkit/");
    await until(() => terminal.stdin.listenerCount("readable") > 0);
    terminal.stdin.end("init:v1]\n");
    await converting;
    expect(terminal.out).toContain('image: "linuxkit/init:v1"');
});

test("a console ends when nobody reads it any more", async () => {
    await made();
    const following = run(["console"]);
    await until(() => terminal.stdout.listenerCount("error") > 0);
    terminal.stdout.emit("error");
    await following;
    expect(terminal.stdout.listenerCount("error")).toBe(0);
});

test("convert prints the program of merged files, or writes a new file and no other", async () => {
    const folder = await mkdtemp(join(tmpdir(), "linuxkit-convert-"));
    const [base, redis, out] = ["base.yml", "redis-os.yml", "index.ts"].map((name) => join(folder, name));
    await writeFile(base as string, "kernel: { image: k:1 }\ninit: [linuxkit/init:v1]\n");
    await writeFile(redis as string, "services:\n  - { name: redis, image: redis:7-alpine }\n");
    await run(["convert", base as string, redis as string]);
    expect(terminal.out).toContain('services: [\n        { name: "redis", image: "redis:7-alpine" },\n    ],');
    expect(terminal.out).toContain('new linuxkit.Image("redis-os", { assembly })');

    await run(["convert", base as string, redis as string, "--out", out as string]);
    expect(await readFile(out as string, "utf8")).toBe(terminal.out);
    await expect(run(["convert", base as string, "--out", out as string])).rejects.toThrow("index.ts is there already");
    await expect(run(["convert", join(folder, "none.yml")])).rejects.toThrow("none.yml cannot be read: ENOENT");
    await rm(folder, { recursive: true });
});
