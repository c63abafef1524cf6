import type { DiskExtent, SparseDisk } from "../../../../providers/image/disk/sparse";
import { MIB, noise, prose } from "./disks";

/** A disk that is mostly empty, with 384 MiB of data at the places where tables of the formats end. */
export function largeDisk(sizeBytes: number): SparseDisk {
    return { sizeBytes, extents: () => extents(sizeBytes) };
}

async function* extents(sizeBytes: number): AsyncGenerator<DiskExtent, void, undefined> {
    yield { offset: 0, bytes: noise(512, 1) };
    for (let index = 1; index < 256; index++) {
        yield { offset: index * MIB + 4096, bytes: noise(MIB, index) };
    }
    for (let index = 0; index < 128; index++) {
        yield {
            offset: 448 * MIB + index * MIB - 1024,
            bytes: index % 2 ? noise(MIB, 300 + index) : prose(MIB, index),
        };
    }
    yield { offset: sizeBytes - 512, bytes: noise(512, 2) };
}
