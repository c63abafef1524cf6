import { isIPv4 } from "node:net";
import { flag, list, oneOf, type Reader, text } from "../read/reader";
import { defaulted, optional, required, shape } from "../read/shape";
import type { BuiltinSource } from "../spec";

/** A built-in component: its source, and the command that carries its arguments. */
export interface Builtin {
    readonly source: BuiltinSource;
    readonly command: readonly string[];
}

export const builtinNames = ["dhcp", "private-names", "private-network", "static-address"] as const;
export type BuiltinName = (typeof builtinNames)[number];

/** Linux: at most 15 bytes, no slash, no white space. */
const interfaceName: Reader<string> = text(
    { what: 'the name of a network interface, such as "eth0"' },
    (value) => /^[A-Za-z0-9_.:-]{1,15}$/.test(value) && value !== "." && value !== "..",
);

const address: Reader<string> = text({ what: 'an IPv4 address such as "10.0.0.1"' }, isIPv4);

const networkAddress: Reader<string> = text(
    { what: 'an IPv4 address with its prefix length, such as "10.0.0.2/24"' },
    (value) => {
        const match = /^([\d.]+)\/(\d{1,2})$/.exec(value);
        return match !== null && isIPv4(String(match[1])) && Number(match[2]) <= 32;
    },
);

const type = required(oneOf(["builtin"]), '"builtin"');

const dhcp = shape("dhcp()", {
    type,
    name: required(oneOf(["dhcp"]), '"dhcp"'),
    interface: optional(interfaceName),
    renew: defaulted(flag, false),
});

const staticAddress = shape("staticAddress()", {
    type,
    name: required(oneOf(["static-address"]), '"static-address"'),
    interface: required(interfaceName, 'the network interface to configure, such as "eth0"'),
    address: required(networkAddress, 'an IPv4 address with its prefix length, such as "10.0.0.2/24"'),
    gateway: optional(address),
    nameservers: defaulted(list(address, "a list of IPv4 addresses"), []),
});

const readDhcp: Reader<Builtin> = (value, path, findings) => {
    const options = dhcp(value, path, findings);
    return (
        options && {
            source: { type: "builtin", name: "dhcp" },
            command: [
                "/dhcp",
                ...(options.renew ? ["--renew"] : []),
                ...(options.interface === undefined ? [] : [options.interface]),
            ],
        }
    );
};

const readStaticAddress: Reader<Builtin> = (value, path, findings) => {
    const options = staticAddress(value, path, findings);
    return (
        options && {
            source: { type: "builtin", name: "static-address" },
            command: [
                "/static-address",
                options.interface,
                options.address,
                options.gateway ?? "",
                ...options.nameservers,
            ],
        }
    );
};

/** One that is told everything by the machine. */
function withoutOptions(name: BuiltinName, maker: string): Reader<Builtin> {
    const read = shape(maker, { type, name: required(oneOf([name]), JSON.stringify(name)) });
    return (value, path, findings) =>
        read(value, path, findings) && { source: { type: "builtin", name }, command: [`/${name}`] };
}

export const builtins: Readonly<Record<BuiltinName, Reader<Builtin>>> = {
    dhcp: readDhcp,
    "private-names": withoutOptions("private-names", "privateNames()"),
    "private-network": withoutOptions("private-network", "privateNetwork()"),
    "static-address": readStaticAddress,
};
