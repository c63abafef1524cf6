/**
 * The most memory that this process had resident. On Linux from /proc: what getrusage tells of a child begins with the
 * memory that its parent had when it was started (fs/exec.c, exec_mmap).
 */
export function peakBytes(): number;
