import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import type { InstanceTypeFacts } from "../ec2/instances/types.ts";
import type { Instance } from "../world/tables.ts";

/** UEFI's code and its variables as they are at first: of Debian's packages, and of QEMU's own from Homebrew. */
const UEFI: Readonly<Record<"x86" | "arm", readonly (readonly [code: string, variables: string])[]>> = {
    x86: [
        ["/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"],
        ["/opt/homebrew/share/qemu/edk2-x86_64-code.fd", "/opt/homebrew/share/qemu/edk2-i386-vars.fd"],
    ],
    arm: [
        ["/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.fd"],
        ["/opt/homebrew/share/qemu/edk2-aarch64-code.fd", "/opt/homebrew/share/qemu/edk2-arm-vars.fd"],
    ],
};

export interface Firmware {
    readonly code: string;
    readonly variables: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-boot.html: what the image says, as far as the type has it. */
export function bootsByUefi(
    { architecture, bootMode }: Pick<Instance, "architecture" | "bootMode">,
    { bootModes }: Pick<InstanceTypeFacts, "bootModes">,
): boolean {
    return (
        architecture === "arm64" || bootMode === "uefi" || (bootMode === "uefi-preferred" && bootModes.includes("uefi"))
    );
}

/**
 * UEFI's files for a guest, whose variables are its own and stay over its boots.
 * @throws Error that names what is to be installed
 */
export function uefiFiles({ architecture }: Pick<Instance, "architecture">, folder: string): Firmware {
    const found = UEFI[architecture === "arm64" ? "arm" : "x86"].find(([code]) => existsSync(code));
    if (found === undefined) {
        throw new Error(`There is no UEFI for ${architecture}: install ovmf or qemu-efi-aarch64, or npm run setup`);
    }
    const [code, original] = found;
    const variables = join(folder, "variables.fd");
    if (!existsSync(variables)) {
        copyFileSync(original, variables);
    }
    return { code, variables };
}
