/** Codenames and aliases of Debian's releases: what tells Debian's apt sources from others. */
export const RELEASES: ReadonlySet<string> = new Set([
    "bullseye",
    "bookworm",
    "trixie",
    "forky",
    "duke",
    "oldoldstable",
    "oldstable",
    "stable",
    "testing",
]);

/** Suites that are whole by themselves: they have no -updates and no -security. */
export const ROLLING: ReadonlySet<string> = new Set(["sid", "unstable", "experimental", "rc-buggy"]);
