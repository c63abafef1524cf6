import { createSocket } from "node:dgram";
import type { Handler, Properties } from "../../../providers/lifecycle/handler";
import type { ProcessIdentity } from "../../../providers/lifecycle/process";
import { bindError } from "../../../providers/qemu/check/listen";
import { networkHandler } from "../../../providers/qemu/network";
import { Reservations } from "../../../providers/qemu/journal/reservations";
import { FakeHost, identity } from "../support/host";

let host: FakeHost;
beforeEach(async () => {
    host = await FakeHost.make();
});
afterEach(() => host.close());

/** A provider process; one after the other has died. */
function provider(bind = (address: string, port: number) => bindError("udp", address, port)): Handler {
    const self: ProcessIdentity = { pid: 2 ** 30, startTime: String(Math.random()) };
    return networkHandler({ reservations: new Reservations(host.stateDirectory, self), bindError: bind });
}

const declared = (changes: Properties = {}): Properties => ({ identity: identity("backend"), ...changes });

async function groupOf(olds: Properties, news: Properties, handler: Handler = provider()): Promise<string> {
    const { inputs, failures } = await handler.check(olds, news);
    expect(failures).toEqual([]);
    return inputs["group"] as string;
}

test("a preview picks a group, the up that follows makes that one, and state keeps it", async () => {
    const previewed = await groupOf({}, declared());
    expect(previewed).toMatch(/^239\.19[2-5]\.\d+\.\d+:(2\d|3[0-2])\d{3}$/);

    const up = provider();
    const { inputs } = await up.check({}, declared());
    expect(inputs).toEqual({ ...declared(), subnet: "10.77.0.0/24", group: previewed });
    const { id, outs } = await up.create(inputs);
    expect(outs).toEqual(inputs);
    expect(await host.files()).toEqual([]);

    const again = await provider().check(outs, declared());
    expect(again.inputs).toEqual(inputs);
    expect(await provider().diff(id, outs, again.inputs)).toMatchObject({ changes: false, replaces: [] });
    expect(await provider().read(id, outs)).toEqual({ id, outs });
});

test("another subnet is the same network", async () => {
    const { inputs } = await provider().check({}, declared());
    const { id, outs } = await provider().create(inputs);
    const moved = await provider().check(outs, declared({ subnet: "10.78.0.0/16" }));
    expect(moved.inputs["group"]).toBe(outs["group"]);
    expect(await provider().diff(id, outs, moved.inputs)).toEqual({
        changes: true,
        replaces: [],
        deleteBeforeReplace: false,
    });
    expect((await provider().update(id, outs, moved.inputs)).outs).toEqual(moved.inputs);
});

test("a network that is destroyed leaves nothing, one that was only previewed too", async () => {
    const handler = provider();
    const { inputs } = await handler.check({}, declared());
    expect(await host.files()).toHaveLength(1);
    await handler.delete("id", inputs);
    expect(await host.files()).toEqual([]);
});

test("networks have groups of their own", async () => {
    const handler = provider();
    const names = ["a", "b", "c", "d"];
    const groups = await Promise.all(names.map((name) => groupOf({}, declared({ identity: identity(name) }), handler)));
    expect(new Set(groups.map((group) => group.split(":")[1])).size).toBe(names.length);
});

test("a group that somebody listens to is not picked, though they share it", async () => {
    const group = await groupOf({}, declared());
    const [address = "", port = ""] = group.split(":");
    const socket = createSocket({ type: "udp4", reuseAddr: true });
    await new Promise<void>((resolve) => socket.bind(Number(port), address, resolve));
    try {
        expect(await bindError("udp", address, Number(port))).toBe("EADDRINUSE");
    } finally {
        socket.close();
    }
    const asked: string[] = [];
    const picked = await groupOf(
        {},
        declared({ identity: identity("other") }),
        provider(async (...bound) => (asked.push(bound.join(":")) < 3 ? "EADDRINUSE" : undefined)),
    );
    expect(asked).toHaveLength(3);
    expect(picked).toBe(asked[2]);
    await expect(provider(async () => "EACCES").check({}, declared({ identity: identity("third") }))).rejects.toThrow(
        "none of 200 UDP ports",
    );
});

test.each<[string, Properties, string, string]>([
    ["a subnet that is none", { subnet: "lots" }, "subnet", '"lots" is not an IPv4 subnet'],
    ["a subnet that is no text", { subnet: { secret: "hunter2" } }, "subnet", "an object is not an IPv4 subnet"],
    ["an address", { subnet: "10.77.0.5/24" }, "subnet", 'write "10.77.0.0/24"'],
    ["QEMU's own subnet", { subnet: "10.0.0.0/8" }, "subnet", "overlaps 10.0.2.0/24"],
    ["a misspelt property", { sub: "10.77.0.0/24" }, "sub", 'did you mean "subnet"?'],
])("%s fails with its property's path", async (_, changes, property, reason) => {
    const { failures } = await provider().check({}, declared(changes));
    expect(failures).toEqual([{ property, reason: expect.stringContaining(reason) }]);
});

test("what is not known yet is not refused", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const { inputs, failures } = await provider().check({}, declared({ subnet: unknown }));
    expect(failures).toEqual([]);
    expect(inputs["subnet"]).toBe(unknown);
});
