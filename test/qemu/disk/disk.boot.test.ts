import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Handler, Properties } from "../../../providers/lifecycle/handler";
import { findProcesses, ownIdentity } from "../../../providers/lifecycle/process";
import { machineEnvironment, machineHandler } from "../../../providers/qemu";
import { Adoptions } from "../../../providers/qemu/disk/adoption";
import { diskHandler } from "../../../providers/qemu/disk";
import { diskSize } from "../../../providers/qemu/disk/file";
import { DiskJournal } from "../../../providers/qemu/disk/journal";
import { Journal } from "../../../providers/qemu/journal/journal";
import { findQemuImg } from "../../../providers/qemu/machine/binary";
import { disk, diskUrn } from "../support/disks";
import { identity, machine, undisturbed } from "../support/host";
import { tinyGuest } from "../support/tiny-guest";
import { unknownKernel } from "../../support/unknown-kernel";

const mebibyte = 2 ** 20;
const engine = { operation: <T>(call: (steps: ReturnType<typeof undisturbed>) => Promise<T>) => call(undisturbed()) };
let directory: string;
let machines: Handler;
let disks: Handler;

beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "linuxkit-boot-"));
    await writeFile(join(directory, "kernel"), tinyGuest(["linuxkit: ready 1 0.1s"]));
    await writeFile(join(directory, "initrd"), "nothing");
    const [kernelPath, initrdPath] = ["kernel", "initrd"].map((name) => join(directory, name)) as [string, string];
    const ensureImage = async () => ({
        kernelPath,
        initrdPath,
        cmdline: "quiet",
        kernelFacts: unknownKernel,
    });
    machines = machineHandler(
        await machineEnvironment({
            engine,
            ensureImage,
            findKernel: async () => undefined,
            progress: () => {},
            note: () => {},
            stateDirectory: directory,
        }),
    );
    disks = diskHandler({
        journal: new DiskJournal(directory),
        machines: new Journal(directory),
        adoptions: new Adoptions(),
        idsInState: async () => new Set(),
        engine,
        self: await ownIdentity(),
        findQemuImg: () => findQemuImg(),
        note: () => {},
    });
});
afterAll(async () => {
    for (const { pid } of await findProcesses(["-kernel", join(directory, "kernel")])) {
        process.kill(pid, "SIGKILL");
    }
    await rm(directory, { recursive: true, force: true });
});

async function made(handler: Handler, news: Properties): Promise<{ id: string; inputs: Properties; outs: Properties }> {
    const { inputs } = await handler.check({}, news);
    return { inputs, ...(await handler.create(inputs)) };
}

function withDisks(name: string, ...attached: readonly Properties[]): Properties {
    return machine({ identity: identity(name), ports: [], accelerator: "tcg", memory: "64 MB", disks: attached });
}

test("QEMU takes disks of both formats, grows one while it runs, shares one that is read, and none that is written", async () => {
    const [data, books] = [await made(disks, disk({ format: "qcow2" })), await made(disks, disk())];
    const format = { urn: diskUrn(), sizeBytes: 2 * mebibyte, readonly: false };
    const written = { ...format, id: data.id, format: "qcow2" };
    const shared = { ...format, urn: diskUrn("books"), id: books.id, format: "raw", readonly: true };
    await made(machines, withDisks("one", written, shared));

    const larger = await disks.check(data.inputs, disk({ format: "qcow2", size: "4 MB" }));
    await disks.update(data.id, data.outs, larger.inputs);
    expect(
        await diskSize({ path: new DiskJournal(directory).file({ id: data.id, format: "qcow2" }), format: "qcow2" }),
    ).toBe(4 * mebibyte);
    await made(machines, withDisks("two", shared));
    await expect(made(machines, withDisks("three", written))).rejects.toThrow(
        'the machine "one" of stack shop/dev runs with the disk "data": take the disk off that machine first',
    );
}, 120_000);
