import { constants, crc32, deflateRawSync } from "node:zlib";

import { MIB } from "../disk/bytes";
import type { SparseDisk } from "../disk/sparse";
import { ahead } from "./ahead";
import { blocksOf } from "./blocks";
import { deflatePiece } from "./deflate";
import { GIB, grownTo } from "./size";
import { TAR_END, tarMember } from "./tar-member";

const PIECES_UNDER_WAY = 4;
/** RFC 1952: deflate, no flags, no time, no extra flags, operating system unknown. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
/** RFC 1951: the last block, of fixed codes, with nothing in it. */
const DEFLATE_END = Buffer.from([3, 0]);

/**
 * A disk as Compute Engine imports it: a gzipped tar of the form oldgnu with one member `disk.raw`, rounded up to a whole
 * GiB. A MiB of zeros is the same deflated piece each time, about 1 KB, and compressed data is stored.
 *
 * Follows Google's "Manually import boot disks" and RFC 1951 and 1952.
 */
export async function* gceArchive(disk: SparseDisk): AsyncGenerator<Buffer, void, undefined> {
    const whole = grownTo(disk, GIB);
    const zero = zeroMib();
    let checksum = 0;
    let length = 0;
    yield GZIP_HEADER;
    for await (const { bytes, deflated } of ahead(tarMibs(whole), PIECES_UNDER_WAY, deflatedBy(zero))) {
        checksum = bytes === undefined ? zero.extend(checksum) : crc32(bytes, checksum);
        length += bytes?.length ?? MIB;
        yield deflated;
    }
    yield DEFLATE_END;
    yield trailer(checksum, length);
}

/** The archive in pieces; `undefined` is a MiB of zeros. */
async function* tarMibs(disk: SparseDisk): AsyncGenerator<Buffer | undefined, void, undefined> {
    yield tarMember({ name: "disk.raw", sizeBytes: disk.sizeBytes, dialect: "oldgnu" });
    let next = 0;
    for await (const { index, bytes } of blocksOf(disk, MIB)) {
        for (; next < index; next++) {
            yield undefined;
        }
        yield bytes;
        next++;
    }
    for (; next < disk.sizeBytes / MIB; next++) {
        yield undefined;
    }
    yield TAR_END;
}

interface Deflated {
    readonly bytes: Buffer | undefined;
    readonly deflated: Buffer;
}

function deflatedBy(zero: ZeroMib): (bytes: Buffer | undefined) => Promise<Deflated> {
    return async (bytes) => ({ bytes, deflated: bytes === undefined ? zero.deflated : await deflatePiece(bytes) });
}

interface ZeroMib {
    readonly deflated: Buffer;
    /** The CRC-32 of what has `checksum`, followed by a MiB of zeros. */
    extend(checksum: number): number;
}

/** Zeros change a CRC by an affine map over its bits: what they make of each bit tells all. */
function zeroMib(): ZeroMib {
    const zeros = Buffer.alloc(MIB);
    const constant = crc32(zeros, 0);
    const ofBit = Array.from({ length: 32 }, (_, bit) => crc32(zeros, (1 << bit) >>> 0) ^ constant);
    return {
        deflated: deflateRawSync(zeros, { level: 9, finishFlush: constants.Z_SYNC_FLUSH }),
        extend: (checksum) =>
            ofBit.reduce((sum, effect, bit) => ((checksum >>> bit) & 1 ? sum ^ effect : sum), constant) >>> 0,
    };
}

function trailer(checksum: number, length: number): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32LE(checksum, 0);
    bytes.writeUInt32LE(length % 2 ** 32, 4);
    return bytes;
}
