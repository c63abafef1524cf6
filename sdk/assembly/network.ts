import type { ContainerArgs } from "./container-args";
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
