import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Architecture, KernelSpec } from "../../../sdk/assembly/spec";
import type { Codec } from "../codec";
import { type KernelFacts, kernelFacts } from "../drivers";
import type { EntryStream, FileEntry } from "../tree/entry";
import { isKernel } from "./boot-format";
import { kernelCodec } from "./codec";
import { kernelEvidence } from "./evidence";
import { readFiles } from "./files";
import { KERNEL_TAR, readBuiltin } from "./tree";

/** What boots, out of an image in LinuxKit's form. */
export interface KernelFiles {
    readonly kernel: Buffer;
    readonly ucode?: Buffer;
    readonly codec: Codec;
    readonly facts: KernelFacts;
    readonly notes: readonly string[];
}

const FILE_LIMIT_BYTES = 128 * 2 ** 20;
/** Where builds of kernels leave their configuration. */
const CONFIG = /^(?:boot\/)?(?:kernel[-_])?config(?:-[^/]+)?$/;
const KERNEL = /^(?:boot\/)?(?:kernel|vmlinuz|vmlinux|bzImage|Image)[^/]*$/;

/**
 * The files that a kernel's declaration names in its image.
 * @param open the image's merged entries; called again for files that are hard links
 * @throws LinuxKitError KernelImage where one is missing
 */
export async function readKernelImage(
    spec: KernelSpec,
    architecture: Architecture,
    open: () => EntryStream,
): Promise<KernelFiles> {
    const { binary = "kernel", tar = KERNEL_TAR, ucode } = spec;
    const names = new Set<string>();
    const isWanted = (path: string) => {
        names.add(path);
        return path === binary || path === ucode || CONFIG.test(path);
    };
    let builtin: string | undefined;
    const look = async (file: FileEntry) => {
        builtin = file.path === tar ? await readBuiltin(file) : builtin;
    };
    const files = await readFiles(open, isWanted, FILE_LIMIT_BYTES, look);
    const kernel = required(
        files,
        binary,
        "binary",
        [...names].filter((path) => KERNEL.test(path)),
    );
    const microcode = ucode === undefined ? undefined : required(files, ucode, "ucode", []);
    const config = [...files].find(([path]) => path !== binary && path !== ucode && CONFIG.test(path))?.[1].toString();
    const evidence = await kernelEvidence(kernel, config);
    return {
        kernel,
        ...(microcode === undefined ? {} : { ucode: microcode }),
        codec: kernelCodec(evidence),
        facts: kernelFacts({ ...evidence, builtin }),
        notes: isKernel(kernel, architecture)
            ? []
            : [`${binary} of its image is in no form of a Linux kernel for ${architecture}`],
    };
}

function required(files: ReadonlyMap<string, Buffer>, path: string, key: string, others: readonly string[]): Buffer {
    const found = files.get(path);
    if (found === undefined) {
        const size = `of at most ${FILE_LIMIT_BYTES / 2 ** 20} MiB`;
        const hint = others.length === 0 ? "" : `, such as ${others.slice(0, 3).join(", ")}`;
        const text = `the kernel's image has no file ${path} ${size}: set ${key} to the path of one${hint}`;
        throw new LinuxKitError("KernelImage", text, { path, key });
    }
    return found;
}
