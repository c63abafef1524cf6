"use strict";

const { createReadStream } = require("node:fs");

const BLOCK_BYTES = 524_288;

/** A disk whose every `stride`-th block of 512 KiB is one of a file's, one after the other, and zero elsewhere. */
function sparseDisk(file, sizeBytes, stride) {
    return {
        sizeBytes,
        async *extents() {
            let offset = 0;
            for await (const bytes of createReadStream(file, { highWaterMark: BLOCK_BYTES })) {
                yield { offset, bytes };
                offset += stride * BLOCK_BYTES;
            }
        },
    };
}

module.exports = { BLOCK_BYTES, sparseDisk };
