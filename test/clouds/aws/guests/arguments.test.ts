import type { Instance } from "../world/tables.ts";
import type { GuestFiles } from "./arguments.ts";
import { qemuCommand } from "./arguments.ts";
import { bootsByUefi } from "./firmware.ts";

const FILES: GuestFiles = {
    console: "/s/console",
    socket: "/s/qmp",
    disks: [
        { file: "/s/a,b.raw", volumeId: "vol-0123456789abcdef0" },
        { file: "/s/data.raw", volumeId: "vol-1" },
    ],
    imdsPort: 8080,
    firmware: undefined,
};
const X86 = { id: "i-1", architecture: "x86_64", instanceType: "t3.micro" } as Instance;

describe("QEMU's command line of a guest", () => {
    test("an NVMe root with the volume's serial, and the names of EC2", () => {
        const [program, ...args] = qemuCommand(X86, 1_024, FILES, "tcg");
        expect(program).toBe("qemu-system-x86_64");
        const line = args.join(" ");
        expect(line).toContain("file=/s/a,,b.raw");
        expect(line).toContain("serial=vol0123456789abcdef0,id=vol-0123456789abcdef0,bootindex=0");
        expect(line).toContain("serial=vol1,id=vol-1,bootindex=1,bus=hot0");
        expect(line).toContain("-smbios type=1,manufacturer=Amazon EC2,product=t3.micro");
        expect(line).not.toContain("pflash");
        expect(args.filter((each) => each.startsWith("pcie-root-port"))).toHaveLength(8);
    });

    test("a guest of another architecture is emulated, whatever else is accelerated", () => {
        const other = process.arch === "arm64" ? "x86_64" : "arm64";
        const [, ...args] = qemuCommand({ ...X86, architecture: other }, 1_024, FILES, "kvm");
        expect(args[args.indexOf("-accel") + 1]).toBe("tcg");
        const firmware = { code: "/code.fd", variables: "/variables.fd" };
        const [, ...uefi] = qemuCommand({ ...X86, architecture: other }, 1_024, { ...FILES, firmware }, "tcg");
        expect(uefi.join(" ")).toContain("if=pflash,unit=1,format=raw,file=/variables.fd");
    });

    test("UEFI boots what the image and the type say together", () => {
        const both = { bootModes: ["legacy-bios", "uefi"] } as const;
        const bios = { bootModes: ["legacy-bios"] } as const;
        const boots = (
            architecture: Instance["architecture"],
            bootMode: Instance["bootMode"],
            type: Parameters<typeof bootsByUefi>[1],
        ): boolean => bootsByUefi({ architecture, bootMode }, type);
        expect(boots("x86_64", undefined, both)).toBe(false);
        expect(boots("x86_64", "uefi", both)).toBe(true);
        expect(boots("x86_64", "uefi-preferred", both)).toBe(true);
        expect(boots("x86_64", "uefi-preferred", bios)).toBe(false);
        expect(boots("arm64", undefined, { bootModes: ["uefi"] })).toBe(true);
    });
});
