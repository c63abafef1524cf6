import { LinuxKitError } from "../../../sdk/assembly/error";
import type { ImagePlan } from "../plan";
import type { KernelFacts } from "./facts";
import { type DriverName, drivers, moduleOf } from "./table";

type Components = Pick<ImagePlan, "components">;

/** What `debian.base()` mounts and runs: providers/image/base/rootfs. */
const base: readonly DriverName[] = ["BINFMT_ELF", "BINFMT_SCRIPT", "CGROUPS", "DEVTMPFS", "PROC_FS", "SYSFS", "TMPFS"];

/** What an image needs of its kernel wherever it runs. */
function systemNeeds({ components }: Components): readonly DriverName[] {
    const all = Object.values(components);
    if (!all.some((each) => each.kind === "init" && each.source.type === "debian" && each.source.role === "base")) {
        return [];
    }
    const isWritten = all.some((each) => "readonly" in each && !each.readonly);
    return isWritten ? [...base, "OVERLAY_FS"] : base;
}

/** What a kernel needs that gets the image as its initrd: the better of the two packings it is known to take is used. */
export function initrdNeeds({ drivers: known }: KernelFacts): readonly DriverName[] {
    return ["BLK_DEV_INITRD", known.RD_ZSTD === "built-in" ? "RD_ZSTD" : "RD_GZIP"];
}

/** Where UEFI, or a loader that is a program of UEFI's, starts the kernel as such a program. */
export function uefiNeeds(kernel: KernelFacts): readonly DriverName[] {
    return [...initrdNeeds(kernel), "EFI_STUB"];
}

/**
 * Refuses a kernel that is known to lack a driver of those, or that its image needs. Where nothing is known of a driver, nothing is said.
 * @param who what needs them: "raw-efi", "qemu.Machine"
 * @throws LinuxKitError `KernelDriver`, all that is lacking in one
 */
export function requireDrivers(who: string, needs: readonly DriverName[], kernel: ImageKernel): void {
    const lacking = [...new Set([...needs, ...kernel.needs])].flatMap((name) => complaint(name, kernel));
    if (lacking.length > 0) {
        const text = `${who} cannot use the kernel ${labelOf(kernel)}: ${lacking.map(({ text: each }) => each).join("; ")}`;
        throw new LinuxKitError("KernelDriver", text, {
            kernel: kernel.name,
            drivers: lacking.map(({ name }) => `CONFIG_${name}`),
        });
    }
}

/** The kernel of an image, and what the image needs of it wherever it runs. */
export interface ImageKernel extends KernelFacts {
    /** As people know it: its package, or its image's reference. */
    readonly name: string;
    readonly needs: readonly DriverName[];
}

export function imageKernel(plan: Components, facts: KernelFacts): ImageKernel {
    return { name: kernelName(plan), ...facts, needs: systemNeeds(plan) };
}

function labelOf({ name, version }: ImageKernel): string {
    return version === undefined || name.includes(version) ? name : `${name} (${version})`;
}

function complaint(name: DriverName, { drivers: known }: KernelFacts): { name: DriverName; text: string }[] {
    const driver = `CONFIG_${name} (${drivers[name].summary})`;
    const state = known[name];
    if (state === "missing") {
        return [{ name, text: `it is built without ${driver}: take a kernel that has it` }];
    }
    if (state !== "left-out") {
        return [];
    }
    const module = moduleOf(name);
    return [
        {
            name,
            text:
                module === undefined
                    ? `it has ${driver} as a module, too late for this: take a kernel that has it built in`
                    : `it has no ${driver} built in, and the image has no module ${module}: add that, by debian.kernel({ modules: ["${module}"] }) with Debian's kernel, or take another kernel`,
        },
    ];
}

function kernelName({ components }: Components): string {
    const { kernel } = components;
    if (kernel?.kind !== "kernel") {
        return "of no name";
    }
    const { source } = kernel;
    if (source.type === "oci") {
        return source.reference;
    }
    const packages = kernel.resolved?.type === "debian" ? Object.keys(kernel.resolved.packages) : [];
    const images = packages.filter((name) => name.startsWith("linux-image"));
    return images.find((name) => /-\d/.test(name)) ?? images[0] ?? source.type;
}
