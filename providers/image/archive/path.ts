import { refused } from "./error";
import type { ArchiveLimits } from "./limits";

const MAX_NAME_BYTES = 255;

/** The form `Entry.path` has; empty for the root itself. `..` is refused, and but for layers absolute paths are. */
export function normalizePath(raw: string, limits: ArchiveLimits): string {
    if (raw.startsWith("/") && !limits.layer) {
        throw refused("its path is absolute", raw);
    }
    if (raw.includes("\0")) {
        throw refused("its path holds a NUL", raw);
    }
    if (Buffer.byteLength(raw) > limits.maxPathBytes) {
        throw refused(`its path is longer than ${limits.maxPathBytes} bytes`, raw);
    }
    const segments = raw.split("/").filter((segment) => segment !== "" && segment !== ".");
    if (segments.includes("..")) {
        throw refused("its path leaves the root by ..", raw);
    }
    if (segments.length > limits.maxDepth) {
        throw refused(`its path is deeper than ${limits.maxDepth} folders`, raw);
    }
    if (
        segments.some((segment) => segment.length > MAX_NAME_BYTES / 4 && Buffer.byteLength(segment) > MAX_NAME_BYTES)
    ) {
        throw refused(`a name in its path is longer than ${MAX_NAME_BYTES} bytes`, raw);
    }
    return segments.join("/");
}

/**
 * A symlink's target, refused where following it climbs above the root, but for layers: the machine's kernel stays at the
 * root then. Absolute targets start at the guest's root.
 */
export function checkSymlink(path: string, target: string, limits: ArchiveLimits): string {
    if (target === "" || target.includes("\0") || Buffer.byteLength(target) > limits.maxPathBytes) {
        throw refused("its link target is empty, too long or holds a NUL", path);
    }
    let depth = target.startsWith("/") ? 0 : path.split("/").length - 1;
    for (const segment of target.split("/")) {
        if (segment === "..") {
            depth -= 1;
        } else if (segment !== "" && segment !== ".") {
            depth += 1;
        }
        if (depth < 0 && !limits.layer) {
            throw refused(`its link target ${JSON.stringify(target.slice(0, 100))} leaves the root`, path);
        }
    }
    return target;
}
