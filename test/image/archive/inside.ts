import type { Plain } from "./read-all";

/** No entry leaves the root, comes twice, or lies below a symlink. */
export function checkInside(entries: readonly Plain[]): void {
    const links = new Set(entries.filter((entry) => entry.type === "symlink").map((entry) => entry.path));
    expect(new Set(entries.map((entry) => entry.path)).size).toBe(entries.length);
    for (const { path: inside } of entries) {
        const segments = inside.split("/");
        expect(segments.every((segment) => !["", ".", ".."].includes(segment) && !segment.includes("\0"))).toBe(true);
        expect(segments.some((_, depth) => depth > 0 && links.has(segments.slice(0, depth).join("/")))).toBe(false);
    }
}
