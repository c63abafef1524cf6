import type { Architecture } from "../../../sdk/assembly/spec";
import { gunzip, xzDecompress, zstdDecompress } from "../codec";

const text = (kernel: Buffer, start: number, end: number): string => kernel.toString("latin1", start, end);

/** Whether it has the form of a kernel that a machine of this architecture can be handed. */
export function isKernel(kernel: Buffer, architecture: Architecture): boolean {
    return architecture === "amd64"
        ? isBzImage(kernel) || isElf(kernel)
        : isArm64Image(kernel) || isGzip(kernel) || isZboot(kernel);
}

/** The setup header of the x86 boot protocol: Documentation/arch/x86/boot.rst. */
function isBzImage(kernel: Buffer): boolean {
    return text(kernel, 0x202, 0x206) === "HdrS";
}

/** An unpacked kernel, entered as Documentation/arch/x86/pvh says. */
function isElf(kernel: Buffer): boolean {
    return text(kernel, 0, 4) === "\x7fELF";
}

/** Documentation/arch/arm64/booting.rst. */
function isArm64Image(kernel: Buffer): boolean {
    return text(kernel, 0x38, 0x3c) === "ARMd";
}

/** drivers/firmware/efi/libstub/zboot-header.S. */
function isZboot(kernel: Buffer): boolean {
    return text(kernel, 4, 8) === "zimg";
}

function isGzip(kernel: Buffer): boolean {
    return text(kernel, 0, 2) === "\x1f\x8b";
}

/** The version as `uname -r` gives it, out of the setup header of a bzImage: `kernel_version`, from protocol 2.00 on. */
export function headerVersion(kernel: Buffer): string | undefined {
    if (!isBzImage(kernel) || kernel.length < 0x250) {
        return undefined;
    }
    const start = kernel.readUInt16LE(0x20e) + 0x200;
    return /^[\w.+~-]+/.exec(text(kernel, start, start + 200))?.[0];
}

/** A stream's last bytes: what the build appends is no second one. */
const XZ_END = "YZ";

/**
 * The kernel as it runs: the payload of a bzImage (`payload_offset`, from protocol 2.08 on) or of an EFI zboot, or an arm64
 * Image, unpacked from gzip, zstd, or xz without a filter for machine code, as x86 kernels packed with it have. As much of it
 * as can be had; nothing of other packings.
 */
export async function* unpackedKernel(kernel: Buffer): AsyncGenerator<Buffer, void, undefined> {
    const payload = payloadOf(kernel);
    const magic = payload.toString("hex", 0, 6);
    if (magic.startsWith("1f8b")) {
        yield* readable(gunzip([payload]));
    } else if (magic.startsWith("28b52ffd")) {
        yield* readable(zstdDecompress([payload]));
    } else if (magic === "fd377a585a00") {
        yield* readable(xzDecompress([payload.subarray(0, payload.lastIndexOf(XZ_END) + XZ_END.length)]));
    } else if (payload === kernel && !isBzImage(kernel)) {
        yield payload;
    }
}

function payloadOf(kernel: Buffer): Buffer {
    if (isZboot(kernel) && kernel.length >= 0x10) {
        const start = kernel.readUInt32LE(8);
        return kernel.subarray(start, start + kernel.readUInt32LE(12));
    }
    if (!isBzImage(kernel) || kernel.length < 0x250 || kernel.readUInt16LE(0x206) < 0x208) {
        return kernel;
    }
    const setupSectors = kernel.readUInt8(0x1f1) || 4;
    const start = (setupSectors + 1) * 512 + kernel.readUInt32LE(0x248);
    return kernel.subarray(start, start + kernel.readUInt32LE(0x24c));
}

/** The build appends the unpacked size to what it packs with zstd, which ends the decoder, after all it has given. */
async function* readable(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
    try {
        yield* chunks;
    } catch {
        // What was given before is looked at.
    }
}
