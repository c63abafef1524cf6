import { type KernelEvidence, parseKernelConfig } from "../drivers";
import { headerVersion, unpackedKernel } from "./boot-format";
import { lookInto } from "./look-into";

/**
 * What a kernel out of an image tells of itself: by the configuration beside it in the image, or that which CONFIG_IKCONFIG
 * has put into the kernel (kernel/configs.c); and its version, which a bzImage has in its header and an Image in its banner. A
 * configuration's own is not all of what `uname -r` gives.
 */
export async function kernelEvidence(
    kernel: Buffer,
    configText: string | undefined,
): Promise<Pick<KernelEvidence, "config" | "version">> {
    const beside = configText === undefined ? undefined : parseKernelConfig(configText);
    const words = beside === undefined ? await lookInto(unpackedKernel(kernel)) : {};
    const config = beside ?? (words.config === undefined ? undefined : parseKernelConfig(words.config));
    return { config, version: headerVersion(kernel) ?? words.version };
}
