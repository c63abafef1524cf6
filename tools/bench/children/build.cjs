"use strict";

/** `node build.cjs <installed package> <plan in JSON> [store]`: builds it and says what came of it, in JSON. */

const { readFileSync } = require("node:fs");
const path = require("node:path");
const { peakBytes } = require("../../process/peak.cjs");
const { environment } = require("./environment.cjs");

async function main(installed, planFile, store) {
    const { ensureImage } = require(path.join(installed, "providers/image"));
    const plan = JSON.parse(readFileSync(planFile, "utf8"));
    const built = await ensureImage(plan, await environment(installed, store));
    process.stdout.write(JSON.stringify({ ...built, peakBytes: peakBytes() }));
}

void main(...process.argv.slice(2));
