/** A part of a file of this machine under another name, or a tar of such parts. */
interface MadeFile {
    readonly path: string;
    readonly mode: number;
    readonly file?: string;
    readonly offset?: number;
    readonly sizeBytes?: number;
    readonly tar?: readonly MadeFile[];
}

/** An image of one layer, as tools/bench/children/layout.cjs writes it. */
export interface MadeImage {
    readonly name: string;
    /** Whether its layer is gzipped. */
    readonly isPacked: boolean;
    readonly config: { readonly Entrypoint?: readonly string[] };
    readonly files: readonly MadeFile[];
}

/** Contents as compressible as programs are: parts of one, each another than the last until it is used up. */
export interface Material {
    readonly file: string;
    readonly sizeBytes: number;
}

type Take = (path: string, sizeBytes: number) => MadeFile;

/** Gives the next part of the material each time. */
export function takeFrom({ file, sizeBytes: available }: Material): Take {
    let next = 0;
    return (path, sizeBytes) => {
        if (sizeBytes > available) {
            throw new RangeError(`${path} would take ${sizeBytes} bytes of ${available}`);
        }
        const offset = next + sizeBytes > available ? 0 : next;
        next = offset + sizeBytes;
        return { path, mode: 0o755, file, offset, sizeBytes };
    };
}

/** Many files of one size: `name` with the number in place of #. */
export function takeMany(take: Take, name: string, count: number, sizeBytes: number): MadeFile[] {
    return Array.from({ length: count }, (_, index) => take(name.replace("#", String(index)), sizeBytes));
}

/** A kernel image in LinuxKit's form, with `count` modules of 20 kB. */
export function kernelImage(take: Take, kernel: Material, count: number): MadeImage {
    const modules = takeMany(take, "lib/modules/bench/kernel/module-#.ko", count, 20_000);
    return {
        name: "docker.io/bench/kernel",
        isPacked: true,
        config: {},
        files: [
            { path: "kernel", mode: 0o644, offset: 0, ...kernel },
            { path: "kernel.tar", mode: 0o644, tar: modules },
        ],
    };
}

export function toolImage(name: string, files: readonly MadeFile[]): MadeImage {
    const [first] = files;
    return {
        name: `docker.io/bench/${name}`,
        isPacked: true,
        config: { Entrypoint: first === undefined ? [] : [`/${first.path}`] },
        files,
    };
}
