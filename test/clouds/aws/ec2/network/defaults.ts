import { createHash } from "node:crypto";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";

/** A subnet of the default VPC: https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html */
export interface DefaultSubnet {
    readonly id: string;
    readonly zone: string;
    readonly cidr: string;
    /** Third byte of its first address. */
    readonly third: number;
}

type Place = Pick<Call, "account" | "region">;

export const VPC_CIDR = "172.31.0.0/16";

export const vpcId = (place: Place): string => idOf("vpc", place, "");

export const defaultGroupId = (place: Place): string => idOf("sg", place, "");

export function zonesOf({ region }: Pick<Place, "region">): string[] {
    return ["a", "b", "c"].map((letter) => `${region}${letter}`);
}

export function subnetsOf(place: Place): DefaultSubnet[] {
    return zonesOf(place).map((zone, index) => ({
        id: idOf("subnet", place, zone),
        zone,
        cidr: `172.31.${index * 16}.0/20`,
        third: index * 16,
    }));
}

/** @throws Failure for a subnet that is not there, or one of another zone */
export function chooseSubnet(call: Call, id: string | undefined, zone: string | undefined): DefaultSubnet {
    const subnets = subnetsOf(call);
    const found = subnets.find(
        (subnet) => (id === undefined || subnet.id === id) && (zone ?? subnet.zone) === subnet.zone,
    );
    if (found !== undefined) {
        return found;
    }
    if (id !== undefined && !subnets.some((subnet) => subnet.id === id)) {
        throw new Failure("InvalidSubnetID.NotFound", `The subnet ID '${id}' does not exist`);
    }
    throw new Failure("InvalidParameterValue", `Value (${zone ?? ""}) for parameter availabilityZone is invalid.`);
}

/** The next addresses that no network interface has. */
export function freeAddresses(call: Call, { third }: DefaultSubnet): { readonly privateIp: string; publicIp: string } {
    const taken = [...call.world.tables.networkInterfaces.values()].filter(
        ({ account, region }) => account === call.account && region === call.region,
    );
    const privates = new Set(taken.map(({ privateIp }) => privateIp));
    // The first four addresses of a subnet are AWS's own.
    const privateIp = firstFree(4, (number) => `172.31.${third + (number >> 8)}.${number & 255}`, privates);
    const publics = new Set([...call.world.tables.networkInterfaces.values()].map((each) => each.publicIp ?? ""));
    // RFC 2544's addresses, which nobody has.
    const publicIp = firstFree(1, (number) => `198.18.${number >> 8}.${number & 255}`, publics);
    return { privateIp, publicIp };
}

function firstFree(start: number, address: (number: number) => string, taken: ReadonlySet<string>): string {
    let number = start;
    while (taken.has(address(number))) {
        number += 1;
    }
    return address(number);
}

/** The same in every run: it is always there. */
function idOf(prefix: string, { account, region }: Place, detail: string): string {
    const digest = createHash("sha256").update([prefix, account, region, detail].join("/")).digest("hex");
    return `${prefix}-0${digest.slice(0, 16)}`;
}
