#!/usr/bin/env node
// Stands in for qemu-img: `create` and `resize` of a qcow2 file that is nothing but the header's first fields.
const { existsSync, writeFileSync } = require("node:fs");

const [command, ...rest] = process.argv.slice(2);
const [path, size] = rest.slice(-2);
if (command === "resize" && !existsSync(path)) {
    process.stderr.write(`qemu-img: Could not open '${path}'\n`);
    process.exit(1);
}
const header = Buffer.alloc(512);
header.writeUInt32BE(0x514649fb, 0);
header.writeBigUInt64BE(BigInt(size), 24);
writeFileSync(path, header);
