"use strict";

const { readFileSync } = require("node:fs");

const KIBIBYTE = 1024;

function peakBytes() {
    if (process.platform !== "linux") {
        return process.resourceUsage().maxRSS * KIBIBYTE;
    }
    const own = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
    return Number(own?.[1]) * KIBIBYTE;
}

module.exports = { peakBytes };
