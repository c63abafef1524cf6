import * as pulumi from "@pulumi/pulumi";
import { networkShim } from "../../providers/dynamic/shims";
import { identityOf } from "../identity";
import { assign, type Member } from "./assign";

/** What a `qemu.Network` is made from. */
export interface NetworkArgs {
    /**
     * IPv4 addresses of its machines, with a prefix length from 8 to 30. Another one gives the machines other addresses,
     * and starts them again.
     * @default "10.77.0.0/24"
     */
    readonly subnet?: pulumi.Input<string>;
}

/** A network of a machine, and the machine's place on it. */
export interface MachineNetworkArgs {
    /** The network. */
    readonly network: Network;
    /**
     * The machine's IPv4 address there. Another one starts the machine again.
     * @default one that follows from the name of the machine's resource, whatever other machines there are; where another
     * machine declared before it has that one, the next that is free
     */
    readonly address?: pulumi.Input<string>;
    /**
     * Name that the other machines reach it by: a host name in lower case. They know another one within
     * seconds, and no machine is started again.
     * @default name of the machine's resource
     */
    readonly name?: pulumi.Input<string>;
}

/** Where a machine is on a network. */
export interface NetworkAddress {
    /** IPv4 address of the machine. */
    readonly address: string;
    /** Name that the other machines reach it by. */
    readonly name: string;
    /** The network's IPv4 addresses. */
    readonly subnet: string;
    /** The network's multicast group and UDP port. */
    readonly group: string;
}

/**
 * A private network of machines on this host, with fixed addresses and names: one Ethernet segment, which QEMU's own
 * processes carry over UDP multicast on the loopback interface. It needs no privileges and no process of its own.
 */
export class Network extends pulumi.dynamic.Resource {
    /** IPv4 addresses of its machines. */
    declare readonly subnet: pulumi.Output<string>;
    /** Multicast group and UDP port on the loopback interface, "239.193.4.5:23456"; picked once and kept. */
    declare readonly group: pulumi.Output<string>;

    /** Declares the network. What is wrong with a machine's place on it is said by that machine, in the preview. */
    constructor(name: string, args: NetworkArgs = {}, opts?: pulumi.CustomResourceOptions) {
        super(
            networkShim,
            name,
            {
                subnet: undefined,
                ...args,
                group: undefined,
                identity: identityOf("dynamic/linuxkit/qemu:Network", name, opts),
            },
            opts,
            "linuxkit/qemu",
            "Network",
        );
    }
}

/** Machines that the program has put on each network so far. */
const members = new WeakMap<Network, pulumi.Output<readonly Member[]>>();

/** Puts a machine on a network; what is wrong with that is left for the machine's check, which names the property. */
export function attached(machine: string, { network, address, name = machine }: MachineNetworkArgs): pulumi.Inputs {
    const before = members.get(network) ?? pulumi.output<readonly Member[]>([]);
    const place = pulumi
        .all([network.subnet, before, pulumi.output(address), name])
        .apply(([subnet, others, given, called]) =>
            assign(subnet, others, { machine, name: called, ...(given === undefined ? {} : { address: given }) }),
        );
    members.set(
        network,
        pulumi.all([before, place]).apply(([others, { member }]) => [...others, member]),
    );
    return {
        group: network.group,
        subnet: network.subnet,
        address: place.apply(({ member }) => member.address),
        name: place.apply(({ member }) => member.name),
        problems: place.apply(({ problems }) => problems),
    };
}
