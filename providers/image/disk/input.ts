import type { Architecture } from "../../../sdk/assembly/spec";
import type { LoaderFiles } from "./loaders/files";

/** Bytes of a known number that may be read several times. */
export interface Payload {
    readonly sizeBytes: number;
    chunks(): AsyncIterable<Buffer>;
}

/** What every disk is made of. */
export interface DiskInput {
    readonly architecture: Architecture;
    readonly kernel: Payload;
    readonly cmdline: string;
    /** Its segments in order, each a multiple of four bytes, as the kernel finds them. */
    readonly initrd: readonly Payload[];
    /** An uncompressed cpio with microcode: it goes before the initrd. */
    readonly ucode?: Payload;
    readonly loaders: LoaderFiles;
    /**
     * Size of a raw disk, rounded up to whole sectors of 512 bytes. What its one partition does not need stays free.
     * @default the smallest that fits, in whole MiB
     */
    readonly sizeBytes?: number;
}
