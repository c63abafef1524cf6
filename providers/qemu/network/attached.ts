import type { Properties } from "../../lifecycle/handler";

/** A machine's place on a network. */
export interface AttachedNetwork {
    /** Multicast group and UDP port: "239.193.4.5:23456". */
    readonly group: string;
    readonly subnet: string;
    readonly address: string;
    /** Name that the other machines know it by. */
    readonly name: string;
}

/** What `check` has let through. */
export function attachedNetworks(inputs: Properties): readonly AttachedNetwork[] {
    return ((inputs["networks"] ?? []) as readonly AttachedNetwork[]).map(({ group, subnet, address, name }) => ({
        group,
        subnet,
        address,
        name,
    }));
}
