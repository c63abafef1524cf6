import type { Architecture } from "../../../sdk/assembly/spec";
import type { ImageParts } from "../build/parts";
import type { LoaderFormat, LoaderFiles, SparseDisk } from "../disk";
import type { DriverName, KernelFacts } from "../drivers";
import type { BuiltContents, BootableContents, ImagePlan } from "../plan";

/** One way to put an image into files. */
export type Format = FormatOf<BuiltContents, false> | BootableFormat;

/** One that only an image with a kernel can be written in. */
export interface BootableFormat extends FormatOf<BootableContents, true> {
    /** What it asks of the kernel, beside what the image itself does. */
    readonly needs: (kernel: KernelFacts) => readonly DriverName[];
}

interface FormatOf<I extends BuiltContents, NeedsKernel extends boolean> {
    /** Whether only an image with a kernel can be written in it. */
    readonly needsKernel: NeedsKernel;
    /** What it is, as one line for people. */
    readonly summary: string;
    readonly architectures: readonly Architecture[];
    /** Its files by their part, with what LinuxKit appends to the image's name. */
    readonly files: Readonly<Record<string, string>>;
    /** Whether it is a disk, whose size may be asked for. */
    readonly isSized: boolean;
    /** The disk whose loader it needs; absent where it needs none. */
    readonly layout?: LoaderFormat;
    /** Whether its bytes tell where components came from, which an image's digest does not. */
    readonly namesOrigins: boolean;
    readonly write: (input: FormatInput<I>, sink: Sink) => Promise<void>;
}

export interface FormatInput<I extends BuiltContents = BuiltContents> {
    readonly plan: ImagePlan;
    readonly parts: ImageParts<I>;
    readonly loaders: LoaderFiles;
    /** Of a disk; absent: the smallest that fits. */
    readonly sizeBytes?: number;
    /** Whether a tar holds the image's SPDX document. */
    readonly spdx: boolean;
}

/** What a format gets that needs a kernel. */
export type BootableInput = FormatInput<BootableContents>;

/** Where a format's files go, each told by its part, and written once. */
export interface Sink {
    stream(part: string, chunks: AsyncIterable<Buffer>): Promise<void>;
    /** With holes where the disk is zero. */
    disk(part: string, disk: SparseDisk): Promise<void>;
    /** By a program, which gets the path of an empty file. */
    program(part: string, run: (path: string, signal: AbortSignal) => Promise<void>): Promise<void>;
}
