import { stripVTControlCharacters } from "node:util";

/** Lines as a person reads them: firmware and kernels write control sequences and carriage returns. */
export function consoleLines(text: string): readonly string[] {
    return text
        .split("\n")
        .map((line) =>
            stripVTControlCharacters(line)
                .replace(/[^\P{Cc}\t]/gu, "")
                .trimEnd(),
        )
        .filter((line) => line !== "");
}

/** Lines of our own init, behind the time that a kernel puts before what came through its log. */
const ours = /^(?:\[ *\d+\.\d+\] )?(linuxkit: .*)$/;
export const isInitLine = (line: string): boolean => ours.test(line);
export const isReady = (line: string): boolean => /^linuxkit: ready\b/.test(ours.exec(line)?.[1] ?? "");

/** A kernel's own lines: a service may print the same words within one of its own. */
const panic =
    /^(?:\[ *\d+\.\d+\] )?(?:---\[ end )?(?:Kernel panic - not syncing|(?:Internal error: )?Oops: .*\[#\d+\]|(?:traps: )?PANIC: double fault|VFS: Unable to mount root fs|Initramfs unpacking failed)/;
const isPanic = (line: string): boolean => panic.test(line);
const isNamedFailure = (line: string): boolean => /^linuxkit: failed\b/.test(ours.exec(line)?.[1] ?? "");
export const isFailure = (line: string): boolean => (isInitLine(line) ? isNamedFailure(line) : isPanic(line));

/** What failed, without a kernel's time, our own prefix and the marker that ends a panic; each reason once. */
export function failureReasons(lines: readonly string[]): readonly string[] {
    return [...new Set(lines.filter(isFailure).map((line) => line.replace(noise, "")))];
}

const noise = /^(?:\[ *\d+\.\d+\] )?(?:linuxkit: )?(?:---\[ end )?| \]---$/g;
