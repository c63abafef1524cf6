import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CheckFailure, Handler, Properties } from "../../../providers/lifecycle/handler";
import { commandLine } from "../../../providers/lifecycle/process";
import { dhcp, privateNetwork } from "../../../sdk";
import { FakeHost, identity, image, machine } from "../support/host";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const subnet = "10.77.0.0/24";
const group = "239.193.0.1:20001";

let host: FakeHost;
beforeEach(async () => {
    host = await FakeHost.make();
});
afterEach(() => host.close());

const place = (changes: Properties = {}): Properties => ({
    group,
    subnet,
    address: "10.77.0.2",
    name: "web",
    problems: [],
    ...changes,
});

async function failures(...networks: readonly unknown[]): Promise<readonly CheckFailure[]> {
    return (await host.provider().check({}, machine({ networks }))).failures;
}

test.each<[string, unknown, string, string]>([
    [
        "an address of elsewhere",
        place({ address: "10.78.0.2" }),
        "address",
        "10.78.0.2 is not an address for a machine",
    ],
    ["a subnet's own address", place({ address: "10.77.0.0" }), "address", "is not an address for a machine"],
    ["an address for all", place({ address: "10.77.0.255" }), "address", "is not an address for a machine"],
    ["an address that is none", place({ address: "web" }), "address", '"web" is not an IPv4 address'],
    ["a name with a line end", place({ name: "web\n10.0.0.1 db" }), "name", "is not a name for a machine"],
    ["a name in capitals", place({ name: "Web" }), "name", '"Web" is not a name for a machine'],
    ["a name with an underscore", place({ name: "web_1" }), "name", "is not a name for a machine"],
    ["an endless label", place({ name: "a".repeat(64) }), "name", "is not a name for a machine"],
    ["an address for a name", place({ name: "10.77.0.2" }), "name", "is not a name for a machine"],
    ["everybody's own name", place({ name: "localhost" }), "name", "is not a name for a machine"],
    ["something else", { name: "web" }, "network", "give it a linuxkit.qemu.Network"],
    ["a misspelt key", place({ adress: "10.77.0.2" }), "adress", 'did you mean "address"?'],
    ["what the program found", place({ problems: [{ property: "address", reason: "taken" }] }), "address", "taken"],
    ["no address left", place({ address: "", problems: [{ property: "network", reason: "full" }] }), "network", "full"],
])("%s fails with its property's path", async (_, network, property, reason) => {
    const other = place({ group: "239.193.0.2:20002", subnet: "10.99.0.0/24", address: "10.99.0.2" });
    expect(await failures(other, network)).toEqual([
        { property: `networks[1].${property}`, reason: expect.stringContaining(reason) },
    ]);
});

test("a machine is on a network once, and on subnets that are apart", async () => {
    expect(await failures(place(), place())).toEqual([
        { property: "networks[1].network", reason: expect.stringContaining("twice") },
    ]);
    expect(await failures(place(), place({ group: "239.193.0.2:20002", subnet: "10.77.0.0/16" }))).toEqual([
        { property: "networks[1].network", reason: expect.stringContaining("overlaps 10.77.0.0/24 of networks[0]") },
    ]);
    const { failures: found } = await host.provider().check({}, machine({ networks: "backend" }));
    expect(found).toEqual([{ property: "networks", reason: '"backend" is not a list of networks' }]);
});

test("what is not known yet is not refused", async () => {
    const networks = [
        place({ address: unknown, problems: unknown }),
        place({ group: unknown, subnet: unknown, name: unknown }),
    ];
    const { inputs, failures: found } = await host.provider().check({}, machine({ networks }));
    expect(found).toEqual([]);
    expect(await host.provider().diff("id", { ...machine(), status: "running" }, inputs)).toMatchObject({
        changes: true,
    });
});

async function created(name: string, address: string, changes: Properties = {}) {
    return made(
        host.provider(),
        machine({ identity: identity(name), ports: [], networks: [place({ name, address })], ...changes }),
    );
}

async function made(
    provider: Handler,
    news: Properties,
): Promise<{ id: string; inputs: Properties; outs: Properties }> {
    const { inputs, failures: found } = await provider.check({}, news);
    expect(found).toEqual([]);
    return { inputs, ...(await provider.create(inputs)) };
}

function hostsOf(id: string): Promise<string> {
    return readFile(join(host.journal.directory(id), "names", "hosts"), "utf8");
}

test("machines hear of one that comes, is renamed, moves and goes, and are not started again", async () => {
    const one = await created("one", "10.77.0.2");
    expect(await hostsOf(one.id)).toBe("10.77.0.2 one\n");
    const [first] = await host.processes();

    const two = await created("two", "10.77.0.3");
    expect(await hostsOf(one.id)).toBe("10.77.0.2 one\n10.77.0.3 two\n");
    expect(await hostsOf(two.id)).toBe("10.77.0.2 one\n10.77.0.3 two\n");
    const before = await host.processes();

    const renamed = { ...two.inputs, networks: [place({ name: "deux", address: "10.77.0.3", problems: undefined })] };
    expect(await host.provider().diff(two.id, two.outs, renamed)).toMatchObject({ changes: true, replaces: [] });
    await host.provider().update(two.id, two.outs, renamed);
    expect(await hostsOf(one.id)).toBe("10.77.0.2 one\n10.77.0.3 deux\n");
    expect(await host.processes()).toEqual(before);

    const moved = { ...two.inputs, networks: [place({ name: "deux", address: "10.77.0.9" })] };
    const { outs } = await host.provider().update(two.id, renamed, moved);
    expect(await hostsOf(one.id)).toBe("10.77.0.2 one\n10.77.0.9 deux\n");
    const after = await host.processes();
    expect(after).toHaveLength(2);
    expect(after).toContainEqual(first);
    expect(after).not.toEqual(before);

    await host.provider().delete(two.id, outs);
    expect(await hostsOf(one.id)).toBe("10.77.0.2 one\n");
    await host.provider().delete(one.id, one.outs);
    expect(await host.files()).toEqual([]);
});

test("machines that are made and deleted at once all know each other, and leave nothing", async () => {
    const provider = host.provider();
    const numbers = [2, 3, 4, 5];
    const all = await Promise.all(
        numbers.map((number) =>
            made(
                provider,
                machine({
                    identity: identity(`m${number}`),
                    ports: [],
                    networks: [place({ name: `m${number}`, address: `10.77.0.${number}` })],
                }),
            ),
        ),
    );
    for (const { id } of all) {
        expect(await hostsOf(id)).toBe(numbers.map((number) => `10.77.0.${number} m${number}\n`).join(""));
    }
    await Promise.all(all.map(({ id, outs }) => provider.delete(id, outs)));
    expect(await host.files()).toEqual([]);
});

test("a machine that leaves its network is forgotten there, and has no trace of it", async () => {
    const one = await created("one", "10.77.0.2");
    const two = await created("two", "10.77.0.3");
    const { networks: _, ...alone } = two.inputs;
    expect(await host.provider().diff(two.id, two.outs, alone)).toMatchObject({ changes: true });
    const { outs } = await host.provider().update(two.id, two.outs, alone);
    expect(await hostsOf(one.id)).toBe("10.77.0.2 one\n");
    expect(outs).not.toHaveProperty("networks");
    const lines = await Promise.all((await host.processes()).map(({ pid }) => commandLine(pid)));
    const line = lines.find((words) => words.includes(two.id))?.join(" ");
    expect(line).toContain("-netdev user,id=net0 ");
    expect(line).not.toMatch(/mcast|linuxkit\.net|tftp/);
});

test("a machine on a network is given its interface, its address and the names", async () => {
    const { id, outs } = await created("one", "10.77.0.2");
    const [qemu] = await host.processes();
    const line = (await commandLine(qemu?.pid as number)).join(" ");
    expect(line).toContain("-netdev user,id=net0,tftp=names ");
    expect(line).toContain(`-netdev socket,id=net1,mcast=${group},localaddr=127.0.0.1 `);
    expect(line).toMatch(/panic=-1 linuxkit\.net=02(:[0-9a-f]{2}){5},10\.77\.0\.2\/24 /);
    expect(outs["networks"]).toEqual([{ group, subnet, address: "10.77.0.2", name: "one" }]);
    await host.provider().delete(id, outs);
});

/** What is noted of a machine whose image has this container in onboot. */
async function notes(container: Properties, networks: readonly unknown[] = [place()]): Promise<readonly string[]> {
    const components = { "init.base": { image: { type: "debian", role: "base" } }, "onboot.network": container };
    const { failures: found } = await host
        .provider()
        .check({}, machine({ image: { ...image(), components }, ...(networks.length > 0 ? { networks } : {}) }));
    expect(found).toEqual([]);
    return host.notes;
}

test("an image that sets no address on the machine's networks is noted", async () => {
    expect(await notes(dhcp() as unknown as Properties)).toEqual([
        expect.stringContaining("the image has no privateNetwork(), so the machine has no address on its networks"),
    ]);
});

test.each<[string, Properties, readonly unknown[]]>([
    ["an image that sets the addresses", privateNetwork() as unknown as Properties, [place()]],
    ["an image that is not known yet", { image: unknown }, [place()]],
    ["a machine without networks", dhcp() as unknown as Properties, []],
])("%s is not", async (_, container, networks) => {
    expect(await notes(container, networks)).toEqual([]);
});
