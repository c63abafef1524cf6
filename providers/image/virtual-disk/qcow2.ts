import type { SparseDisk } from "../disk/sparse";
import { planQcow2, type Qcow2Plan } from "./qcow2-plan";
import { surveyedBlocks, surveyedIndexes, surveyDisk } from "./survey";
import { withinLimit } from "./size";

const CLUSTER_BITS = 16;
const CLUSTER_BYTES = 1 << CLUSTER_BITS;
const TABLE_ENTRIES = CLUSTER_BYTES / 8;
/** QEMU's own: an L1 table of 32 MiB ("Header", size). */
const MAX_DISK_BYTES = ((32 << 20) / 8) * TABLE_ENTRIES * CLUSTER_BYTES;
/** Refcounts of 16 bits, all of them 1. */
const REFCOUNT_ORDER = 4;
const REFCOUNTS_PER_BLOCK = CLUSTER_BYTES / 2;
const HEADER_BYTES = 104;
/** "L1 table entry", "L2 table entry", bit 63: its refcount is exactly one. */
const COPIED = 1n << 63n;

/**
 * A disk as qcow2, version 3, with clusters of 64 KiB, none compressed: header, refcounts, L1 and L2 tables, then every
 * cluster that holds data, in order. The disk is read twice, the output never revisited.
 *
 * Follows QEMU's docs/interop/qcow2.txt. Errors: `DiskTooLarge` over 2 PiB, `DiskChanged` when the two readings differ.
 */
export async function* qcow2(disk: SparseDisk): AsyncGenerator<Buffer, void, undefined> {
    withinLimit(disk.sizeBytes, MAX_DISK_BYTES, "the disk in a qcow2 file");
    const survey = await surveyDisk(disk, CLUSTER_BYTES);
    const plan = planQcow2(disk.sizeBytes, survey, CLUSTER_BYTES);
    yield header(disk.sizeBytes, plan);
    yield* refcounts(plan);
    yield* l1Table(plan);
    yield* l2Tables(plan, surveyedIndexes(survey));
    for await (const { bytes } of surveyedBlocks(disk, survey)) {
        yield bytes;
    }
}

/** "Header": of version 3, without additional fields or extensions. */
function header(sizeBytes: number, plan: Qcow2Plan): Buffer {
    const bytes = Buffer.alloc(CLUSTER_BYTES);
    bytes.write("QFI\xfb", 0, "latin1");
    bytes.writeUInt32BE(3, 4);
    bytes.writeUInt32BE(CLUSTER_BITS, 20);
    bytes.writeBigUInt64BE(BigInt(sizeBytes), 24);
    bytes.writeUInt32BE(plan.l1Entries, 36);
    bytes.writeBigUInt64BE(at(plan.l1Table.first), 40);
    bytes.writeBigUInt64BE(at(plan.refcountTable.first), 48);
    bytes.writeUInt32BE(plan.refcountTable.count, 56);
    bytes.writeUInt32BE(REFCOUNT_ORDER, 96);
    bytes.writeUInt32BE(HEADER_BYTES, 100);
    return bytes;
}

/** "Host cluster management": the table, then its blocks; every cluster of the file is used once. */
function* refcounts(plan: Qcow2Plan): Generator<Buffer, void, undefined> {
    const table = Buffer.alloc(plan.refcountTable.count * CLUSTER_BYTES);
    for (let block = 0; block < plan.refcountBlocks.count; block++) {
        table.writeBigUInt64BE(at(plan.refcountBlocks.first + block), block * 8);
    }
    yield table;
    const full = Buffer.alloc(CLUSTER_BYTES, Buffer.from([0, 1]));
    for (let block = 0; block < plan.refcountBlocks.count; block++) {
        const used = Math.min(REFCOUNTS_PER_BLOCK, plan.clusters - block * REFCOUNTS_PER_BLOCK);
        yield used === REFCOUNTS_PER_BLOCK ? full : Buffer.concat([full.subarray(0, used * 2)], CLUSTER_BYTES);
    }
}

/** "Cluster mapping": an L2 table only where it would say something. */
function* l1Table(plan: Qcow2Plan): Generator<Buffer, void, undefined> {
    const table = Buffer.alloc(plan.l1Table.count * CLUSTER_BYTES);
    plan.l2Of.forEach((l1Index, l2Index) => {
        table.writeBigUInt64BE(at(plan.l2Tables.first + l2Index) | COPIED, l1Index * 8);
    });
    yield table;
}

function* l2Tables(plan: Qcow2Plan, indexes: Iterable<number>): Generator<Buffer, void, undefined> {
    let table = Buffer.alloc(CLUSTER_BYTES);
    let current = plan.l2Of[0];
    let cluster = plan.data.first;
    for (const index of indexes) {
        const l1Index = Math.floor(index / TABLE_ENTRIES);
        if (l1Index !== current) {
            yield table;
            table = Buffer.alloc(CLUSTER_BYTES);
            current = l1Index;
        }
        table.writeBigUInt64BE(at(cluster) | COPIED, (index % TABLE_ENTRIES) * 8);
        cluster++;
    }
    if (current !== undefined) {
        yield table;
    }
}

function at(cluster: number): bigint {
    return BigInt(cluster) << BigInt(CLUSTER_BITS);
}
