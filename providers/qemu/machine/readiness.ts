import { setTimeout as delay } from "node:timers/promises";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { ConsoleFollower } from "./console";

export interface Watch {
    readonly directory: string;
    /** Where the console of this start begins. */
    readonly offset: number;
    readonly timeoutSeconds: number;
    readonly isRunning: () => Promise<boolean>;
    /** What QEMU itself had to say. */
    readonly errors: () => Promise<string>;
    readonly signal: AbortSignal;
    /** Called with each line that the machine's init prints for people. */
    readonly onLine: (line: string) => void;
}

/**
 * Waits for `linuxkit: ready`.
 * @throws LinuxKitError `machine-failed` at once on a kernel panic, a failure that the init names or the end of QEMU,
 * `machine-timeout` when the time is over; both with the console's last lines
 */
export async function waitForReady(watch: Watch): Promise<void> {
    const end = performance.now() + watch.timeoutSeconds * 1000;
    const console = new ConsoleFollower(watch.directory, watch.offset);
    for (let look = 0; ; look++) {
        const ended = look % looksPerProcess === 0 && !(await watch.isRunning());
        const fresh = await console.advance();
        fresh.filter(isInitLine).forEach((line) => watch.onLine(line));
        if (fresh.some(isReady)) {
            return;
        }
        if (fresh.some(isFailure)) {
            throw await named(console);
        }
        if (ended) {
            throw withConsole("machine-failed", await endReason(watch), console);
        }
        if (watch.signal.aborted) {
            throw withConsole("interrupted", `stopped while it booted: ${watch.signal.reason}`, console);
        }
        if (performance.now() >= end) {
            throw withConsole("machine-timeout", timeoutReason(watch), console);
        }
        await delay(lookMilliseconds);
    }
}

const lookMilliseconds = 50;
/** Where there is no /proc, a look at a process starts another. */
const looksPerProcess = 4;

/** Lines of our own init, behind the time that a kernel puts before what came through its log. */
const ours = /^(?:\[ *\d+\.\d+\] )?(linuxkit: .*)$/;
const isInitLine = (line: string): boolean => ours.test(line);
const isReady = (line: string): boolean => /^linuxkit: ready\b/.test(ours.exec(line)?.[1] ?? "");

/** A kernel's own lines: a service may print the same words within one of its own. */
const panic =
    /^(?:\[ *\d+\.\d+\] )?(?:---\[ end )?(?:Kernel panic - not syncing|(?:Internal error: )?Oops: .*\[#\d+\]|(?:traps: )?PANIC: double fault|VFS: Unable to mount root fs|Initramfs unpacking failed)/;
const isPanic = (line: string): boolean => panic.test(line);
const isNamedFailure = (line: string): boolean => /^linuxkit: failed\b/.test(ours.exec(line)?.[1] ?? "");
const isFailure = (line: string): boolean => (isInitLine(line) ? isNamedFailure(line) : isPanic(line));

/** A panic prints its call trace after its first line. */
const lastWordsMilliseconds = 400;

async function named(console: ConsoleFollower): Promise<LinuxKitError> {
    await delay(lastWordsMilliseconds);
    await console.advance();
    const reasons = console.lines.filter(isFailure).map((line) => line.replace(noise, ""));
    return withConsole(
        "machine-failed",
        `the machine did not become ready: ${[...new Set(reasons)].slice(0, 3).join("; ")}`,
        console,
    );
}

/** A kernel's time, our own prefix, the marker that ends a panic. */
const noise = /^(?:\[ *\d+\.\d+\] )?(?:linuxkit: )?(?:---\[ end )?| \]---$/g;

async function endReason({ errors }: Watch): Promise<string> {
    const said = (await errors()).trim();
    return `the machine ended before it was ready: ${said === "" ? "the guest powered off or rebooted" : said}`;
}

function timeoutReason({ timeoutSeconds }: Watch): string {
    return `the machine did not print "linuxkit: ready" within timeouts.create (${timeoutSeconds} s): look for what it waits for below, or give it more time`;
}

const shownLines = 25;

function withConsole(code: string, reason: string, console: ConsoleFollower): LinuxKitError {
    const last = console.last(shownLines);
    const shown =
        last.length === 0
            ? "its console is empty"
            : ["the last lines of its console:", ...last.map((line) => `  | ${line}`)].join("\n");
    return new LinuxKitError(code, `${reason}\n${shown}`, { console: last });
}
