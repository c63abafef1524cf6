import type { ContainerSpec } from "../../../sdk/assembly/spec";

type Defaults = Pick<ContainerSpec, "capabilities" | "binds">;

/** The machine's own busybox runs a built-in component, which is then a script of some hundred bytes. */
const busybox = "/usr/bin/busybox:/usr/bin/busybox:ro";

const capabilities: Defaults["capabilities"] = ["CAP_NET_ADMIN", "CAP_NET_BIND_SERVICE", "CAP_NET_RAW"];

/** They write the name servers, and dhcp its leases. */
const network: Defaults = { capabilities, binds: [busybox, "/run/resolvconf:/run/resolvconf"] };

const defaults: Readonly<Record<string, Defaults>> = {
    dhcp: network,
    "private-names": { capabilities: ["CAP_NET_ADMIN"], binds: [busybox] },
    "private-network": { capabilities, binds: [busybox] },
    "static-address": network,
};

/** A built-in component with the rights and mounts it needs beside those that are declared. */
export function withBuiltinDefaults(spec: ContainerSpec): ContainerSpec {
    const own = spec.source.type === "builtin" ? defaults[spec.source.name] : undefined;
    if (own === undefined) {
        return spec;
    }
    return {
        ...spec,
        capabilities: [...new Set([...spec.capabilities, ...own.capabilities])],
        binds: [...own.binds, ...spec.binds],
    };
}
