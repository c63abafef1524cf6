import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { ToolError } from "../../process/report.ts";

const SHOWN_LINES = 25;
const FAILURE = /Kernel panic - not syncing|\bOops: |double fault: |Initramfs unpacking failed|^linuxkit: failed\b/;

/** What a QEMU prints, line by line. */
export interface Console {
    /** Resolves when a line matches, one that stands there already included. */
    appears(pattern: RegExp): Promise<void>;
    /** Never resolves: rejects when the guest says that it failed, or QEMU ends. */
    readonly failed: Promise<never>;
    last(): string;
}

export function watchConsole(child: ChildProcess & { readonly stdout: Readable; readonly stderr: Readable }): Console {
    const lines: string[] = [];
    const waiting = new Set<(line: string) => void>();
    const last = (): string => lines.slice(-SHOWN_LINES).join("\n");
    const failed = new Promise<never>((_resolve, reject) => {
        const fail = (why: string): void => reject(new ToolError(`${why}:\n${last()}`));
        for (const stream of [child.stdout, child.stderr]) {
            createInterface({ input: stream }).on("line", (line) => {
                lines.push(line);
                waiting.forEach((check) => check(line));
                if (FAILURE.test(line)) {
                    fail("the guest failed");
                }
            });
        }
        child.once("error", ({ message }) => fail(`QEMU could not be started: ${message}`));
        void once(child, "close").then(() => fail("QEMU ended"));
    });
    failed.catch(() => {});
    const appears = (pattern: RegExp): Promise<void> =>
        new Promise((resolve) => {
            const check = (line: string): void => {
                if (pattern.test(line)) {
                    waiting.delete(check);
                    resolve();
                }
            };
            waiting.add(check);
            lines.forEach(check);
        });
    return { appears, failed, last };
}
