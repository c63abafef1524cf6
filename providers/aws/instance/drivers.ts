import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Readiness } from "../../../sdk/assembly/readiness";
import { type DriverName, type ImageKernel, requireDrivers } from "../../image/drivers";
import type { Family } from "./families";

const networks: Readonly<Record<Family["network"], DriverName>> = {
    ena: "ENA_ETHERNET",
    ixgbevf: "IXGBEVF",
    netfront: "XEN_NETDEV_FRONTEND",
};

/**
 * Refuses a kernel that is known to lack a driver for what instances of a family have.
 * @throws LinuxKitError `KernelDriver`, which names driver and family
 */
export function requireDriversOf(family: Family, readiness: Readiness, kernel: ImageKernel): void {
    const { name, hypervisor, network } = family;
    const needs: readonly DriverName[] = [
        hypervisor === "nitro" ? "BLK_DEV_NVME" : "XEN_BLKDEV_FRONTEND",
        networks[network],
        ...(readiness === "console" ? (["SERIAL_8250_CONSOLE"] as const) : []),
    ];
    const who = `an instance of the family ${name} (${hypervisor === "nitro" ? "Nitro" : "Xen"})`;
    try {
        requireDrivers(who, needs, kernel);
    } catch (error) {
        throw error instanceof LinuxKitError ? withFamily(error) : error;
    }
}

/** Of Debian's kernel an image has the modules of QEMU's machines unless it says otherwise. */
function withFamily({ code, message, fields }: LinuxKitError): LinuxKitError {
    const way =
        'debian.kernel({ families: ["aws"] }) has all modules of AWS, and families: ["qemu", "aws"] QEMU\'s too';
    return new LinuxKitError(code, `${message}; ${way}`, fields);
}
