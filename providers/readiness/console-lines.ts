import { stripVTControlCharacters } from "node:util";

/** What a kernel puts before what came through its log: the time, and with CONFIG_PRINTK_CALLER the task or processor. */
const origin = String.raw`(?:(?:\[ *(?:\d+\.\d+|[TC]\d+)\])+ )?`;

/** A kernel's own lines: a service may print the same words within one of its own. */
const panicked = String.raw`(?:---\[ end )?(?:Kernel panic - not syncing|(?:Internal error|Oops): .*\[#\d+\]|(?:traps: )?PANIC: double fault|VFS: Unable to mount root fs|Initramfs unpacking failed)`;
const panic = new RegExp(`^${origin}${panicked}`);

/** A shell's prompt has no newline: what the kernel or our init prints next stands behind it. */
const prompt = new RegExp(String.raw`^(\S* ?[#$]) (?=${origin}(?:linuxkit: |${panicked}))`);

/** Lines as a person reads them: firmware and kernels write control sequences and carriage returns. */
export function consoleLines(text: string): readonly string[] {
    return text
        .split("\n")
        .map((line) =>
            stripVTControlCharacters(line)
                .replace(/[^\P{Cc}\t]/gu, "")
                .trimEnd(),
        )
        .flatMap((line) => line.replace(prompt, "$1\n").split("\n"))
        .filter((line) => line !== "");
}

/** Lines of our own init. */
const ours = new RegExp(`^${origin}(linuxkit: .*)$`);
export const isInitLine = (line: string): boolean => ours.test(line);
export const isReady = (line: string): boolean => /^linuxkit: ready\b/.test(ours.exec(line)?.[1] ?? "");

const isPanic = (line: string): boolean => panic.test(line);
const isNamedFailure = (line: string): boolean => /^linuxkit: failed\b/.test(ours.exec(line)?.[1] ?? "");
export const isFailure = (line: string): boolean => (isInitLine(line) ? isNamedFailure(line) : isPanic(line));

/** What failed, without a kernel's prefix, our own prefix and the marker that ends a panic; each reason once. */
export function failureReasons(lines: readonly string[]): readonly string[] {
    return [...new Set(lines.filter(isFailure).map((line) => line.replace(noise, "")))];
}

const noise = new RegExp(String.raw`^${origin}(?:linuxkit: )?(?:---\[ end )?| \]---$`, "g");
