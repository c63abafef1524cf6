"use strict";

/**
 * `node upload.cjs <installed package> <endpoint> <disk in JSON> <name>`: makes an AMI of the disk as `aws.Image` does, and
 * says how long its blocks took, from StartSnapshot to CompleteSnapshot, and the most memory that it had, in JSON.
 */

const path = require("node:path");
const { peakBytes } = require("../../process/peak.cjs");
const { sparseDisk } = require("./sparse-disk.cjs");

async function main(installed, endpoint, given, name) {
    const { hostImageEnvironment, imageHandler } = require(path.join(installed, "providers/aws"));
    const { file, sizeBytes, stride } = JSON.parse(given);
    const times = {};
    const host = await hostImageEnvironment({
        disks: {
            resolve: async () => ({ digest: `sha256:${"0".repeat(64)}` }),
            read: (_, use) => use(sparseDisk(file, sizeBytes, stride)),
        },
        engine: { operation: (call) => call(unwatchedSteps()) },
        progress: () => {},
        note: () => {},
    });
    const handler = imageHandler({ ...host, calls: (...to) => timed(host.calls(...to), times) });
    const { inputs, failures } = await handler.check({}, declared(endpoint, name));
    if (failures.length > 0) {
        throw new Error(JSON.stringify(failures));
    }
    await handler.create(inputs);
    process.stdout.write(JSON.stringify({ seconds: (times.end - times.start) / 1000, peakBytes: peakBytes() }));
}

function declared(endpoint, name) {
    return {
        image: { digest: `sha256:${"0".repeat(64)}`, architecture: "amd64" },
        region: "eu-central-1",
        connection: { endpoints: { ec2: endpoint, ebs: endpoint, sts: endpoint } },
        identity: { organization: "o", project: "p", stack: "s", urn: `urn:pulumi:s::p::t::${name}` },
        upload: "full",
    };
}

function timed(calls, times) {
    return {
        ...calls,
        startSnapshot: async (request) => {
            times.start = performance.now();
            return calls.startSnapshot(request);
        },
        completeSnapshot: async (...to) => {
            await calls.completeSnapshot(...to);
            times.end = performance.now();
        },
    };
}

function unwatchedSteps() {
    const run = (_, step) => step();
    return { signal: new AbortController().signal, run, undo: run };
}

void main(...process.argv.slice(2));
