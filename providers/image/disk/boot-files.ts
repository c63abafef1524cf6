import type { Architecture } from "../../../sdk/assembly/spec";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { gunzip } from "../codec";
import { alignUp } from "./bytes";
import type { DiskInput, Payload } from "./input";
import { joined, payloadOf } from "./payload";

/** What starts the kernel: a BIOS' loader, or UEFI, for which the kernel is a program of its own. */
export type Firmware = "bios" | "efi";

/** What a loader is given, in the form it takes. */
export interface BootFiles {
    readonly kernel: Payload;
    /** Microcode first, then the segments. */
    readonly initrd: readonly Payload[];
    readonly cmdline: string;
}

const HEAD_BYTES = 0x210;
const ALIGNMENT = 4;
/** COMMAND_LINE_SIZE of x86 and arm64, less the NUL; a kernel cuts a longer one without a word. */
const MAX_CMDLINE_BYTES = 2047;

/**
 * Checks that the firmware's loaders can start the kernel with its arguments.
 * @throws LinuxKitError DiskKernel, DiskCmdline
 */
export async function bootFiles(input: DiskInput, ...firmware: readonly Firmware[]): Promise<BootFiles> {
    checkCmdline(input.cmdline);
    const kernel = await unpackedKernel(input);
    const head = await headOf(kernel);
    for (const each of firmware) {
        checkKernel(head, each, input.architecture);
    }
    const initrd = input.ucode === undefined ? input.initrd : [input.ucode, ...input.initrd];
    return { kernel, initrd: initrd.filter(({ sizeBytes }) => sizeBytes > 0).map(padded), cmdline: input.cmdline };
}

function checkCmdline(cmdline: string): void {
    const length = Buffer.byteLength(cmdline);
    const reason =
        length > MAX_CMDLINE_BYTES
            ? `it is ${length} bytes long, and a kernel takes ${MAX_CMDLINE_BYTES}`
            : "it holds a line break or another control character";
    if (length > MAX_CMDLINE_BYTES || /\p{Cc}/u.test(cmdline)) {
        throw new LinuxKitError(
            "DiskCmdline",
            `kernel.cmdline cannot be written to a loader's configuration: ${reason}.`,
            {
                property: "kernel.cmdline",
                reason,
            },
        );
    }
}

/** arm64's kernels may come as gzip, which QEMU unpacks by itself and firmware does not. */
async function unpackedKernel({ kernel, architecture }: DiskInput): Promise<Payload> {
    const head = await headOf(kernel);
    if (architecture === "amd64" || head.length < 2 || head.readUInt16BE() !== 0x1f8b) {
        return kernel;
    }
    let sizeBytes = 0;
    for await (const chunk of gunzip(kernel.chunks())) {
        sizeBytes += chunk.length;
    }
    return { sizeBytes, chunks: () => gunzip(kernel.chunks()) };
}

async function headOf(kernel: Payload): Promise<Buffer> {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const chunk of kernel.chunks()) {
        parts.push(Buffer.from(chunk.subarray(0, HEAD_BYTES - length)));
        length += chunk.length;
        if (length >= HEAD_BYTES) {
            break;
        }
    }
    return Buffer.concat(parts);
}

/** Linux' boot protocols: x86's setup header at 0x202; a kernel with an EFI stub begins as a PE program does. */
function checkKernel(head: Buffer, firmware: Firmware, architecture: Architecture): void {
    const isBootable =
        firmware === "efi" ? head.toString("latin1", 0, 2) === "MZ" : head.toString("latin1", 0x202, 0x206) === "HdrS";
    if (isBootable) {
        return;
    }
    const reason =
        firmware === "efi"
            ? "it has no EFI stub (CONFIG_EFI_STUB). Take another kernel, or a format that boots through a BIOS"
            : "it is no x86 kernel: its setup header is missing. Take another kernel, or a format that boots through UEFI";
    throw new LinuxKitError(
        "DiskKernel",
        `The kernel cannot be started by ${firmware.toUpperCase()} loaders: ${reason}.`,
        {
            property: "kernel",
            firmware,
            architecture,
        },
    );
}

/** A kernel looks for the next segment at a multiple of four, and passes over zeros before it. */
function padded(segment: Payload): Payload {
    const missing = alignUp(segment.sizeBytes, ALIGNMENT) - segment.sizeBytes;
    return missing === 0 ? segment : joined([segment, payloadOf(Buffer.alloc(missing))]);
}
