import { gunzipSync } from "node:zlib";

/** What a kernel says of itself. */
export interface KernelWords {
    /** Its configuration, where CONFIG_IKCONFIG has put it in: kernel/configs.c. */
    readonly config?: string;
    /** As in its banner: init/version.c. */
    readonly version?: string;
}

const CONFIG_START = "IKCFG_ST";
const CONFIG_END = "IKCFG_ED";
const BANNER = "Linux version ";
/** Longer than what is looked for, so that it may stand across two chunks. */
const OVERLAP_BYTES = 256;
const CONFIG_LIMIT_BYTES = 4 * 2 ** 20;

/** Looks through a kernel as it streams, to its end or to its configuration. */
export async function lookInto(kernel: AsyncIterable<Buffer>): Promise<KernelWords> {
    let before: Buffer = Buffer.alloc(0);
    let version: string | undefined;
    for await (const chunk of kernel) {
        const seam = Buffer.concat([before, chunk.subarray(0, OVERLAP_BYTES)]);
        version ??= bannerVersion(seam) ?? bannerVersion(chunk);
        // Nearly all of a kernel is looked at where it lies: copying it together with what was before takes longer than that.
        const isStarted = seam.includes(CONFIG_START) || chunk.includes(CONFIG_START);
        const window = isStarted || chunk.length < OVERLAP_BYTES ? Buffer.concat([before, chunk]) : chunk;
        const start = isStarted ? window.indexOf(CONFIG_START) : -1;
        const end = start < 0 ? -1 : window.indexOf(CONFIG_END, start);
        const config = end < 0 ? undefined : unpacked(window.subarray(start + CONFIG_START.length, end));
        if (config !== undefined) {
            return { config };
        }
        const isOpen = start >= 0 && end < 0 && window.length - start < CONFIG_LIMIT_BYTES;
        before = Buffer.from(window.subarray(isOpen ? start : Math.max(0, window.length - OVERLAP_BYTES)));
    }
    return version === undefined ? {} : { version };
}

function bannerVersion(window: Buffer): string | undefined {
    const start = window.indexOf(BANNER);
    const text = start < 0 ? "" : window.toString("latin1", start + BANNER.length, start + OVERLAP_BYTES / 2);
    return /^\d+\.\d+[^ ]*(?= )/.exec(text)?.[0];
}

function unpacked(config: Buffer): string | undefined {
    try {
        return gunzipSync(config, { maxOutputLength: CONFIG_LIMIT_BYTES }).toString("latin1");
    } catch {
        return undefined;
    }
}
