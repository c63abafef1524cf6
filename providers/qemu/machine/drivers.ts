import { type DriverName, type ImageKernel, initrdNeeds, requireDrivers } from "../../image/drivers";
import type { MachineSettings } from "../settings";

const consoles = { amd64: "SERIAL_8250_CONSOLE", arm64: "SERIAL_AMBA_PL011_CONSOLE" } as const;

/** What a machine has and waits for. */
interface Wanted extends Pick<MachineSettings, "readiness"> {
    readonly disks: readonly unknown[];
    readonly networks: readonly unknown[];
    readonly ports: readonly unknown[];
    readonly image: Pick<MachineSettings["image"], "architecture">;
}

/**
 * Refuses an image whose kernel is known to lack a driver for what the machine has, before anything is started.
 * @throws LinuxKitError `KernelDriver`
 */
export function requireMachineDrivers(settings: Wanted, kernel: ImageKernel): void {
    requireDrivers("this machine", [...initrdNeeds(kernel), ...deviceNeeds(settings)], kernel);
}

function deviceNeeds({ image, disks, networks, ports, readiness }: Wanted): readonly DriverName[] {
    const hasNetwork = networks.length > 0 || ports.length > 0;
    return [
        ...(readiness === "console" ? [consoles[image.architecture]] : []),
        ...(disks.length > 0 ? (["VIRTIO_PCI", "VIRTIO_BLK"] as const) : []),
        ...(hasNetwork ? (["VIRTIO_PCI", "VIRTIO_NET"] as const) : []),
    ];
}
