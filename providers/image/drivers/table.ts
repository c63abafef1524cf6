interface Driver {
    /** The module that has it where it is not built in; absent: it is built in, or not there at all. */
    readonly module?: string;
    /** What it is for, as a few words for people. */
    readonly summary: string;
}

/**
 * What this project asks of kernels, by the option of their configuration (without `CONFIG_`). An image's record tells of
 * these: with one more of them, the versions of the records in ../build/record.ts and ../build/kernel.ts rise.
 */
export const drivers = {
    BINFMT_ELF: { summary: "programs" },
    BINFMT_SCRIPT: { summary: "scripts, of which the base's init is one" },
    BLK_DEV_INITRD: { summary: "an initrd" },
    BLK_DEV_NVME: { module: "nvme", summary: "NVMe's disks, AWS's of Nitro too" },
    CGROUPS: { summary: "control groups" },
    DEVTMPFS: { summary: "/dev" },
    EFI_STUB: { summary: "to be started by UEFI" },
    ENA_ETHERNET: { module: "ena", summary: "AWS's network interfaces of Nitro" },
    EROFS_FS: { module: "erofs", summary: "EROFS" },
    ISO9660_FS: { module: "isofs", summary: "ISO 9660" },
    IXGBEVF: { module: "ixgbevf", summary: "Intel's network interfaces of some Xen instances of AWS" },
    OVERLAY_FS: { module: "overlay", summary: "containers that can be written to" },
    PROC_FS: { summary: "/proc" },
    RD_GZIP: { summary: "an initrd packed with gzip" },
    RD_ZSTD: { summary: "an initrd packed with zstd" },
    SERIAL_8250_CONSOLE: { summary: "a console on a PC's serial port" },
    SERIAL_AMBA_PL011_CONSOLE: { summary: "a console on the serial port of QEMU's arm64 machine" },
    SQUASHFS: { module: "squashfs", summary: "squashfs" },
    SYSFS: { summary: "/sys" },
    TMPFS: { summary: "file systems in memory" },
    VIRTIO_BLK: { module: "virtio_blk", summary: "virtio's disks" },
    VIRTIO_NET: { module: "virtio_net", summary: "virtio's network interfaces" },
    VIRTIO_PCI: { module: "virtio_pci", summary: "virtio's devices" },
    XEN_BLKDEV_FRONTEND: { module: "xen_blkfront", summary: "Xen's disks" },
    XEN_NETDEV_FRONTEND: { module: "xen_netfront", summary: "Xen's network interfaces" },
} as const satisfies Readonly<Record<string, Driver>>;

/** A driver by its option. */
export type DriverName = keyof typeof drivers;

/** `left-out`: the kernel has it as a module at most, and the image has no such module. */
export type DriverState = "built-in" | "module" | "left-out" | "missing";

/** What is known of the drivers of a kernel; one that nothing is known of is not named. */
export type DriverFacts = Readonly<Partial<Record<DriverName, DriverState>>>;

export const driverNames = Object.keys(drivers) as readonly DriverName[];

export function moduleOf(name: DriverName): string | undefined {
    const driver: Driver = drivers[name];
    return driver.module;
}
