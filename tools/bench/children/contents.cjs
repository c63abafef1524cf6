"use strict";

/** `node contents.cjs <installed package> <initrd> <file>`: writes what the initrd's segments hold, uncompressed. */

const { closeSync, createReadStream, openSync, writeSync } = require("node:fs");
const path = require("node:path");

async function main(installed, initrd, file) {
    const { readInitrd } = require(path.join(installed, "providers/image/initrd/read"));
    const output = openSync(file, "wx");
    const observe = (chunk) => {
        for (let written = 0; written < chunk.length;) {
            written += writeSync(output, chunk, written);
        }
    };
    for await (const _ of readInitrd(createReadStream(initrd), { observe }));
    closeSync(output);
}

void main(...process.argv.slice(2));
