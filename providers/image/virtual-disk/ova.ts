import { createHash } from "node:crypto";

import { alignUp, MIB } from "../disk/bytes";
import type { SparseDisk } from "../disk/sparse";
import { type OvfFields, ovfDescriptor } from "./ovf";
import { grownTo } from "./size";
import { changed, surveyDisk } from "./survey";
import { TAR_END, tarMember, tarPadding } from "./tar-member";
import { streamOptimizedVmdk } from "./vmdk";
import { GRAIN_BYTES } from "./vmdk-header";

type OvaOptions = Pick<OvfFields, "name" | "firmware">;

const DISK_FILE = "image-disk1.vmdk";
const MIN_MEMORY_MIB = 1024;
/** An initrd in memory: packed, unpacked to about three times as much, and room to run. */
const MEMORY_PER_DATA = 5;

/**
 * A disk as an .ova that ESXi imports: a tar of the OVF descriptor, the manifest with SHA-256, and the streamOptimized
 * VMDK. The machine gets 1 GiB of memory, or five times the disk's data where that is more. The disk is read five times
 * and compressed twice: its size and digest stand in front of it.
 *
 * Follows DMTF DSP0243 1.1, "Distribution as a Single File". Errors: those of `streamOptimizedVmdk` and `ovfDescriptor`,
 * `DiskTooLarge` when the VMDK is 8 GiB or more.
 */
export async function* ova(disk: SparseDisk, options: OvaOptions): AsyncGenerator<Buffer, void, undefined> {
    const { count } = await surveyDisk(disk, GRAIN_BYTES);
    const vmdk = await measured(streamOptimizedVmdk(disk));
    const diskHeader = tarMember({ name: DISK_FILE, sizeBytes: vmdk.sizeBytes, dialect: "ustar" });
    const ovf = ovfDescriptor({
        ...options,
        memoryMib: Math.max(MIN_MEMORY_MIB, alignUp((count * GRAIN_BYTES * MEMORY_PER_DATA) / MIB, 256)),
        diskFile: DISK_FILE,
        diskFileBytes: vmdk.sizeBytes,
        diskBytes: grownTo(disk, GRAIN_BYTES).sizeBytes,
    });
    yield* smallMember("image.ovf", ovf);
    yield* smallMember("image.mf", manifest({ "image.ovf": sha256(ovf), [DISK_FILE]: vmdk.sha256 }));
    yield diskHeader;
    yield* same(streamOptimizedVmdk(disk), vmdk);
    yield tarPadding(vmdk.sizeBytes);
    yield TAR_END;
}

/** "Manifest": a line of a digest for each file. */
function manifest(digests: Readonly<Record<string, string>>): string {
    return Object.entries(digests)
        .map(([file, digest]) => `SHA256(${file})= ${digest}\n`)
        .join("");
}

function* smallMember(name: string, text: string): Generator<Buffer, void, undefined> {
    const bytes = Buffer.from(text);
    yield tarMember({ name, sizeBytes: bytes.length, dialect: "ustar" });
    yield bytes;
    yield tarPadding(bytes.length);
}

interface Measure {
    readonly sizeBytes: number;
    readonly sha256: string;
}

async function measured(chunks: AsyncIterable<Buffer>): Promise<Measure> {
    const hash = createHash("sha256");
    let sizeBytes = 0;
    for await (const chunk of chunks) {
        hash.update(chunk);
        sizeBytes += chunk.length;
    }
    return { sizeBytes, sha256: hash.digest("hex") };
}

/** The chunks again, which must be what the header and the manifest say. */
async function* same(chunks: AsyncIterable<Buffer>, { sha256: expected }: Measure): AsyncGenerator<Buffer, void> {
    const hash = createHash("sha256");
    for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
    }
    if (hash.digest("hex") !== expected) {
        throw changed();
    }
}

function sha256(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}
