"use strict";

/** `node build.cjs <installed package> <plan in JSON> [store]`: builds it and says what came of it, in JSON. */

const { readFileSync } = require("node:fs");
const path = require("node:path");
const { environment } = require("./environment.cjs");

const KIBIBYTE = 1024;

/** What getrusage tells of a child on Linux begins with the memory of its parent (fs/exec.c, exec_mmap). */
function peakBytes() {
    const status = process.platform === "linux" ? readFileSync("/proc/self/status", "utf8") : "";
    const own = /^VmHWM:\s+(\d+) kB$/m.exec(status);
    return Number(own === null ? process.resourceUsage().maxRSS : own[1]) * KIBIBYTE;
}

async function main(installed, planFile, store) {
    const { ensureImage } = require(path.join(installed, "providers/image"));
    const plan = JSON.parse(readFileSync(planFile, "utf8"));
    const built = await ensureImage(plan, await environment(installed, store));
    process.stdout.write(JSON.stringify({ ...built, peakBytes: peakBytes() }));
}

void main(...process.argv.slice(2));
