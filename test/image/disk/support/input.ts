import type { DiskInput, LoaderFiles, Payload } from "../../../../providers/image/disk";

/** Bytes that differ from place to place, in chunks of odd sizes. */
export function payload(sizeBytes: number, seed = 1, chunkBytes = 70_001): Payload & { readonly bytes: Buffer } {
    const bytes = Buffer.alloc(sizeBytes);
    for (let at = 0, value = seed; at < sizeBytes; at++) {
        value = (value * 1_103_515_245 + 12_345) & 0x7fffffff;
        bytes[at] = (value >>> 16) | 1;
    }
    return {
        sizeBytes,
        bytes,
        async *chunks() {
            for (let at = 0; at < sizeBytes; at += chunkBytes) {
                yield bytes.subarray(at, at + chunkBytes);
            }
        },
    };
}

/** So many bytes that nobody holds: reading them is an error. */
export function unread(sizeBytes: number): Payload {
    return {
        sizeBytes,
        chunks() {
            throw new Error("nobody should read this");
        },
    };
}

/** What begins as a kernel does for both firmwares. */
export function kernel(sizeBytes = 300_000): Payload & { readonly bytes: Buffer } {
    const made = payload(sizeBytes, 7);
    made.bytes.write("MZ", 0);
    made.bytes.write("HdrS", 0x202);
    return made;
}

/** Stand-ins with the marks that the real loaders are patched by. */
export function fakeLoaders(): LoaderFiles {
    return {
        async read(name) {
            if (name.endsWith("/syslinux")) {
                return fakeInstaller();
            }
            const file = payload(name.endsWith(".efi") ? 90_000 : name.endsWith("mbr.bin") ? 440 : 40_000, name.length);
            return name.endsWith("isohdpfx.bin") ? file.bytes.subarray(0, 432) : file.bytes;
        },
    };
}

export const CORE_BYTES = 60_000;
/** Offsets in the stand-in's core: its patch area, the further one, vectors' sectors, and the list of extents. */
export const core = { area: 24, further: 2048, vectors: 2100, extents: 2200, low: 0x11a, high: 0x120 } as const;

function fakeInstaller(): Buffer {
    const sector = payload(512, 3).bytes;
    sector.write("\xeb\x58\x90SYSLINUX", 0, "latin1");
    sector.writeUInt16LE(0xaa55, 510);
    const image = payload(CORE_BYTES, 5).bytes;
    image.write("\r\nSYSLINUX 9.99 \0\r\n\x1a\0", 0, "latin1");
    image.writeUInt32LE(0x3eb202fe, core.area);
    image.writeUInt16LE(core.further, core.area + 22);
    const fields = [core.vectors, 0, 0, 0, 0, core.extents, 64, core.low, core.high];
    fields.forEach((field, index) => image.writeUInt16LE(field, core.further + index * 2));
    const module = payload(1000, 9).bytes;
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]).copy(module);
    module.writeUInt32LE(800, 32);
    module.writeUInt16LE(40, 46);
    module.writeUInt16LE(5, 48);
    return Buffer.concat([
        Buffer.from("\x7fELF\x02 something \r\nSYSLINUX 9.99", "latin1"),
        sector,
        image,
        module,
        Buffer.alloc(99),
    ]);
}

export function diskInput(changes: Partial<DiskInput> = {}): DiskInput {
    return {
        architecture: "amd64",
        kernel: kernel(),
        cmdline: "console=ttyS0 quiet",
        initrd: [payload(40_000, 11), payload(1_000, 13)],
        loaders: fakeLoaders(),
        ...changes,
    };
}
