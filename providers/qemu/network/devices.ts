import { createHash } from "node:crypto";
import { parseSubnet } from "../../../sdk/assembly/subnet";
import type { AttachedNetwork } from "./attached";
import { namesDirectory } from "./names";

/**
 * QEMU's arguments for an interface on each network. They follow all other devices, so that the first interface stays the
 * one that ports are forwarded to. Frames go in and out by the loopback interface alone.
 */
export function networkDevices(networks: readonly AttachedNetwork[]): readonly string[] {
    return networks.flatMap((network, index) => {
        const id = `net${index + 1}`;
        return [
            ...["-netdev", `socket,id=${id},mcast=${network.group},localaddr=127.0.0.1`],
            ...["-device", `virtio-net-pci,netdev=${id},mac=${macAddress(network)},romfile=`],
        ];
    });
}

/** What user networking has for a machine on a network: a TFTP server of QEMU's own, with the names. */
export function namesServer(networks: readonly AttachedNetwork[]): readonly string[] {
    return networks.length === 0 ? [] : [`tftp=${namesDirectory}`];
}

/** The kernel arguments that `privateNetwork()` reads. */
export function networkArguments(networks: readonly AttachedNetwork[]): readonly string[] {
    return networks.map((network) => {
        const { prefix } = parseSubnet(network.subnet);
        return `linuxkit.net=${macAddress(network)},${network.address}/${prefix}`;
    });
}

/** A locally administered address that no other machine of this network, nor of another one, has. */
export function macAddress({ group, address }: Pick<AttachedNetwork, "group" | "address">): string {
    return locallyAdministered(`${group} ${address}`);
}

/** The address of a machine's first interface, which stays as long as the machine's id: it tells machines apart by name. */
export function ownMacAddress(id: string): string {
    return locallyAdministered(id);
}

function locallyAdministered(seed: string): string {
    const hash = createHash("sha256").update(seed).digest();
    return [Buffer.from([0x02]), hash.subarray(0, 5)]
        .flatMap((bytes) => [...bytes])
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join(":");
}
