import * as pulumi from "@pulumi/pulumi";
import * as linuxkit from "../../sdk";

const inputs = new Map<string, Record<string, unknown>>();
const types = new Map<string, string>();

beforeAll(async () => {
    await pulumi.runtime.setMocks({
        newResource: ({ name, type, inputs: given }) => {
            types.set(name, type);
            inputs.set(name, given as Record<string, unknown>);
            const group = type.endsWith(":Network") ? { subnet: "10.77.0.0/24", group: `239.193.0.1:${name}` } : {};
            return { id: `${name}-id`, state: { ...group, ...given } };
        },
        call: ({ inputs: given }) => given as Record<string, unknown>,
    });
});

const assembly = new linuxkit.Assembly({ kernel: linuxkit.debian.kernel(), init: [linuxkit.debian.base()] });

async function networksOf(...machines: readonly linuxkit.qemu.Machine[]): Promise<unknown[]> {
    await Promise.all(machines.map(({ urn }) => new Promise((resolve) => urn.apply(resolve))));
    return machines.map((machine) => inputs.get(machine["__name" as never])?.["networks"]);
}

function named(name: string, networks: readonly linuxkit.qemu.MachineNetworkArgs[]): linuxkit.qemu.Machine {
    const image = new linuxkit.Image(`${name}-os`, { assembly });
    return Object.assign(new linuxkit.qemu.Machine(name, { image, networks }), { __name: name });
}

test("machines get the network, an address each and their own names; a given address and name stay", async () => {
    const network = new linuxkit.qemu.Network("20001");
    const given = { network, address: pulumi.output("10.77.0.200"), name: "database" };
    const found = await networksOf(named("web", [{ network }]), named("db", [given]));
    const common = { group: "239.193.0.1:20001", subnet: "10.77.0.0/24", problems: [] };
    expect(found).toEqual([
        [{ ...common, address: "10.77.0.37", name: "web" }],
        [{ ...common, address: "10.77.0.200", name: "database" }],
    ]);
});

test("what two machines both want is a problem of the second", async () => {
    const network = new linuxkit.qemu.Network("20002");
    const [first, second] = await networksOf(
        named("a", [{ network, address: "10.77.0.9", name: "same" }]),
        named("b", [{ network, address: "10.77.0.9", name: "same" }]),
    );
    expect(first).toEqual([expect.objectContaining({ problems: [] })]);
    expect(second).toEqual([
        expect.objectContaining({
            problems: [
                { property: "name", reason: expect.stringContaining('the name of the machine "a"') },
                { property: "address", reason: expect.stringContaining('the address of the machine "a"') },
            ],
        }),
    ]);
});

test("the type token is that of users' state", async () => {
    await new Promise((resolve) => new linuxkit.qemu.Network("20005").urn.apply(resolve));
    expect(types.get("20005")).toBe("pulumi-nodejs:dynamic/linuxkit/qemu:Network");
});

test("networks know nothing of each other, and a machine without any says nothing of them", async () => {
    const [one, other] = ["20003", "20004"].map((name) => new linuxkit.qemu.Network(name)) as [
        linuxkit.qemu.Network,
        linuxkit.qemu.Network,
    ];
    const found = await networksOf(
        named("c", [{ network: one, address: "10.77.0.9" }]),
        named("d", [{ network: other, address: "10.77.0.9" }]),
        named("e", []),
    );
    expect(found).toEqual([
        [expect.objectContaining({ problems: [] })],
        [expect.objectContaining({ problems: [], group: "239.193.0.1:20004" })],
        undefined,
    ]);
});
