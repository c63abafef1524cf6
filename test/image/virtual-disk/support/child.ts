import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

import {
    dynamicVhd,
    fixedVhd,
    gceArchive,
    ova,
    qcow2,
    streamOptimizedVmdk,
} from "../../../../providers/image/virtual-disk";
import type { DiskExtent, SparseDisk } from "../../../../providers/image/disk/sparse";
import { peakBytes } from "../../../../tools/process/peak.cjs";
import { largeDisk } from "./large";

const writers: Readonly<Record<string, (disk: SparseDisk) => SparseDisk | AsyncIterable<Buffer>>> = {
    raw: (disk) => disk,
    qcow2,
    "fixed VHD": fixedVhd,
    "dynamic VHD": dynamicVhd,
    VMDK: streamOptimizedVmdk,
    OVA: (disk) => ova(disk, { name: "large", firmware: "bios" }),
    "Compute Engine archive": gceArchive,
};

/** Writes a large disk in a format to a file, and says how much memory that took. */
async function main(format: string, sizeBytes: number, path: string): Promise<void> {
    const file = await open(path, "w");
    const written = writers[format]?.(largeDisk(sizeBytes));
    if (written === undefined) {
        throw new Error(`no writer for ${format}`);
    }
    const hash = createHash("sha256");
    for await (const { offset, bytes } of "extents" in written ? written.extents() : placed(written)) {
        hash.update(bytes);
        await file.write(bytes, 0, bytes.length, offset);
    }
    if ("extents" in written) {
        await file.truncate(written.sizeBytes);
    }
    await file.close();
    process.stdout.write(JSON.stringify({ sha256: hash.digest("hex"), peakBytes: peakBytes() }));
}

async function* placed(chunks: AsyncIterable<Buffer>): AsyncGenerator<DiskExtent, void, undefined> {
    let offset = 0;
    for await (const bytes of chunks) {
        yield { offset, bytes };
        offset += bytes.length;
    }
}

void main(process.argv[2] ?? "", Number(process.argv[3]), process.argv[4] ?? "");
