"use strict";

/**
 * `node bare.cjs <installed package> <initrd> <file> <line>`: writes an initrd of nothing but that initrd's busybox and
 * an init that prints the line. It is not compressed: nothing boots sooner.
 */

const { createReadStream, createWriteStream } = require("node:fs");
const path = require("node:path");
const { pipeline } = require("node:stream/promises");

const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;

async function main(installed, initrd, file, line) {
    const { readInitrd } = require(path.join(installed, "providers/image/initrd/read"));
    const { writeCpio } = require(path.join(installed, "providers/image/cpio"));
    const busybox = await find(readInitrd(createReadStream(initrd)), "busybox");
    const init = Buffer.from(`#!/busybox sh\necho "${line}"\nexec /busybox sleep 3600\n`);
    const entries = async function* () {
        yield executable("busybox", busybox);
        yield executable("init", init);
    };
    await pipeline(writeCpio(entries()), createWriteStream(file, { flags: "wx" }));
}

async function find(entries, name) {
    for await (const entry of entries) {
        if (path.basename(entry.name) === name && (entry.mode & FILE_TYPE) === REGULAR) {
            return Buffer.concat(await Array.fromAsync(entry.chunks(), (chunk) => Buffer.from(chunk)));
        }
    }
    throw new Error(`the initrd has no ${name}`);
}

function executable(name, bytes) {
    const content = { sizeBytes: bytes.length, chunks: () => [bytes] };
    return { type: "file", path: name, mode: 0o755, uid: 0, gid: 0, mtime: 0, content };
}

void main(...process.argv.slice(2));
