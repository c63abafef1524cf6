import { createSocket } from "node:dgram";
import { utimes } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import type { CheckFailure, Properties } from "../../providers/lifecycle/handler";
import type { Port } from "../../providers/qemu";
import { FakeHost, identity, loopback, machine } from "./support/host";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const withoutKernel = { digest: `sha256:${"0".repeat(64)}`, architecture: "amd64", order: ["init.base"] };

let host: FakeHost;
beforeEach(async () => {
    host = await FakeHost.make();
});
afterEach(() => host.close());

async function failures(news: Properties): Promise<readonly CheckFailure[]> {
    return (await host.provider().check({}, news)).failures;
}

async function hostPorts(news: Properties, olds: Properties = {}): Promise<number[]> {
    const { inputs, failures: found } = await host.provider().check(olds, news);
    expect(found).toEqual([]);
    return (inputs["ports"] as Port[]).map((port) => port.host);
}

async function withListener<T>(use: (port: number) => Promise<T>): Promise<T> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
    try {
        return await use((server.address() as { port: number }).port);
    } finally {
        server.close();
    }
}

test.each<[string, Properties, string, string]>([
    ["a size without meaning", { memory: "lots" }, "memory", '"lots" is not a size such as "256 MB"'],
    ["a size without unit", { memory: 256 }, "memory", "256 is not a size"],
    ["no memory", { memory: "0 MB" }, "memory", '"0 MB" is zero'],
    ["too little memory", { memory: "1 MB" }, "memory", 'use "32 MB" or more'],
    ["half a CPU", { cpus: 0.5 }, "cpus", "0.5 is not a number of CPUs"],
    ["no CPU", { cpus: 0 }, "cpus", "use 1 to 255"],
    ["an accelerator that is none", { accelerator: "warp" }, "accelerator", '"warp" is not an accelerator'],
    ["a misspelt property", { memroy: "1 GB" }, "memroy", 'did you mean "memory"?'],
    ["two kernel arguments in one", { kernelArguments: ["quiet", "a b"] }, "kernelArguments[1]", "is not one kernel"],
    ["a line end", { kernelArguments: ["a\nb"] }, "kernelArguments[0]", "without spaces or line ends"],
    ["arguments in one string", { kernelArguments: "quiet" }, "kernelArguments", "is not a list of kernel arguments"],
    ["a time-out without unit", { timeouts: { create: "10" } }, "timeouts.create", "is not a length of time"],
    ["a misspelt time-out", { timeouts: { crate: "10s" } }, "timeouts.crate", 'did you mean "create"?'],
    ["no image", { image: undefined }, "image", "is missing"],
    ["an image that is none", { image: "redis" }, "image", "give it a linuxkit.Image"],
    [
        "an image without a kernel",
        { image: withoutKernel },
        "image",
        "this image has none: give its assembly a `kernel`",
    ],
    ["a port out of range", { ports: [{ guest: 70_000 }] }, "ports[0].guest", "70000 is not a port: use 1 to 65535"],
    ["a port that is none", { ports: [6379] }, "ports[0]", "write { guest: 6379 }"],
    ["ports that are no list", { ports: 6379 }, "ports", "is not a list of ports"],
    ["a misspelt key of a port", { ports: [{ geust: 1, guest: 1 }] }, "ports[0].geust", 'did you mean "guest"?'],
    ["a protocol that is none", { ports: [{ guest: 1, protocol: "sctp" }] }, "ports[0].protocol", '"tcp" or "udp"'],
    ["a name for an address", { ports: [{ guest: 1, address: "localhost" }] }, "ports[0].address", "IPv4 address"],
    [
        "an address of elsewhere",
        { ports: [{ guest: 1, address: "192.0.2.1" }] },
        "ports[0].address",
        "192.0.2.1 is not an address of this host",
    ],
    ["a guest's port twice", { ports: [{ guest: 1 }, { guest: 1 }] }, "ports[1].guest", "forwarded twice"],
    [
        "a host's port twice",
        {
            ports: [
                { guest: 1, host: 9998 },
                { guest: 2, host: 9998 },
            ],
        },
        "ports[1].host",
        "given twice",
    ],
])("%s fails with its property's path", async (_, changes, property, reason) => {
    const found = await failures(machine(changes));
    expect(found).toEqual([{ property, reason: expect.stringContaining(reason) }]);
});

test.each([
    { kernelArguments: ["app.token=hunter2 hunter3"] },
    { kernelArguments: "app.token=hunter2" },
    { kernelArguments: [{ token: "hunter2" }] },
    { image: "hunter2" },
    { image: { token: "hunter2" } },
    { ports: [{ guest: 1, password: "hunter2" }] },
    { ports: { token: "hunter2" } },
    { ports: [["hunter2"]] },
    { ports: [{ guest: { token: "hunter2" } }] },
    { timeouts: { create: { token: "hunter2" } } },
    { timeouts: "hunter2" },
    { accelerator: { token: "hunter2" } },
    { password: "hunter2" },
])("what may be a secret is not repeated: %j", async (changes) => {
    const found = await failures(machine(changes));
    expect(found).not.toEqual([]);
    expect(JSON.stringify(found)).not.toContain("hunter");
});

test("every problem is told at once", async () => {
    const found = await failures(machine({ memory: "lots", cpus: -1, ports: [{ guest: 0 }, { guest: 1, host: 0 }] }));
    expect(found.map(({ property }) => property)).toEqual(["memory", "cpus", "ports[0].guest", "ports[1].host"]);
});

test("what is not known yet is not refused", async () => {
    const news = machine({
        image: unknown,
        memory: unknown,
        cpus: unknown,
        kernelArguments: [unknown],
        timeouts: unknown,
        ports: [{ guest: unknown }, { guest: 80, host: unknown }],
    });
    const { inputs, failures: found } = await host.provider().check({}, news);
    expect(found).toEqual([]);
    expect(inputs).toMatchObject(news);
    expect(await failures(machine({ ports: unknown, image: { digest: unknown, architecture: "amd64" } }))).toEqual([]);
    expect(await host.provider().diff("id", { ...machine(), status: "running" }, inputs)).toMatchObject({
        replaces: ["image"],
    });
});

test("a port is of 127.0.0.1 and tcp unless it says otherwise", async () => {
    const { inputs } = await host.provider().check({}, machine({ ports: [{ guest: 80 }] }));
    expect(inputs["ports"]).toEqual([{ guest: 80, host: expect.any(Number), protocol: "tcp", address: "127.0.0.1" }]);
});

test("a port in use by another program is named", async () => {
    await withListener(async (port) => {
        expect(
            await failures(machine({ ports: [{ guest: 1 }, { guest: 6379, host: port, address: loopback }] })),
        ).toEqual([{ property: "ports[1].host", reason: expect.stringContaining("in use by another program") }]);
    });
});

test("udp and tcp ports are apart", async () => {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, loopback, resolve));
    const port = socket.address().port;
    try {
        expect(
            await failures(machine({ ports: [{ guest: 53, host: port, protocol: "udp", address: loopback }] })),
        ).toHaveLength(1);
        expect(await failures(machine({ ports: [{ guest: 53, host: port, address: loopback }] }))).toEqual([]);
    } finally {
        socket.close();
    }
});

test("a port of another machine of ours is named, also when that machine is stopped", async () => {
    const { inputs } = await host.provider().check({}, machine());
    const { outs } = await host.provider().create(inputs);
    const port = (outs["ports"] as Port[])[0]?.host;
    await host.killAll();
    const other = machine({ identity: identity("other"), ports: [{ guest: 1, host: port, address: loopback }] });
    expect(await failures(other)).toEqual([
        { property: "ports[0].host", reason: expect.stringContaining('the machine "redis" of stack shop/dev') },
    ]);
});

test("of two new machines with one port, the second is refused; once that command is over, it is not", async () => {
    const wanted = (name: string): Properties =>
        machine({ identity: identity(name), ports: [{ guest: 1, host: 6379, address: loopback }] });
    const first = host.provider();
    expect((await first.check({}, wanted("one"))).failures).toEqual([]);
    expect((await first.check({}, wanted("two"))).failures).toEqual([
        { property: "ports[0].host", reason: expect.stringContaining("wanted by another machine too") },
    ]);
    expect((await first.check({}, wanted("one"))).failures).toEqual([]);

    const ended = await FakeHost.make();
    const past = ended.provider(undefined, { pid: 2 ** 30, startTime: "ended" });
    expect((await past.check({}, wanted("one"))).failures).toEqual([]);
    expect((await ended.provider().check({}, wanted("two"))).failures).toEqual([]);
    await ended.close();
});

test("machines checked at once get ports of their own, which a later preview finds again", async () => {
    const names = Array.from({ length: 30 }, (_, index) => `m${index}`);
    const provider = host.provider();
    const first = await Promise.all(
        names.map(async (name) => (await provider.check({}, machine({ identity: identity(name) }))).inputs["ports"]),
    );
    const ports = (first as Port[][]).map(([port]) => port?.host);
    expect(new Set(ports).size).toBe(names.length);
    const later = await Promise.all(names.map((name) => hostPorts(machine({ identity: identity(name) }))));
    expect(later.flat()).toEqual(ports);
});

test("a port that a preview picked waits ten minutes for its up, then goes with the next check of any machine", async () => {
    const preview = host.provider(undefined, { pid: 2 ** 30, startTime: "ended" });
    const { inputs } = await preview.check({}, machine());
    const name = (await host.files()).find((path) => path.endsWith(".json"));
    const file = join(host.stateDirectory, name as string);
    const aged = async (minutes: number): Promise<string[]> => {
        await utimes(file, new Date(), new Date(Date.now() - minutes * 60_000));
        await host.provider().check({}, machine({ identity: identity("other"), ports: [] }));
        return [...(await host.files())];
    };
    expect(await aged(9)).toEqual([name]);
    expect(await hostPorts(machine())).toEqual([(inputs["ports"] as Port[])[0]?.host]);
    expect(await aged(11)).toEqual([name]);
    await preview.check({}, machine());
    expect(await aged(11)).toEqual([]);
});

test("a port is kept from the old inputs, without its machine on this host too", async () => {
    await withListener(async (port) => {
        const olds = machine({ ports: [{ guest: 6379, host: port, protocol: "tcp", address: loopback }] });
        expect(await hostPorts(machine(), olds)).toEqual([port]);
        expect(await hostPorts(olds, olds)).toEqual([port]);
    });
});

test("a picked port that another program took while the machine was stopped gives way to a free one", async () => {
    const { inputs } = await host.provider().check({}, machine());
    await host.provider().create(inputs);
    await host.killAll();
    const taken = (inputs["ports"] as Port[])[0]?.host as number;
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(taken, loopback, resolve));
    try {
        const [fresh] = await hostPorts(machine(), inputs);
        expect(fresh).not.toBe(taken);
    } finally {
        server.close();
    }
});

test("whatever the inputs are, check answers", async () => {
    const provider = host.provider();
    const value = fc.oneof(fc.jsonValue(), fc.constant(unknown), fc.constant([{ guest: 80 }]));
    const keys = fc.constantFrom("image", "memory", "cpus", "ports", "kernelArguments", "accelerator", "timeouts", "x");
    await fc.assert(
        fc.asyncProperty(fc.dictionary(keys, value), async (changes) => {
            const { failures: found } = await provider.check({}, machine(changes));
            return found.every(({ property, reason }) => property !== "" && reason !== "");
        }),
        { numRuns: 150 },
    );
});
