import { isIPv4 } from "node:net";
import { LinuxKitError } from "./error";

/** An IPv4 subnet in numbers. */
export interface Subnet {
    /** Its first address, which no machine can have; the last one is for all of them. */
    readonly first: number;
    readonly last: number;
    readonly prefix: number;
}

/**
 * Reads "10.77.0.0/24".
 * @throws LinuxKitError `invalid-subnet` when it is none, or has no room for two machines
 */
export function parseSubnet(text: string): Subnet {
    const [address = "", length = ""] = text.split("/", 2);
    const prefix = /^\d{1,2}$/.test(length) && text.split("/").length === 2 ? Number(length) : NaN;
    if (!isIPv4(address) || !(prefix >= 8 && prefix <= 30)) {
        throw invalid(text, 'is not an IPv4 subnet: write "10.77.0.0/24", with a prefix length from 8 to 30');
    }
    const given = addressNumber(address);
    const first = given - (given % 2 ** (32 - prefix));
    if (given !== first) {
        throw invalid(text, `is an address within a subnet: write "${addressText(first)}/${prefix}"`);
    }
    return { first, last: first + 2 ** (32 - prefix) - 1, prefix };
}

function invalid(subnet: string, reason: string): LinuxKitError {
    return new LinuxKitError("invalid-subnet", `${JSON.stringify(subnet)} ${reason}`, { subnet });
}

/** Whether a machine of the subnet can have the address. */
export function holdsAddress({ first, last }: Subnet, address: string): boolean {
    const number = addressNumber(address);
    return number > first && number < last;
}

export function subnetsOverlap(one: Subnet, other: Subnet): boolean {
    return one.first <= other.last && other.first <= one.last;
}

/** 167772161 of "10.0.0.1". */
export function addressNumber(address: string): number {
    return address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}

/** "10.0.0.1" of 167772161. */
export function addressText(number: number): string {
    return [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join(".");
}
