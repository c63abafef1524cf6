import { createHash } from "node:crypto";
import { addressText, parseSubnet, type Subnet } from "../assembly/subnet";

/** A machine on a network. */
export interface Member {
    /** Name of its resource. */
    readonly machine: string;
    readonly name: string;
    /** "" when there was none left. */
    readonly address: string;
}

/** What is wrong with a machine's place on a network, and which of its properties says so. */
export interface Problem {
    readonly property: "network" | "address" | "name";
    readonly reason: string;
}

/**
 * A machine's place on a network among those that were declared before it. Without an address it gets one that follows
 * from its resource's name, so that machines keep theirs when others come, go, or change places in the program; where
 * another has that one, the next that is free.
 */
export function assign(
    subnet: string,
    others: readonly Member[],
    { machine, name, address }: Omit<Member, "address"> & { readonly address?: string },
): { readonly member: Member; readonly problems: readonly Problem[] } {
    const given = address ?? freeAddress(parseSubnet(subnet), others, machine);
    const member: Member = { machine, name, address: given ?? "" };
    return { member, problems: [...roomProblems(given, subnet, others), ...others.flatMap(clashes(member))] };
}

function roomProblems(given: string | undefined, subnet: string, others: readonly Member[]): readonly Problem[] {
    const reason = `${subnet} has no address left after those of ${others.length} machines: give the network a larger subnet`;
    return given === undefined ? [{ property: "network", reason }] : [];
}

function clashes({ name, address }: Member): (other: Member) => readonly Problem[] {
    return (other) => {
        const owner = `the machine "${other.machine}" on this network`;
        return [
            ...(other.name === name
                ? [{ property: "name", reason: `"${name}" is the name of ${owner} too: choose another` } as const]
                : []),
            ...(other.address === address && address !== ""
                ? [
                      {
                          property: "address",
                          reason: `${address} is the address of ${owner} too: choose another`,
                      } as const,
                  ]
                : []),
        ];
    };
}

/** The first host address of a subnet is left for those who are used to a router there. */
const leftOut = 1;

function freeAddress({ first, last }: Subnet, others: readonly Member[], machine: string): string | undefined {
    const count = last - first - 1 - leftOut;
    const taken = new Set(others.map(({ address }) => address));
    const start = createHash("sha256").update(machine).digest().readUIntBE(0, 6) % count;
    for (let step = 0; step < Math.min(count, taken.size + 1); step++) {
        const address = addressText(first + 1 + leftOut + ((start + step) % count));
        if (!taken.has(address)) {
            return address;
        }
    }
    return undefined;
}
