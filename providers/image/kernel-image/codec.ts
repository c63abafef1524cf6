import { gunzipSync } from "node:zlib";

import type { Codec } from "../codec";
import { codecOf } from "../segments";
import { headerVersion, unpackedKernel } from "./boot-format";

const CONFIG_LIMIT_BYTES = 4 * 2 ** 20;
/** `def_bool`s of usr/Kconfig have had RD_ZSTD on since it came. */
const FIRST_WITH_ZSTD = [5, 9] as const;

/**
 * The best codec that a kernel out of an image can unpack an initrd with. zstd only where it is known to take it: by the
 * configuration in the image, or that which CONFIG_IKCONFIG has put into the kernel (kernel/configs.c), or, where there is
 * neither, by its version, which a bzImage has in its header and an Image in its banner: zstd is on by default from 5.9 on.
 * Everything else gets gzip, which every kernel for virtual machines takes.
 */
export async function kernelCodec(kernel: Buffer, config: string | undefined): Promise<Codec> {
    const unpacked = config === undefined ? await unpackedKernel(kernel) : Buffer.alloc(0);
    const known = config ?? embeddedConfig(unpacked);
    if (known !== undefined) {
        return codecOf(options(known));
    }
    return isRecent(headerVersion(kernel) ?? bannerVersion(unpacked)) ? "zstd" : "gzip";
}

function embeddedConfig(kernel: Buffer): string | undefined {
    const start = kernel.indexOf("IKCFG_ST");
    const end = kernel.indexOf("IKCFG_ED", start);
    if (start < 0 || end < 0) {
        return undefined;
    }
    try {
        const packed = kernel.subarray(start + "IKCFG_ST".length, end);
        return gunzipSync(packed, { maxOutputLength: CONFIG_LIMIT_BYTES }).toString("latin1");
    } catch {
        return undefined;
    }
}

function options(text: string): Record<string, string> {
    return Object.fromEntries([...text.matchAll(/^CONFIG_(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
}

function bannerVersion(kernel: Buffer): string | undefined {
    const start = kernel.indexOf("Linux version ");
    return start < 0 ? undefined : kernel.toString("latin1", start + "Linux version ".length, start + 100);
}

function isRecent(version: string | undefined): boolean {
    const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? "") ?? [];
    const [first, second] = FIRST_WITH_ZSTD;
    return Number(major) > first || (Number(major) === first && Number(minor) >= second);
}
