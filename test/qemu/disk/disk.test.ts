import { existsSync, statSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CheckFailure, Properties } from "../../../providers/lifecycle/handler";
import { diskSize } from "../../../providers/qemu/disk/file";
import { commandLine } from "../../../providers/lifecycle/process";
import { startErrors } from "../../../providers/qemu/machine/start";
import { readSettings, startedWith } from "../../../providers/qemu/settings";
import { disk, diskUrn, FakeDisks } from "../support/disks";
import { FakeHost, identity, image, machine } from "../support/host";

const mebibyte = 2 ** 20;
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

let host: FakeHost;
let disks: FakeDisks;
beforeEach(async () => {
    host = await FakeHost.make();
    disks = new FakeDisks(host);
});
afterEach(() => host.close());

interface Made {
    readonly id: string;
    readonly inputs: Properties;
    readonly outs: Properties;
}

async function made(news: Properties = disk()): Promise<Made> {
    const { inputs, failures } = await disks.provider().check({}, news);
    expect(failures).toEqual([]);
    return { inputs, ...(await disks.provider().create(inputs)) };
}

const fileOf = ({ id, outs }: Pick<Made, "id" | "outs">): string =>
    disks.journal.file({ id, format: outs["format"] as "raw" });

/** A disk as a machine's inputs name it. */
function attached({ id, outs }: Made, changes: Properties = {}): Properties {
    return { urn: diskUrn(), id, sizeBytes: outs["sizeBytes"], format: outs["format"], readonly: false, ...changes };
}

async function booted(name: string, wanted: Properties): Promise<Made> {
    const { inputs, failures } = await checkedMachine(name, [wanted]);
    expect(failures).toEqual([]);
    return { inputs, ...(await host.provider().create(inputs)) };
}

function checkedMachine(
    name: string,
    wanted: unknown,
    provider = host.provider(),
): Promise<{ inputs: Properties; failures: readonly CheckFailure[] }> {
    return provider.check({}, machine({ identity: identity(name), ports: [], disks: wanted }));
}

test.each<[string, Properties, string, string]>([
    ["no size", { size: undefined }, "size", 'such as "2 GB"'],
    ["a size without unit", { size: 5 }, "size", "is not a size"],
    ["a size without meaning", { size: "lots" }, "size", '"lots" is not a size'],
    ["too small a size", { size: "512 KB" }, "size", 'use "1 MB" or more'],
    ["half a sector", { size: "1048576.25 KB" }, "size", "whole number of sectors"],
    ["a format that is none", { format: "vmdk" }, "format", 'use "raw" or "qcow2"'],
    ["a misspelt property", { sise: "1 GB" }, "sise", 'did you mean "size"?'],
])("%s is refused, with the property's path", async (_, changes, property, reason) => {
    const { failures } = await disks.provider().check({}, disk(changes));
    expect(failures).toEqual([{ property, reason: expect.stringContaining(reason) }]);
});

test("a preview knows all that is known, and takes what is not", async () => {
    const { inputs } = await disks.provider().check({}, disk());
    expect(inputs).toEqual({ ...disk(), format: "raw", sizeBytes: 2 * mebibyte, status: "available" });
    const later = await disks.provider().check({}, disk({ size: unknown }));
    expect(later).toEqual({ inputs: expect.objectContaining({ size: unknown, sizeBytes: unknown }), failures: [] });
});

test.each(["raw", "qcow2"])("a %s disk is made sparse, grows in place, and leaves nothing", async (format) => {
    const first = await made(disk({ format, size: "64 MB" }));
    expect(first.id).toMatch(/^[0-9a-f]{20}$/);
    expect(statSync(fileOf(first)).blocks * 512).toBeLessThan(mebibyte);
    expect(statSync(fileOf(first)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(JSON.stringify(first.outs))).toEqual(first.outs);
    expect(JSON.stringify(first.outs)).not.toContain(host.stateDirectory);

    const { inputs } = await disks.provider().check(first.inputs, disk({ format, size: "96 MB" }));
    expect(await disks.provider().diff(first.id, first.outs, inputs)).toMatchObject({ changes: true, replaces: [] });
    const { outs } = await disks.provider().update(first.id, first.outs, inputs);
    expect(outs).toEqual({ ...first.outs, size: "96 MB", sizeBytes: 96 * mebibyte });
    expect(await diskSize({ path: fileOf(first), format: format as "raw" })).toBe(96 * mebibyte);

    await disks.provider().delete(first.id, outs);
    expect((await host.files()).filter((file) => file !== "disks")).toEqual([]);
    await disks.provider().delete(first.id, outs);
});

test("the same size in another unit is written down, and the file is left as it is", async () => {
    const first = await made(disk({ size: "1 GB" }));
    const { inputs, failures } = await disks.provider().check(first.inputs, disk({ size: "1024 MB" }));
    expect(failures).toEqual([]);
    expect((await disks.provider().update(first.id, first.outs, inputs)).outs["size"]).toBe("1024 MB");
});

test("a smaller size is refused, unless another format makes it another disk", async () => {
    const { inputs, id, outs } = await made();
    const { failures } = await disks.provider().check(inputs, disk({ size: "1 MB" }));
    expect(failures).toEqual([
        { property: "size", reason: expect.stringMatching(/"1 MB" is less than the "2 MB".*declare "2 MB" or more/) },
    ]);
    const other = await disks.provider().check(inputs, disk({ size: "1 MB", format: "qcow2" }));
    expect(other.failures).toEqual([]);
    expect(await disks.provider().diff(id, outs, other.inputs)).toEqual({
        changes: true,
        replaces: ["format"],
        deleteBeforeReplace: false,
    });
});

test("a file that is gone is seen by a refresh, and the next up makes an empty disk and says so", async () => {
    const { id, outs, inputs } = await made();
    await rm(fileOf({ id, outs }));
    const seen = await disks.provider().read(id, outs);
    expect(seen).toEqual({ id, outs: { ...outs, status: "missing" } });
    for (const known of [seen.outs, outs]) {
        expect(await disks.provider().diff(id, known, inputs)).toMatchObject({ changes: true, replaces: ["status"] });
    }
    expect(disks.notes[0]).toBe(
        `the file of disk "data" (${id}) is gone from this host: an empty disk is made in its place`,
    );
    await disks.provider().delete(id, seen.outs);
    expect(await disks.journal.list()).toEqual([]);
});

test("a disk of another host is neither seen nor touched", async () => {
    const { id, outs, inputs } = await made();
    const elsewhere = { ...outs, hostHash: "another" };
    const provider = disks.provider();
    const refusal = /disk \S+ was made on another host/;
    await expect(provider.read(id, elsewhere)).rejects.toThrow(refusal);
    await expect(provider.update(id, elsewhere, inputs)).rejects.toThrow(refusal);
    await expect(provider.delete(id, elsewhere)).rejects.toThrow(refusal);
    expect(existsSync(fileOf({ id, outs }))).toBe(true);
});

test("a qcow2 file that is none any more is named", async () => {
    const { id, outs } = await made(disk({ format: "qcow2" }));
    await writeFile(fileOf({ id, outs }), "something else");
    await expect(disks.provider().read(id, outs)).rejects.toThrow("is no qcow2 file any more");
});

test("a machine has its disks in order, by serial number, and keeps what a grown one is from its start", async () => {
    const [one, two] = [await made(), await made(disk({ format: "qcow2" }))];
    const wanted = [attached(one), attached(two, { urn: diskUrn("other"), readonly: true })];
    const { inputs } = await checkedMachine("redis", wanted);
    const { id, outs } = await host.provider().create(inputs);
    const [first] = await host.processes();
    const words = (await commandLine(first?.pid as number)).join(" ");
    const [raw, qcow2] = [one, two].map((each) =>
        words.indexOf(`-device virtio-blk-pci,drive=disk-${each.id},serial=${each.id}`),
    );
    expect(raw).toBeGreaterThan(0);
    expect(qcow2).toBeGreaterThan(raw ?? 0);
    expect(words).toContain(`file=../../disks/${one.id}.raw,format=raw,readonly=off`);
    expect(words).toContain(`file=../../disks/${two.id}.qcow2,format=qcow2,readonly=on`);
    expect(await host.provider().diff(id, outs, inputs)).toMatchObject({ changes: false });

    const larger = { ...inputs, disks: [{ ...wanted[0], sizeBytes: 4 * mebibyte }, wanted[1]] };
    expect(await host.provider().diff(id, outs, larger)).toMatchObject({ changes: true, replaces: [] });
    await host.provider().update(id, outs, larger);
    const [second, ...others] = await host.processes();
    expect(others).toEqual([]);
    expect(second).not.toEqual(first);
});

test("what a start with disks is compared by keeps its form, or every such machine would be started again", () => {
    const data = { urn: diskUrn(), id: "0a1b", sizeBytes: mebibyte, format: "raw", readonly: false };
    const started = startedWith(readSettings(machine({ ports: [], disks: [data] })));
    expect(JSON.stringify(started)).toContain(
        '"accelerator":null,"disks":[{"id":"0a1b","sizeBytes":1048576,"format":"raw","readonly":false}]',
    );
    expect(startedWith(readSettings(machine({ ports: [], disks: [] })))).not.toHaveProperty("disks");
});

test("a disk is not deleted while a machine that runs has it, which is named", async () => {
    const data = await made();
    const { id, outs } = await booted("redis", attached(data));
    await expect(disks.provider().delete(data.id, data.outs)).rejects.toThrow(
        'the machine "redis" of stack shop/dev runs with the disk "data"',
    );
    expect(existsSync(fileOf(data))).toBe(true);
    await host.provider().delete(id, outs);
    await disks.provider().delete(data.id, data.outs);
    expect(existsSync(fileOf(data))).toBe(false);
});

test("a disk that is gone stops a machine from starting, before anything is started", async () => {
    const data = await made();
    await rm(fileOf(data));
    const { inputs } = await checkedMachine("redis", [attached(data)]);
    await expect(host.provider().create(inputs)).rejects.toThrow(/disks\[0\]: the file of disk .* is not on this host/);
    expect(await host.processes()).toEqual([]);
    expect(await host.journal.list()).toEqual([]);
});

test.each<[string, unknown, string, string]>([
    ["no list", "data", "disks", "is not a list of disks"],
    ["no disk", ["data"], "disks[0]", "write { disk: data }"],
    ["another resource", [{ id: undefined, readonly: false }], "disks[0].disk", "give it a linuxkit.qemu.Disk"],
    ["no flag", [{ urn: "a::b", id: "x", readonly: "yes" }], "disks[0].readonly", '"yes" is not true or false'],
])("%s for a machine's disks is refused, with the property's path", async (_, given, property, reason) => {
    const { failures } = await checkedMachine("redis", given);
    expect(failures).toEqual([{ property, reason: expect.stringContaining(reason) }]);
});

test("a disk twice in a machine is refused", async () => {
    const data = { urn: diskUrn(), id: unknown, readonly: true };
    const { failures } = await checkedMachine("redis", [data, data]);
    expect(failures).toEqual([{ property: "disks[1].disk", reason: expect.stringContaining("attached twice") }]);
});

test("a disk in two machines of one program is refused, both named, though neither is there yet", async () => {
    const provider = host.provider();
    const data = { urn: diskUrn(), id: unknown, readonly: false };
    expect((await checkedMachine("one", [data], provider)).failures).toEqual([]);
    expect((await checkedMachine("two", [data], provider)).failures).toEqual([
        { property: "disks[0].disk", reason: expect.stringMatching(/"data".*"two" and "one" of stack shop\/dev/) },
    ]);
    await checkedMachine("one", [], provider);
    expect((await checkedMachine("two", [data], provider)).failures).toEqual([]);
});

test("a disk of a machine of another stack is refused to one of this, unless both only read it", async () => {
    const data = await made();
    await booted("one", attached(data, { readonly: true }));
    const elsewhere = { ...identity("two"), stack: "test" };
    const wanted = async (readonly: boolean): Promise<readonly CheckFailure[]> => {
        const news = machine({ identity: elsewhere, ports: [], disks: [attached(data, { readonly })] });
        return (await host.provider().check({}, news)).failures;
    };
    expect(await wanted(true)).toEqual([]);
    expect(await wanted(false)).toEqual([
        { property: "disks[0].disk", reason: expect.stringMatching(/"two" and "one" of stack shop\/dev/) },
    ]);
    expect((await checkedMachine("one", [attached(data)])).failures).toEqual([]);
});

test("a disk that QEMU finds in use is named", async () => {
    const said = [
        'qemu-system-x86_64: -device virtio-blk-pci,drive=disk-0a1b: Failed to get "write" lock',
        "Is another process using the image [../../disks/0a1b.raw]?",
    ];
    await writeFile(join(host.home, "qemu.log"), said.join("\n"));
    expect(await startErrors(host.home)).toMatch(/Failed to get "write" lock; disk 0a1b is in use by another machine/);
});

test("a replaced machine gets the disk of the one before it", async () => {
    const data = await made();
    const { id, outs } = await booted("redis", attached(data));
    const news = machine({ image: image("b"), ports: [], disks: [attached(data)] });
    const { inputs, failures } = await host.provider().check({}, news);
    expect(failures).toEqual([]);
    await host.provider().delete(id, outs);
    await host.provider().create(inputs);
    expect(await host.processes()).toHaveLength(1);
});
