import type { ContainerArgs, ServiceArgs } from "./container-args";
import type { Capability } from "./data/capabilities";
import type { DhcpSource, StaticAddressSource } from "./source-args";

/** What `dhcp()` takes. */
export interface DhcpArgs extends Omit<DhcpSource, "type" | "name"> {
    /**
     * Name of the container.
     * @default "dhcp"
     */
    readonly name?: string;
}

/** What `staticAddress()` takes. */
export interface StaticAddressArgs extends Omit<StaticAddressSource, "type" | "name"> {
    /**
     * Name of the container; each needs its own where there are several.
     * @default "static-address"
     */
    readonly name?: string;
}

/** They run the machine's own busybox on the machine's own network, and write its /run/resolvconf/resolv.conf. */
const networkSetup = {
    net: "host",
    capabilities: ["CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_NET_BIND_SERVICE"],
    binds: ["/bin:/bin:ro", "/run:/run"],
} as const satisfies Partial<ContainerArgs> & { readonly capabilities: readonly Capability[] };

/**
 * An `onboot` container that takes an IPv4 lease over DHCP once, and sets its address, routes, MTU and name servers. It
 * fails the boot where no interface gets a lease.
 */
export function dhcp({ name = "dhcp", ...options }: DhcpArgs = {}): ContainerArgs {
    return { name, image: { type: "builtin", name: "dhcp", ...options }, ...networkSetup };
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
 * asks the machine's QEMU, so the first interface needs its address from `dhcp()`. A container that resolves names binds
 * /etc/hosts; one with `dependsOn: ["private-names"]` starts when the names are there.
 */
export function privateNames({ name = "private-names" }: PrivateNetworkArgs = {}): ServiceArgs {
    return {
        name,
        image: { type: "builtin", name: "private-names" },
        net: "host",
        binds: ["/bin:/bin:ro", "/etc/hosts:/etc/hosts"],
        healthcheck: { command: ["/private-names", "known"], interval: "5m", retries: 1 },
        stopTimeout: "100ms",
    };
}
