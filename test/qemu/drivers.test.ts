import type { ImageKernel } from "../../providers/image/drivers";
import { requireMachineDrivers } from "../../providers/qemu/machine/drivers";

const kernel = (lacking: readonly string[], state: "missing" | "left-out" = "missing"): ImageKernel => ({
    name: "linux-image-6.1",
    drivers: Object.fromEntries(lacking.map((name) => [name, state])),
    needs: ["TMPFS"],
});

type Machine = Parameters<typeof requireMachineDrivers>[0];
const bare: Machine = { image: { architecture: "amd64" }, disks: [], networks: [], ports: [], readiness: "running" };
const port = { guest: 80, host: 8080, protocol: "tcp", address: "127.0.0.1" } as const;
const disk = { id: "d", sizeBytes: 1, format: "raw", readonly: false } as const;
const network = {} as Machine["networks"][number];

test.each<[string, Partial<Machine>, string]>([
    ["a disk", { disks: [disk] }, "VIRTIO_BLK"],
    ["a disk", { disks: [disk] }, "VIRTIO_PCI"],
    ["a port", { ports: [port] }, "VIRTIO_NET"],
    ["a network", { networks: [network] }, "VIRTIO_NET"],
    ["readiness by its console", { readiness: "console" }, "SERIAL_8250_CONSOLE"],
    [
        "readiness by its console on arm64",
        { readiness: "console", image: { architecture: "arm64" } },
        "SERIAL_AMBA_PL011_CONSOLE",
    ],
    ["an initrd", {}, "BLK_DEV_INITRD"],
    ["what its image mounts", {}, "TMPFS"],
])("a machine with %s needs its driver of the kernel", (_, changes, driver) => {
    const machine = { ...bare, ...changes };
    expect(() => requireMachineDrivers(machine, kernel([driver]))).toThrow(
        `this machine cannot use the kernel linux-image-6.1: it is built without CONFIG_${driver} (`,
    );
    expect(() => requireMachineDrivers(machine, kernel([]))).not.toThrow();
});

test("a machine needs no driver for what it does not have", () => {
    const lacking = kernel(["VIRTIO_PCI", "VIRTIO_BLK", "VIRTIO_NET", "SERIAL_8250_CONSOLE"]);
    expect(() => requireMachineDrivers(bare, lacking)).not.toThrow();
});

test("the way to a module is told", () => {
    expect(() => requireMachineDrivers({ ...bare, disks: [disk] }, kernel(["VIRTIO_BLK"], "left-out"))).toThrow(
        'the image has no module virtio_blk: add that, by debian.kernel({ modules: ["virtio_blk"] })',
    );
});
