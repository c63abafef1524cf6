import fc from "fast-check";
import { macAddress, namesServer, networkArguments, networkDevices } from "../../../providers/qemu/network/devices";
import { hostsOf } from "../../../providers/qemu/network/names";
import type { MachineEntry } from "../../../providers/qemu/journal/entry";

const place = (address: string, name = "web", group = "239.193.0.1:20001"): MachineEntry["networks"] & object => [
    { group, subnet: "10.77.0.0/24", address, name },
];

test("an interface on the loopback's multicast group, with a hardware address of its own", () => {
    const networks = place("10.77.0.2");
    expect(networkDevices(networks)).toEqual([
        "-netdev",
        "socket,id=net1,mcast=239.193.0.1:20001,localaddr=127.0.0.1",
        "-device",
        "virtio-net-pci,netdev=net1,mac=02:7a:14:80:bf:bd,romfile=",
    ]);
    expect(networkArguments(networks)).toEqual(["linuxkit.net=02:7a:14:80:bf:bd,10.77.0.2/24"]);
    expect(namesServer(networks)).toEqual(["tftp=names"]);
});

test("a machine without networks is given nothing", () => {
    expect([...networkDevices([]), ...networkArguments([]), ...namesServer([])]).toEqual([]);
});

test("hardware addresses are one machine's, unicast and locally administered", () => {
    fc.assert(
        fc.property(fc.ipV4(), fc.ipV4(), (one, other) => {
            const [first, second] = [one, other].map((address) => macAddress({ group: "239.193.0.1:20001", address }));
            expect(first).toMatch(/^02(:[0-9a-f]{2}){5}$/);
            return one === other || first !== second;
        }),
    );
    const groups = ["239.193.0.1:20001", "239.193.0.1:20002"];
    expect(new Set(groups.map((group) => macAddress({ group, address: "10.77.0.2" }))).size).toBe(2);
});

test("a machine knows everybody on its networks, and nobody else", () => {
    const entry = (networks?: MachineEntry["networks"]): MachineEntry =>
        ({ id: "", ...(networks === undefined ? {} : { networks }) }) as MachineEntry;
    const elsewhere = "239.193.0.2:20001";
    const all = [
        entry(place("10.77.0.3", "web")),
        entry([...place("10.77.0.2", "db"), ...place("10.78.0.2", "db", elsewhere)]),
        entry(place("10.78.0.3", "logs", elsewhere)),
        entry(),
    ];
    expect(all.map((machine) => hostsOf(machine, all))).toEqual([
        "10.77.0.2 db\n10.77.0.3 web\n",
        "10.77.0.2 db\n10.77.0.3 web\n10.78.0.2 db\n10.78.0.3 logs\n",
        "10.78.0.2 db\n10.78.0.3 logs\n",
        "",
    ]);
});
