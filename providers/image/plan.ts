import type { AssemblySpec } from "../../sdk/assembly/spec";
import type { ImageKernel } from "./drivers";

/** `fast` for everyday work, `smallest` for a release. */
export type Compression = "fast" | "smallest";

/** Everything an image is made of: an assembly whose components are all resolved. Its canonical JSON is what `digest` hashes. */
export interface ImagePlan extends AssemblySpec {
    /** Rises only when what the guest sees changes. */
    readonly format: 1;
    readonly compression: Compression;
}

/** What is known of any image whose components are in the store. Paths are this machine's: they never go to state. */
export interface BuiltContents {
    /** `sha256:<hex>` of the plan. */
    readonly digest: string;
    readonly components: readonly BuiltComponent[];
    /** What the user should know: packages whose maintainer scripts were not run, and the like. */
    readonly notes: readonly string[];
}

/** And of one with a kernel. */
export interface BootableContents extends BuiltContents {
    readonly kernelPath: string;
    readonly kernel: Artifact;
    readonly cmdline: string;
    /** Microcode of a kernel's image: an uncompressed cpio that the initrd begins with, and no segment of it. */
    readonly ucodePath?: string;
    readonly ucode?: Artifact;
    /** What is known of the kernel and of the modules that the image has for it. */
    readonly kernelFacts: ImageKernel;
}

export function isBootable<T extends BuiltContents>(image: T): image is T & BootableContents {
    return "kernelPath" in image;
}

/** An initrd in the store. */
export interface StoredInitrd {
    readonly initrdPath: string;
    readonly initrd: Artifact;
}

/** What a machine boots. */
export type BuiltImage = BootableContents & StoredInitrd;

export interface Artifact {
    readonly sizeBytes: number;
    /** Hex SHA-256 of the bytes. */
    readonly sha256: string;
}

export interface BuiltComponent {
    readonly key: string;
    /** Compressed size in the initrd. */
    readonly sizeBytes: number;
    /** Hex SHA-256 of the uncompressed content. */
    readonly sha256: string;
    readonly packages: readonly { readonly name: string; readonly version: string; readonly sha256: string }[];
}
