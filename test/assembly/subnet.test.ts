import fc from "fast-check";
import { addressNumber, addressText, holdsAddress, parseSubnet, subnetsOverlap } from "../../sdk/assembly/subnet";

test.each([
    ["10.77.0.0/24", { first: 0x0a4d0000, last: 0x0a4d00ff, prefix: 24 }],
    ["172.16.0.0/12", { first: 0xac100000, last: 0xac1fffff, prefix: 12 }],
    ["192.168.1.252/30", { first: 0xc0a801fc, last: 0xc0a801ff, prefix: 30 }],
])("%s is read", (text, subnet) => {
    expect(parseSubnet(text)).toEqual(subnet);
});

test.each([
    ["", "is not an IPv4 subnet"],
    ["10.77.0.0", "is not an IPv4 subnet"],
    ["10.77.0.0/", "is not an IPv4 subnet"],
    ["10.77.0.0/24/8", "is not an IPv4 subnet"],
    ["10.77.0.0/ 24", "is not an IPv4 subnet"],
    ["10.77.0/24", "is not an IPv4 subnet"],
    ["10.77.0.256/24", "is not an IPv4 subnet"],
    ["fd00::/24", "is not an IPv4 subnet"],
    ["10.77.0.0/31", "from 8 to 30"],
    ["0.0.0.0/0", "from 8 to 30"],
    ["10.77.0.7/24", 'write "10.77.0.0/24"'],
])("%j is refused", (text, reason) => {
    expect(() => parseSubnet(text)).toThrow(reason);
});

test("machines have neither the first nor the last address, nor one of elsewhere", () => {
    const subnet = parseSubnet("10.77.0.128/25");
    const addresses = ["10.77.0.128", "10.77.0.129", "10.77.0.254", "10.77.0.255", "10.77.0.1", "10.78.0.129"];
    expect(addresses.filter((address) => holdsAddress(subnet, address))).toEqual(["10.77.0.129", "10.77.0.254"]);
});

test("subnets overlap where one is within the other", () => {
    const [all, part, other] = ["10.0.0.0/8", "10.77.0.0/24", "11.0.0.0/8"].map(parseSubnet) as [never, never, never];
    expect([subnetsOverlap(all, part), subnetsOverlap(part, all), subnetsOverlap(all, other)]).toEqual([
        true,
        true,
        false,
    ]);
});

test("an address comes back from its number", () => {
    fc.assert(fc.property(fc.ipV4(), (address) => addressText(addressNumber(address)) === address));
});
