import type { Codec } from "../codec";
import { codecOf } from "../segments";
import { headerVersion, unpackedKernel } from "./boot-format";
import { lookInto } from "./look-into";

/** `def_bool`s of usr/Kconfig have had RD_ZSTD on since it came. */
const FIRST_WITH_ZSTD = [5, 9] as const;

/**
 * The best codec that a kernel out of an image can unpack an initrd with. zstd only where it is known to take it: by the
 * configuration in the image, or that which CONFIG_IKCONFIG has put into the kernel (kernel/configs.c), or, where there is
 * neither, by its version, which a bzImage has in its header and an Image in its banner: zstd is on by default from 5.9 on.
 * Everything else gets gzip, which every kernel for virtual machines takes.
 */
export async function kernelCodec(kernel: Buffer, config: string | undefined): Promise<Codec> {
    const found = config === undefined ? await lookInto(unpackedKernel(kernel)) : { config };
    if (found.config !== undefined) {
        return codecOf(options(found.config));
    }
    return isRecent(headerVersion(kernel) ?? found.version) ? "zstd" : "gzip";
}

function options(text: string): Record<string, string> {
    return Object.fromEntries([...text.matchAll(/^CONFIG_(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
}

function isRecent(version: string | undefined): boolean {
    const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? "") ?? [];
    const [first, second] = FIRST_WITH_ZSTD;
    return Number(major) > first || (Number(major) === first && Number(minor) >= second);
}
