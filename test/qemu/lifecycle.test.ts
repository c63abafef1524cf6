import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LinuxKitError } from "../../sdk/assembly/error";
import { PartialFailure, type Properties } from "../../providers/lifecycle/handler";
import { identifyProcess, isAlive } from "../../providers/lifecycle/process";
import { machineHandler, type Port } from "../../providers/qemu";
import { checked as checkedBy } from "../support/checked";
import { FakeHost, image, loopback, machine } from "./support/host";
import { FakeStack } from "./support/stack";

let host: FakeHost;
beforeEach(async () => {
    host = await FakeHost.make();
});
afterEach(() => host.close());

const checked = (news: Properties, olds?: Properties): Promise<Properties> => checkedBy(host.provider(), news, olds);

async function created(news: Properties = machine()): Promise<{ id: string; outs: Properties; inputs: Properties }> {
    const inputs = await checked(news);
    return { ...(await host.provider().create(inputs)), inputs };
}

function portOf(properties: Properties): number {
    return ((properties["ports"] as Port[])[0] as Port).host;
}

function ask(port: number): Promise<string> {
    return new Promise((resolve, reject) => {
        const socket = connect(port, loopback);
        socket.setEncoding("utf8").once("data", (text: string) => resolve(text));
        socket.once("error", reject);
    });
}

test("a machine runs, answers, and leaves nothing when it is deleted", async () => {
    const { id, outs } = await created();

    expect(outs).toMatchObject({ status: "running", memory: "256 MB", cpus: 1 });
    expect(await ask(portOf(outs))).toBe("PONG\n");
    expect(await host.provider().read(id, outs)).toEqual({ id, outs });

    await host.provider().delete(id, outs);
    expect(await host.processes()).toEqual([]);
    expect(await host.files()).toEqual([]);
    await expect(ask(portOf(outs))).rejects.toThrow("ECONNREFUSED");
    await host.provider().delete(id, outs);
});

test("outputs are JSON and hold no path of this host and no process", async () => {
    const { outs } = await created();

    expect(JSON.parse(JSON.stringify(outs))).toEqual(outs);
    expect(JSON.stringify(outs)).not.toContain(host.stateDirectory);
    expect(Object.keys(outs).sort()).toEqual(
        ["cpus", "hostHash", "identity", "image", "kernelArguments", "memory", "ports", "status"].sort(),
    );
});

test("the journal and the process list hold nothing of the image's contents", async () => {
    await created(machine({ image: { ...image(), components: { files: { contents: "hunter2" } } } }));
    const [entry] = await host.journal.list();

    expect(JSON.stringify(entry)).not.toContain("hunter2");
    expect(JSON.stringify(entry)).not.toContain("a".repeat(64));
});

test("QEMU inherits no credential of the environment", async () => {
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "correct horse";
    await created();
    delete process.env["PULUMI_CONFIG_PASSPHRASE"];
    const [qemu] = await host.processes();
    expect(await readFile(`/proc/${qemu?.pid}/environ`, "utf8")).not.toContain("correct horse");
});

test("a machine that died is stopped at a refresh, and the next up starts it with the same id and port", async () => {
    const { id, outs, inputs } = await created();
    await host.killAll();

    const refreshed = await host.provider().read(id, outs);
    expect(refreshed).toEqual({ id, outs: { ...outs, status: "stopped" } });
    const again = await checked(machine(), inputs);
    expect(again).toEqual(inputs);
    expect(await host.provider().diff(id, refreshed.outs, again)).toEqual({
        changes: true,
        replaces: [],
        deleteBeforeReplace: false,
    });
    const updated = await host.provider().update(id, refreshed.outs, again);
    expect(updated.outs).toEqual(outs);
    expect(await ask(portOf(outs))).toBe("PONG\n");
    expect(await host.processes()).toHaveLength(1);
});

test("nothing changed is no difference, whoever declares it", async () => {
    const { id, outs, inputs } = await created();
    const again = await checked(machine({ identity: { ...(machine()["identity"] as object), urn: "other" } }), inputs);
    expect(await host.provider().diff(id, outs, again)).toMatchObject({ changes: false });
});

test("another image replaces the machine, delete first; details of the plan do not", async () => {
    const { id, outs, inputs } = await created();
    const moved = await checked(machine({ image: image("b") }), inputs);
    expect(await host.provider().diff(id, outs, moved)).toEqual({
        changes: true,
        replaces: ["image"],
        deleteBeforeReplace: true,
    });
    const detailed = await checked(machine({ image: { ...image(), components: { x: 1 } } }), inputs);
    expect(await host.provider().diff(id, outs, detailed)).toMatchObject({ changes: false });
});

test("a picked port is kept through a replace, whose checks know nothing of the old inputs", async () => {
    const { id, outs, inputs } = await created();
    const provider = host.provider();
    await provider.check(inputs, machine({ image: image("b") }));
    const { inputs: fresh } = await provider.check({}, machine({ image: image("b") }));
    expect(portOf(fresh)).toBe(portOf(outs));

    await provider.delete(id, outs);
    const replaced = await provider.create(fresh);
    expect(replaced.id).not.toBe(id);
    expect(await ask(portOf(outs))).toBe("PONG\n");
});

test("other memory starts the same machine again", async () => {
    const { id, outs, inputs } = await created();
    const [before] = await host.processes();
    const more = await checked(machine({ memory: "512 MB" }), inputs);
    expect(await host.provider().diff(id, outs, more)).toMatchObject({ changes: true, replaces: [] });

    const updated = await host.provider().update(id, outs, more);
    const [after, ...others] = await host.processes();
    expect(others).toEqual([]);
    expect(after).not.toEqual(before);
    expect(updated.outs).toEqual({ ...outs, memory: "512 MB" });
    expect(portOf(updated.outs)).toBe(portOf(outs));
});

test("other time-outs leave the machine alone", async () => {
    const { id, outs, inputs } = await created();
    const before = await host.processes();
    const patient = await checked(machine({ timeouts: { create: "9m" } }), inputs);
    expect(await host.provider().diff(id, outs, patient)).toMatchObject({ changes: true, replaces: [] });
    const { outs: updated } = await host.provider().update(id, outs, patient);
    expect(updated["timeouts"]).toEqual({ create: "9m" });
    expect(await host.processes()).toEqual(before);
});

test("an update whose machine does not come up says why and leaves it stopped", async () => {
    const { id, outs, inputs } = await created();
    const broken = await checked(machine({ kernelArguments: ["fake=panic"] }), inputs);
    const failure = await host
        .provider()
        .update(id, outs, broken)
        .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect((failure as PartialFailure).reasons.join()).toContain("Attempted to kill init");
    expect((failure as PartialFailure).outs).toMatchObject({ status: "stopped" });
    expect(await host.processes()).toEqual([]);

    const { outs: mended } = await host.provider().update(id, (failure as PartialFailure).outs, inputs);
    expect(mended).toEqual(outs);
});

test("a kernel without a driver for what a machine has is refused before QEMU starts", async () => {
    const { ensureImage, ...environment } = host.environment();
    const lacking = async (...args: Parameters<typeof ensureImage>) => ({
        ...(await ensureImage(...args)),
        kernelFacts: { name: "linux-image-6.1", drivers: { VIRTIO_NET: "missing" }, needs: [] } as const,
    });
    const provider = machineHandler({ ...environment, ensureImage: lacking });
    await expect(provider.create(await checked(machine()))).rejects.toThrow(/linux-image-6\.1.*CONFIG_VIRTIO_NET/);
    expect(await host.processes()).toEqual([]);

    const { id, outs, inputs } = await created();
    await expect(provider.update(id, outs, { ...inputs, memory: "1 GB" })).rejects.toThrow(/CONFIG_VIRTIO_NET/);
    expect(await host.processes()).toHaveLength(1);
});

test("a kernel that is known to lack a driver is refused by check, and the machine that would be replaced stays", async () => {
    const stack = new FakeStack(host, (steps, self) =>
        machineHandler({
            ...host.environment(steps, self),
            findKernel: async ({ digest }) =>
                digest === image("b")["digest"]
                    ? { name: "linux-image-6.1", drivers: { VIRTIO_NET: "missing" }, needs: [] }
                    : undefined,
        }),
    );
    await stack.up(machine());
    const [before] = await host.processes();
    await expect(stack.up(machine({ image: image("b") }))).rejects.toThrow(/linux-image-6\.1.*CONFIG_VIRTIO_NET/);
    expect(await host.processes()).toEqual([before]);
    await stack.up(machine({ image: image("b"), ports: [] }));
    expect(await host.processes()).toHaveLength(1);
    expect(await host.processes()).not.toEqual([before]);
});

test("an image whose kernel cannot be looked for is left to create", async () => {
    const findKernel = async () => {
        throw new LinuxKitError("invalid-assembly", "the recorded image is not one that this version accepts");
    };
    const { failures } = await machineHandler({ ...host.environment(), findKernel }).check({}, machine());
    expect(failures).toEqual([]);
});

test("an update whose image cannot be had leaves the machine running", async () => {
    const { id, outs, inputs } = await created();
    await host.killAll();
    await host.provider().update(id, { ...outs, status: "stopped" }, inputs);
    const [before] = await host.processes();
    const offline = machineHandler({
        ...host.environment(),
        ensureImage: async () => {
            throw new Error("no network");
        },
    });
    await expect(offline.update(id, outs, { ...inputs, memory: "1 GB" })).rejects.toThrow("no network");
    expect(await host.processes()).toEqual([before]);
    expect(await host.provider().diff(id, outs, inputs)).toMatchObject({ changes: false });
});

test.each([
    [
        "panic",
        "Kernel panic - not syncing: Attempted to kill init! exitcode=0x00007f00\n",
        "| [    0.910000] CPU: 0 PID: 1",
    ],
    ["failed", "failed: service redis: no such file: redis-server", "| [    0.000000] Linux version"],
    ["off", "the guest powered off or rebooted", "| [    0.000000] Linux version"],
])("a machine that fails (%s) fails create at once, and nothing is left", async (behaviour, reason, line) => {
    const inputs = await checked(machine({ kernelArguments: [`fake=${behaviour}`] }));
    const error = await host
        .provider()
        .create(inputs)
        .catch((cause: unknown) => cause as Error);
    expect((error as Error).message).toContain(reason);
    expect((error as Error).message).toContain(line);
    expect(await host.processes()).toEqual([]);
    expect((await host.files()).filter((path) => path.startsWith("machines/"))).toEqual([]);
});

test("a machine that never becomes ready fails when timeouts.create is over, with its last lines", async () => {
    const inputs = await checked(machine({ kernelArguments: ["fake=silent"], timeouts: { create: "700ms" } }));
    await expect(host.provider().create(inputs)).rejects.toThrow(
        /did not print "linuxkit: ready" within timeouts\.create \(0\.7 s\)[^]*\| waiting for nothing/,
    );
    expect(await host.processes()).toEqual([]);
});

test("a port that was taken after the check is named", async () => {
    const inputs = await checked(machine());
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(portOf(inputs), loopback, resolve));
    try {
        await expect(host.provider().create(inputs)).rejects.toThrow(
            `port ${portOf(inputs)} of ${loopback} is in use by another program`,
        );
    } finally {
        squatter.close();
    }
});

test("a guest that does not hear the power button is stopped firmly", async () => {
    const { id, outs } = await created(machine({ kernelArguments: ["fake=deaf"], timeouts: { delete: "200ms" } }));
    await host.provider().delete(id, outs);
    expect(await host.processes()).toEqual([]);
});

test("a QEMU that answers nothing is stopped firmly, and read does not lie about it", async () => {
    const { id, outs } = await created();
    const [qemu] = await host.processes();
    process.kill(qemu?.pid as number, "SIGSTOP");
    await expect(host.provider().read(id, outs)).rejects.toThrow("did not answer");
    await host.provider().delete(id, outs);
    expect(await host.processes()).toEqual([]);
}, 60_000);

test("another process with the recorded pid is left alone", async () => {
    const { id, outs } = await created();
    await host.killAll();
    const [entry] = await host.journal.list();
    const bystander = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const identity = await identifyProcess(bystander.pid as number);
    if (entry?.start === undefined || identity === undefined) throw new Error("no process");
    await host.journal.write({ ...entry, start: { ...entry.start, process: identity } });

    expect((await host.provider().read(id, outs)).outs["status"]).toBe("stopped");
    await host.provider().delete(id, outs);
    expect(await isAlive(identity)).toBe(true);
    bystander.kill("SIGKILL");
});

test("a machine of another host is never gone", async () => {
    const { id, outs } = await created();
    const elsewhere = await FakeHost.make();
    try {
        await expect(elsewhere.provider().read(id, outs)).rejects.toThrow("on another host");
        await expect(elsewhere.provider().delete(id, outs)).rejects.toThrow("on another host");
        await expect(elsewhere.provider().update(id, outs, outs)).rejects.toThrow("on another host");
    } finally {
        await elsewhere.close();
    }
});

test("a machine whose files were taken away on this host is gone", async () => {
    const { id, outs } = await created();
    await host.killAll();
    await host.journal.remove(id);
    expect(await host.provider().read(id, outs)).toEqual({ id: "", outs: {} });
});

test("a machine works in a directory that is too deep for a socket's path", async () => {
    const parent = await mkdtemp(join(tmpdir(), "deep-"));
    const deep = join(parent, "d".repeat(90));
    await mkdir(deep);
    const far = await FakeHost.make(deep);
    try {
        const { inputs } = await far.provider().check({}, machine());
        const { id, outs } = await far.provider().create(inputs);
        expect((await far.provider().read(id, outs)).outs["status"]).toBe("running");
        await far.provider().delete(id, outs);
        expect(await far.processes()).toEqual([]);
    } finally {
        await far.close();
        await rm(parent, { recursive: true });
    }
});
