import { readFileSync } from "node:fs";

/**
 * The most memory that this process had resident. On Linux from /proc: what getrusage tells of a child begins with the
 * memory that its parent had when it was started (fs/exec.c, exec_mmap).
 */
export function peakBytes(): number {
    if (process.platform !== "linux") {
        return process.resourceUsage().maxRSS * 1024;
    }
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    return Number(kibibytes) * 1024;
}
