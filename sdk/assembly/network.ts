import type { ContainerArgs, ServiceArgs } from "./container-args";
import type { Capability } from "./data/capabilities";
import type { DhcpSource, StaticAddressSource } from "./source-args";

/** What `dhcp()` takes. */
export interface DhcpArgs extends Omit<DhcpSource, "type" | "name" | "renew"> {
    /**
     * Name of the container.
     * @default "dhcp"
     */
    readonly name?: string;
    /**
     * Whether it is a service that keeps the lease.
     * @default false
     */
    readonly renew?: false;
}

/** What `dhcp()` takes for a service. */
export interface DhcpServiceArgs extends Omit<DhcpArgs, "renew"> {
    /** It is a service that keeps the lease. */
    readonly renew: true;
}

/** What `staticAddress()` takes. */
export interface StaticAddressArgs extends Omit<StaticAddressSource, "type" | "name"> {
    /**
     * Name of the container; each needs its own where there are several.
     * @default "static-address"
     */
    readonly name?: string;
}

/** They set up the machine's own network. */
const networkSetup = {
    net: "host",
    capabilities: ["CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_NET_BIND_SERVICE"],
} as const satisfies Partial<ContainerArgs> & { readonly capabilities: readonly Capability[] };

/** Runs a program in a container: on a busy machine that is emulated, the start alone takes seconds. */
const inContainer = "20s";

/**
 * An `onboot` container that takes an IPv4 lease over DHCP once, and sets its address, routes, MTU and name servers. It
 * fails the boot where no interface gets a lease.
 */
export function dhcp(args?: DhcpArgs): ContainerArgs;
/**
 * With `renew` a service, which is ready once it has a lease, renews it in time, and takes another when it is lost. Beside
 * the `onboot` container it asks for the lease that this one took, and the machine keeps its address meanwhile; alone it is
 * what services that need the network have in `dependsOn`.
 */
export function dhcp(args: DhcpServiceArgs): ServiceArgs;
export function dhcp({ name = "dhcp", ...options }: DhcpArgs | DhcpServiceArgs = {}): ServiceArgs {
    const container: ContainerArgs = { name, image: { type: "builtin", name: "dhcp", ...options }, ...networkSetup };
    if (options.renew !== true) {
        return container;
    }
    const known = ["/dhcp", "--known", ...(options.interface === undefined ? [] : [options.interface])];
    return { ...container, healthcheck: { command: known, interval: "1m", timeout: inContainer, retries: 1 } };
}

/** An `onboot` container that sets an IPv4 address, and the default route and name servers where they are given. */
export function staticAddress({ name = "static-address", ...options }: StaticAddressArgs): ContainerArgs {
    return { name, image: { type: "builtin", name: "static-address", ...options }, ...networkSetup };
}

/** What `privateNetwork()` and `privateNames()` take. */
export interface PrivateNetworkArgs {
    /**
     * Name of the container.
     * @default "private-network", and "private-names"
     */
    readonly name?: string;
}

/**
 * An `onboot` container that sets the machine's addresses on each `qemu.Network` it is on, as the kernel's command line says.
 * It does nothing on a machine without networks, and fails the boot where an interface is missing.
 */
export function privateNetwork({ name = "private-network" }: PrivateNetworkArgs = {}): ContainerArgs {
    return { name, image: { type: "builtin", name: "private-network" }, ...networkSetup };
}

/**
 * A service that keeps the names of all machines on the machine's networks in /etc/hosts, those that come later included. It
 * asks the machine's QEMU, by the first interface, which it gives an address for that where nothing else has. A container that resolves names binds
 * /etc/hosts; one with `dependsOn: ["private-names"]` starts when the names are there.
 */
export function privateNames({ name = "private-names" }: PrivateNetworkArgs = {}): ServiceArgs {
    return {
        name,
        image: { type: "builtin", name: "private-names" },
        net: "host",
        capabilities: ["CAP_NET_ADMIN"],
        binds: ["/etc/hosts:/etc/hosts"],
        healthcheck: { command: ["/private-names", "known"], interval: "5m", timeout: inContainer, retries: 1 },
        stopTimeout: "100ms",
    };
}
