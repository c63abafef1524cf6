/** Modules that every machine of this project needs, where they are not built in: overlays, and a power button. */
export const COMMON_MODULES: readonly string[] = ["overlay", "button", "evdev"];

/**
 * What each machine family's devices need. A kernel that has one built in, or not at all, as arm64 has no Xen, is none
 * the worse: what a family lists is kept where it is there.
 */
export const FAMILY_MODULES: Readonly<Record<string, readonly string[]>> = {
    qemu: [
        "virtio_pci",
        "virtio_mmio",
        "virtio_net",
        "virtio_blk",
        "virtio_scsi",
        "sd_mod",
        "virtio_rng",
        "virtio_input",
        "virtio_balloon",
        "virtio_console",
        "qemu_fw_cfg",
        "vmw_vsock_virtio_transport",
    ],
    aws: ["ena", "nvme", "ixgbevf", "xen_netfront", "xen_blkfront"],
    gcp: ["virtio_net", "gve", "virtio_scsi", "sd_mod", "nvme", "virtio_rng", "idpf"],
    azure: [
        "hv_vmbus",
        "hv_netvsc",
        "hv_storvsc",
        "sd_mod",
        "hv_utils",
        "hv_balloon",
        "pci_hyperv",
        "mana",
        "mlx5_core",
        "nvme",
    ],
};
