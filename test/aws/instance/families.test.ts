import { familyOf, isNitro } from "../../../providers/aws/instance/families";
import { requireDriversOf } from "../../../providers/aws/instance/drivers";
import { INSTANCE_TYPES } from "../../clouds/aws/ec2/instances/types";

test.each([
    ["t3.micro", "nitro", "amd64", "ena"],
    ["t2.micro", "xen", "amd64", "netfront"],
    ["m4.large", "xen", "amd64", "ixgbevf"],
    ["m4.16xlarge", "xen", "amd64", "ena"],
    ["c4.large", "xen", "amd64", "ixgbevf"],
    ["r4.large", "xen", "amd64", "ena"],
    ["i3.large", "xen", "amd64", "ena"],
    ["i3.metal", "nitro", "amd64", "ena"],
    ["i3en.large", "nitro", "amd64", "ena"],
    ["p3dn.24xlarge", "nitro", "amd64", "ena"],
    ["a1.medium", "nitro", "arm64", "ena"],
    ["t4g.nano", "nitro", "arm64", "ena"],
    ["c6gn.large", "nitro", "arm64", "ena"],
    ["m7gd.metal", "nitro", "arm64", "ena"],
    ["im4gn.large", "nitro", "arm64", "ena"],
    ["is4gen.medium", "nitro", "arm64", "ena"],
    ["x2gd.medium", "nitro", "arm64", "ena"],
    ["hpc7g.4xlarge", "nitro", "arm64", "ena"],
    ["g5g.xlarge", "nitro", "arm64", "ena"],
    ["g4dn.xlarge", "nitro", "amd64", "ena"],
    ["g4ad.xlarge", "nitro", "amd64", "ena"],
    ["g6e.xlarge", "nitro", "amd64", "ena"],
    ["gr6.4xlarge", "nitro", "amd64", "ena"],
    ["m7i-flex.large", "nitro", "amd64", "ena"],
    ["u-6tb1.metal", "nitro", "amd64", "ena"],
    ["u7i-12tb.224xlarge", "nitro", "amd64", "ena"],
    ["mac2-m2.metal", "nitro", "arm64", "ena"],
])("%s is of %s, %s, with %s", (type, hypervisor, architecture, network) => {
    expect(familyOf(type)).toMatchObject({ hypervisor, architecture, network });
    expect(isNitro(type)).toBe(hypervisor === "nitro");
});

test("the table says of each type of the emulator what that says of itself", () => {
    for (const [type, { hypervisor, architectures }] of Object.entries(INSTANCE_TYPES)) {
        const architecture = architectures.includes("arm64") ? "arm64" : "amd64";
        expect([type, familyOf(type)]).toMatchObject([type, { hypervisor, architecture }]);
    }
});

const drivers = {
    BLK_DEV_NVME: "module",
    ENA_ETHERNET: "module",
    SERIAL_8250_CONSOLE: "built-in",
    XEN_BLKDEV_FRONTEND: "module",
    XEN_NETDEV_FRONTEND: "module",
    IXGBEVF: "module",
} as const;
const kernelWith = (changes: object): Parameters<typeof requireDriversOf>[2] => ({
    name: "linux-image-6.12",
    needs: [],
    drivers: { ...drivers, ...changes },
});

test.each([
    [
        "t3.micro",
        "BLK_DEV_NVME",
        "left-out",
        /of the family t3 \(Nitro\) cannot use .* no CONFIG_BLK_DEV_NVME .* module nvme/,
    ],
    ["t3.micro", "ENA_ETHERNET", "missing", /of the family t3 \(Nitro\) .* built without CONFIG_ENA_ETHERNET/],
    ["t3.micro", "SERIAL_8250_CONSOLE", "missing", /built without CONFIG_SERIAL_8250_CONSOLE/],
    ["t2.micro", "XEN_BLKDEV_FRONTEND", "left-out", /of the family t2 \(Xen\) .* module xen_blkfront/],
    ["t2.micro", "XEN_NETDEV_FRONTEND", "left-out", /module xen_netfront/],
    ["c4.large", "IXGBEVF", "left-out", /of the family c4 \(Xen\) .* module ixgbevf/],
    ["r4.large", "ENA_ETHERNET", "left-out", /of the family r4 \(Xen\) .* module ena/],
])("%s without %s (%s) is refused, with what Debian's kernel needs", (type, name, state, reason) => {
    const family = familyOf(type) as NonNullable<ReturnType<typeof familyOf>>;
    expect(() => requireDriversOf(family, "console", kernelWith({}))).not.toThrow();
    expect(() => requireDriversOf(family, "console", kernelWith({ [name]: state }))).toThrow(reason);
    expect(() => requireDriversOf(family, "console", kernelWith({ [name]: state }))).toThrow(
        /families: \["qemu", "aws"\]/,
    );
    expect(() => requireDriversOf(family, "console", kernelWith({ [name]: undefined }))).not.toThrow();
});

test("a console that nobody waits for may be missing", () => {
    const family = familyOf("t3.micro") as NonNullable<ReturnType<typeof familyOf>>;
    expect(() => requireDriversOf(family, "running", kernelWith({ SERIAL_8250_CONSOLE: "missing" }))).not.toThrow();
});
