/** Resource limits by the names of LinuxKit's `rlimits`, which are those of setrlimit(2) in lower case. */
export const rlimitNames: readonly string[] = [
    "cpu",
    "fsize",
    "data",
    "stack",
    "core",
    "rss",
    "nproc",
    "nofile",
    "memlock",
    "as",
    "locks",
    "sigpending",
    "msgqueue",
    "nice",
    "rtprio",
    "rttime",
];
