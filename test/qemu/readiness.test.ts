import type { CheckFailure, Properties } from "../../providers/lifecycle/handler";
import { readSettings } from "../../providers/qemu/settings";
import { unknownValue } from "../../sdk/assembly/inputs";
import { FakeHost, image, loopback, machine } from "./support/host";

let host: FakeHost;
beforeEach(async () => {
    host = await FakeHost.make();
});
afterEach(() => host.close());

const of = (readiness: unknown, changes: Properties = {}): Properties =>
    machine({ image: { ...image(), readiness }, ...changes });
const place = { group: "239.193.0.1:20001", subnet: "10.77.0.0/24", address: "10.77.0.2", name: "one" };
const tcp = (guest: unknown, more: object = {}): object => ({ guest, address: loopback, ...more });

async function failures(news: Properties): Promise<readonly CheckFailure[]> {
    return (await host.provider().check({}, news)).failures;
}

test.each([
    ["the port is forwarded", of({ tcp: 22 }, { ports: [tcp(80), tcp(22)] })],
    ["the guest's port is known at up", of({ tcp: 22 }, { ports: [tcp(unknownValue)] })],
    ["the ports are known at up", of({ tcp: 22 }, { ports: unknownValue })],
    ["the image's port is known at up", of({ tcp: unknownValue }, { ports: [] })],
    ["the readiness is known at up", of(unknownValue, { ports: [] })],
    ["it only runs", of("running", { ports: [] })],
    ["its console says so", of("console", { ports: [] })],
])("%s: no problem", async (_, news) => {
    expect(await failures(news)).toEqual([]);
});

test.each([
    [
        "no port",
        {},
        "none leads to TCP port 22 of the machine, which its image's readiness waits for: add { guest: 22 }",
    ],
    ["another port", { ports: [tcp(80, { host: 22 })] }, "add { guest: 22 }"],
    ["the same of UDP", { ports: [tcp(22, { protocol: "udp" })] }, "TCP port 22"],
    ["a private network alone", { networks: [place] }, "a private network is not reached from this host"],
])("%s does not lead to the port", async (_, changes, reason) => {
    const news = of({ tcp: 22 }, { ports: [], ...changes });
    expect(await failures(news)).toEqual([{ property: "ports", reason: expect.stringContaining(reason) }]);
});

test("another readiness leaves the machine alone", async () => {
    const { inputs } = await host.provider().check({}, of("console"));
    const { id, outs } = await host.provider().create(inputs);
    const before = await host.processes();
    const { inputs: other } = await host.provider().check(inputs, of({ tcp: 6379 }));
    expect(await host.provider().diff(id, outs, other)).toMatchObject({ changes: false });
    const patient = { ...other, timeouts: { create: "9m" } };
    expect((await host.provider().update(id, outs, patient)).outs["status"]).toBe("running");
    expect(await host.processes()).toEqual(before);
});

test("a machine that an earlier version recorded has its image's default", () => {
    const base = { image: { type: "debian", role: "base" } };
    const recorded = (components: object): Properties => {
        const { readiness: _, ...former } = image();
        return machine({ image: { ...former, components } });
    };
    expect(readSettings(recorded({ "init.any": base })).readiness).toBe("console");
    expect(readSettings(recorded({ "init.any": { image: "linuxkit/init:v1" } })).readiness).toBe("running");
    expect(readSettings(recorded({ "services.any": base })).readiness).toBe("running");
});
