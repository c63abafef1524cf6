"use strict";

/**
 * `node put-blocks.cjs <installed package> <endpoint> <disk in JSON>`: the same blocks by a plain loop of 64 requests at once,
 * and how long they took from StartSnapshot to CompleteSnapshot, in JSON. It knows where the disk's blocks are, looks at none,
 * and keeps no record.
 */

const { createHash } = require("node:crypto");
const { createRequire } = require("node:module");
const path = require("node:path");
const { Agent } = require("node:http");
const { BLOCK_BYTES, sparseDisk } = require("./sparse-disk.cjs");

const PARALLEL = 64;

async function main(installed, endpoint, given) {
    const { EBS } = createRequire(path.join(installed, "index.js"))("@aws-sdk/client-ebs");
    const { file, sizeBytes, stride } = JSON.parse(given);
    const httpAgent = new Agent({ keepAlive: true, maxSockets: PARALLEL });
    const ebs = new EBS({ endpoint, region: "eu-central-1", requestHandler: { httpAgent } });
    const start = performance.now();
    const { SnapshotId } = await ebs.startSnapshot({ VolumeSize: sizeBytes / 2 ** 30 });
    const checksums = [];
    const put = async ({ offset, bytes }) => {
        const digest = createHash("sha256").update(bytes).digest();
        checksums[offset / BLOCK_BYTES] = digest;
        await ebs.putSnapshotBlock({
            SnapshotId,
            BlockIndex: offset / BLOCK_BYTES,
            BlockData: bytes,
            DataLength: BLOCK_BYTES,
            Checksum: digest.toString("base64"),
            ChecksumAlgorithm: "SHA256",
        });
    };
    await sendAll(sparseDisk(file, sizeBytes, stride).extents(), put);
    const digests = checksums.filter((digest) => digest !== undefined);
    await ebs.completeSnapshot({
        SnapshotId,
        ChangedBlocksCount: digests.length,
        Checksum: createHash("sha256").update(Buffer.concat(digests)).digest("base64"),
        ChecksumAlgorithm: "SHA256",
        ChecksumAggregationMethod: "LINEAR",
    });
    process.stdout.write(JSON.stringify({ seconds: (performance.now() - start) / 1000 }));
}

async function sendAll(extents, put) {
    const running = new Set();
    for await (const extent of extents) {
        const task = put(extent).then(() => running.delete(task));
        running.add(task);
        if (running.size >= PARALLEL) {
            await Promise.race(running);
        }
    }
    await Promise.all(running);
}

void main(...process.argv.slice(2));
