import type { ContainerArgs } from "./container-args";
import { type MachineFamily, machineFamilies } from "./data/machine-families";
import { LinuxKitError } from "./error";
import type { DebianArchiveArgs } from "./source-args";

/** Options of `metadata()`. */
export interface MetadataArgs extends DebianArchiveArgs {
    /**
     * Where to ask, in this order; the first that answers is taken, and where none does the boot fails.
     * @default the one that the machine says it runs on (SMBIOS, QEMU's fw_cfg); where it names none of these, nobody is asked
     */
    readonly providers?: readonly MachineFamily[];
    /**
     * Name of the container.
     * @default "metadata"
     */
    readonly name?: string;
}

/**
 * An `onboot` container that writes the machine's user data and what its cloud says of it to /run/config, and sets the host
 * name, as LinuxKit's metadata package does. On a cloud it needs the network: `dhcp()` goes before it. It runs the
 * machine's busybox, so it needs `debian.base()`.
 * @throws LinuxKitError `invalid-metadata` when a provider is none
 */
export function metadata({ name = "metadata", providers = [], ...archive }: MetadataArgs = {}): ContainerArgs {
    for (const provider of providers) {
        if (!machineFamilies.includes(provider)) {
            throw new LinuxKitError(
                "invalid-metadata",
                `metadata(): providers must be of ${machineFamilies.map((each) => `"${each}"`).join(", ")}, not ${JSON.stringify(provider)}`,
                { property: "providers" },
            );
        }
    }
    return {
        name,
        image: { type: "debian", role: "rootfs", packages: ["jq"], component: "metadata", ...archive },
        command: ["/metadata", ...providers],
        net: "host",
        capabilities: ["CAP_SYS_ADMIN"],
        binds: ["/dev/console:/dev/console", "/run/config:/run/config", "/usr/bin/busybox:/usr/bin/busybox:ro"],
        runtime: { mkdir: ["/run/config"] },
    };
}
