import type { ResolvedDebian } from "../../../sdk/assembly/spec";

/** One line for each package that is not what it was: "redis-server 5:8.0.2-3 -> 5:8.0.2-4", by name. */
export function packageChanges(previous: ResolvedDebian, next: ResolvedDebian): string[] {
    const names = [...new Set([...Object.keys(previous.packages), ...Object.keys(next.packages)])];
    return names
        .toSorted((a, b) => (a < b ? -1 : 1))
        .flatMap((name) => {
            const before = previous.packages[name];
            const after = next.packages[name];
            if (before?.sha256 === after?.sha256) {
                return [];
            }
            return [`${name} ${before?.version ?? "(none)"} -> ${after?.version ?? "(none)"}`];
        });
}
