import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Handler, Properties } from "../../providers/lifecycle/handler";
import { type ProcessIdentity, findProcesses } from "../../providers/lifecycle/process";
import { machineEnvironment, machineHandler, type Port } from "../../providers/qemu";
import { withQmp } from "../../providers/qemu/qmp";
import { image, loopback, machine, undisturbed } from "./support/host";
import { tinyArmGuest, tinyGuest } from "./support/tiny-guest";
import { unknownKernel } from "../support/unknown-kernel";

let directory: string;
let provider: Handler;
beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "linuxkit-boot-"));
    await writeFile(join(directory, "initrd"), "nothing");
    provider = machineHandler(
        await machineEnvironment({
            engine: { operation: (call) => call(undisturbed()) },
            ensureImage: async () => ({
                kernelPath: join(directory, "kernel"),
                initrdPath: join(directory, "initrd"),
                cmdline: "quiet",
                kernelFacts: unknownKernel,
            }),
            findKernel: async () => undefined,
            progress: () => {},
            note: () => {},
            stateDirectory: join(directory, "state"),
        }),
    );
});
afterEach(async () => {
    for (const { pid } of await running()) {
        process.kill(pid, "SIGKILL");
    }
    await rm(directory, { recursive: true, force: true });
});

async function running(): Promise<readonly ProcessIdentity[]> {
    return findProcesses(["-kernel", join(directory, "kernel")]);
}

async function boot(
    guest: Buffer,
    changes: Properties = {},
): Promise<{ id: string; inputs: Properties; outs: Properties }> {
    await writeFile(join(directory, "kernel"), guest);
    const news = machine({ accelerator: "tcg", memory: "64 MB", ...changes });
    const { inputs, failures } = await provider.check({}, news);
    expect(failures).toEqual([]);
    return { inputs, ...(await provider.create(inputs)) };
}

const ready = tinyGuest(["linuxkit: ready 1 0.1s"]);

test("a machine boots, is seen, hears its power button, and leaves nothing", async () => {
    const { id, outs, inputs } = await boot(ready, { timeouts: { delete: "2m" } });
    expect(await provider.read(id, outs)).toEqual({ id, outs });

    const { outs: bigger } = await provider.update(id, outs, { ...inputs, memory: "96 MB" });
    const log = await readFile(join(directory, "state", "machines", id, "console.log"), "latin1");
    expect(log.replaceAll("\r", "").split("\n")).toEqual([
        "linuxkit: ready 1 0.1s",
        "linuxkit: powering off",
        "linuxkit: ready 1 0.1s",
        "",
    ]);
    expect(await running()).toHaveLength(1);
    await provider.delete(id, bigger);
    expect(await running()).toEqual([]);
    await expect(readFile(join(directory, "state", "machines", `${id}.json`))).rejects.toThrow("ENOENT");
}, 120_000);

test("a machine that was killed, paused or powered off from within is stopped, and starts again", async () => {
    const { id, outs, inputs } = await boot(ready);
    const stop: (() => Promise<unknown>)[] = [
        async () => (await running()).map(({ pid }) => process.kill(pid, "SIGKILL")),
        () => withQmp(join(directory, "state", "machines", id), 10_000, (qmp) => qmp.execute({ execute: "stop" })),
        () =>
            withQmp(join(directory, "state", "machines", id), 10_000, (qmp) =>
                qmp.execute({ execute: "system_powerdown" }),
            ),
    ];
    for (const end of stop) {
        await end();
        let seen = await provider.read(id, outs);
        while (seen.outs["status"] === "running") {
            seen = await provider.read(id, outs);
        }
        expect(seen).toEqual({ id, outs: { ...outs, status: "stopped" } });
        const again = await provider.update(id, seen.outs, inputs);
        expect(again.outs).toEqual(outs);
        expect(await running()).toHaveLength(1);
    }
    await provider.delete(id, outs);
    expect(await running()).toEqual([]);
}, 180_000);

test.each([
    ["a panic", tinyGuest(["[    1.0] Kernel panic - not syncing: No working init found."]), "No working init found"],
    ["a failure that init names", tinyGuest(["linuxkit: failed: onboot dhcp: no lease"]), "onboot dhcp: no lease"],
    ["a guest that ends", tinyGuest(["bye"], "off"), "the guest powered off or rebooted"],
    ["a kernel that is none", Buffer.from("no kernel at all"), "the machine ended before it was ready: "],
])(
    "%s fails create, and nothing is left",
    async (_, guest, reason) => {
        await expect(boot(guest)).rejects.toThrow(reason);
        expect(await running()).toEqual([]);
    },
    120_000,
);

test("a port that was taken after the check is named, as QEMU tells it", async () => {
    await writeFile(join(directory, "kernel"), ready);
    const { inputs } = await provider.check({}, machine({ accelerator: "tcg", memory: "64 MB" }));
    const [port] = inputs["ports"] as Port[];
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(port?.host, loopback, resolve));
    try {
        await expect(provider.create(inputs)).rejects.toThrow(`port ${port?.host} of ${loopback} is in use`);
    } finally {
        squatter.close();
    }
}, 60_000);

test("an arm64 machine boots, and is stopped firmly where it hears no button", async () => {
    const { id, outs } = await boot(tinyArmGuest(["linuxkit: ready 1 0.1s"]), {
        image: { ...image(), architecture: "arm64" },
        timeouts: { delete: "100ms" },
    });
    expect((await provider.read(id, outs)).outs["status"]).toBe("running");
    await provider.delete(id, outs);
    expect(await running()).toEqual([]);
}, 120_000);
