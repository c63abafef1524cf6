import type { Codec } from "../codec";
import type { KernelEvidence } from "../drivers";
import { codecOf } from "../segments";

/** `def_bool`s of usr/Kconfig have had RD_ZSTD on since it came. */
const FIRST_WITH_ZSTD = [5, 9] as const;

/**
 * The best codec that a kernel out of an image can unpack an initrd with. zstd only where it is known to take it: by its
 * configuration, or, where that is unknown, by its version: zstd is on by default from 5.9 on. Everything else gets gzip,
 * which every kernel for virtual machines takes.
 */
export function kernelCodec({ config, version }: Pick<KernelEvidence, "config" | "version">): Codec {
    return config === undefined ? (isRecent(version) ? "zstd" : "gzip") : codecOf(config.options);
}

function isRecent(version: string | undefined): boolean {
    const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? "") ?? [];
    const [first, second] = FIRST_WITH_ZSTD;
    return Number(major) > first || (Number(major) === first && Number(minor) >= second);
}
