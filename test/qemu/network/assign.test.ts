import fc from "fast-check";
import { assign, type Member } from "../../../sdk/qemu/assign";

const subnet = "10.77.0.0/24";

function members(names: readonly string[], within: string = subnet): readonly Member[] {
    const found: Member[] = [];
    for (const machine of names) {
        const { member, problems } = assign(within, found, { machine, name: machine });
        expect(problems).toEqual([]);
        found.push(member);
    }
    return found;
}

const addresses = (found: readonly Member[]): Record<string, string> =>
    Object.fromEntries(found.map(({ machine, address }) => [machine, address]));

test("an address follows from the name of the machine: it is users' state, and stays", () => {
    expect(addresses(members(["web", "db"]))).toEqual({ web: "10.77.0.37", db: "10.77.0.131" });
});

test("machines keep their addresses whoever comes, goes or stands before them, and under another name", () => {
    const { web } = addresses(members(["db", "cache", "web"]));
    expect(addresses(members(["web"]))).toEqual({ web });
    expect(assign(subnet, [], { machine: "web", name: "www" }).member.address).toBe(web);
});

test("no two machines get one address, as long as there is one", () => {
    const names = fc.uniqueArray(fc.string(), { minLength: 13, maxLength: 13 });
    fc.assert(
        fc.property(names, (machines) => {
            const found = members(machines, "10.77.0.0/28").map(({ address }) => address);
            expect(found.toSorted((a, b) => Number(a.slice(8)) - Number(b.slice(8)))).toEqual(
                Array.from({ length: 13 }, (_, index) => `10.77.0.${index + 2}`),
            );
        }),
    );
});

test("where none is left, the network is too small", () => {
    const { member, problems } = assign("10.77.0.0/30", members(["a"], "10.77.0.0/30"), { machine: "b", name: "b" });
    expect(member.address).toBe("");
    expect(problems).toEqual([
        {
            property: "network",
            reason: "10.77.0.0/30 has no address left after those of 1 machines: give the network a larger subnet",
        },
    ]);
    const given = { machine: "b", name: "b", address: "10.77.0.1" };
    expect(assign("10.77.0.0/30", members(["a"], "10.77.0.0/30"), given).problems).toEqual([]);
});

test("an address and a name have one owner", () => {
    const others = members(["web"]);
    const [{ address } = { address: "" }] = others;
    expect(assign(subnet, others, { machine: "b", name: "web", address }).problems).toEqual([
        { property: "name", reason: '"web" is the name of the machine "web" on this network too: choose another' },
        {
            property: "address",
            reason: `${address} is the address of the machine "web" on this network too: choose another`,
        },
    ]);
});
