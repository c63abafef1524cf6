import { setTimeout as delay } from "node:timers/promises";
import { LinuxKitError } from "../../sdk/assembly/error";
import type { Readiness } from "../../sdk/assembly/readiness";
import { failureReasons, isFailure, isInitLine, isReady } from "./console-lines";
import type { BootingMachine } from "./machine";

/** Time as a wait sees it; tests hand in their own. */
export interface Clock {
    /** Milliseconds since any moment. */
    now(): number;
    sleep(milliseconds: number): Promise<unknown>;
}

export interface Wait {
    /** As the image declares it. */
    readonly readiness: Readiness;
    readonly timeoutSeconds: number;
    /**
     * The argument that gives it its time.
     * @default "timeouts.create"
     */
    readonly timeoutArgument?: string;
    readonly signal: AbortSignal;
    /** Called with each line that the machine's init prints for people. */
    readonly onLine: (line: string) => void;
    /** @default this process's own */
    readonly clock?: Clock;
}

const hostClock: Clock = { now: () => performance.now(), sleep: (milliseconds) => delay(milliseconds) };

/**
 * Waits until a machine is ready as its image declares it.
 * @throws LinuxKitError `machine-failed` at once on a kernel panic, a failure that our init names or the machine's end,
 * `machine-timeout` when the time is over, `interrupted` on Ctrl-C; all with the console's last lines
 */
export async function waitUntilReady(machine: BootingMachine, wait: Wait): Promise<void> {
    const clock = wait.clock ?? hostClock;
    const end = clock.now() + wait.timeoutSeconds * 1000;
    const isMet = condition(machine, wait.readiness, clock);
    while (!(await look(machine, wait, isMet, clock))) {
        if (wait.signal.aborted) {
            throw withConsole("interrupted", `stopped while it booted: ${wait.signal.reason}`, machine);
        }
        if (clock.now() >= end) {
            throw withConsole("machine-timeout", timeoutReason(wait), machine);
        }
        await clock.sleep(machine.lookMilliseconds);
    }
}

/** Its end is asked for first, so that the lines that follow are all there are. */
async function look(
    machine: BootingMachine,
    { readiness, onLine }: Wait,
    isMet: () => Promise<boolean>,
    clock: Clock,
): Promise<boolean> {
    const ended = await machine.ended();
    const fresh = await machine.freshLines();
    fresh.filter(isInitLine).forEach(onLine);
    const decisive = fresh.find((line) => isFailure(line) || (readiness === "console" && isReady(line)));
    if (decisive !== undefined) {
        return isFailure(decisive) ? named(machine, fresh, clock) : true;
    }
    if (ended !== undefined) {
        throw withConsole("machine-failed", `the machine ended before it was ready: ${ended}`, machine);
    }
    return isMet();
}

/** A kernel that finds no init panics within this time under hardware acceleration. */
export const settledSeconds = 5;

/** What is looked at beside the console. */
function condition(machine: BootingMachine, readiness: Readiness, clock: Clock): () => Promise<boolean> {
    if (readiness === "console") {
        return async () => false;
    }
    if (readiness !== "running") {
        return () => machine.accepts(readiness.tcp);
    }
    let since: number | undefined;
    return async () => {
        since = (await machine.isRunning()) ? (since ?? clock.now()) : undefined;
        return since !== undefined && clock.now() - since >= settledSeconds * 1000;
    };
}

/** A panic prints its call trace after its first line. */
const lastWordsMilliseconds = 400;

async function named(machine: BootingMachine, fresh: readonly string[], clock: Clock): Promise<never> {
    await clock.sleep(lastWordsMilliseconds);
    const reasons = failureReasons([...fresh, ...(await machine.freshLines())]);
    throw withConsole("machine-failed", `the machine did not become ready: ${reasons.slice(0, 3).join("; ")}`, machine);
}

function timeoutReason({ readiness, timeoutSeconds, timeoutArgument = "timeouts.create" }: Wait): string {
    const limit = `within ${timeoutArgument} (${timeoutSeconds} s)`;
    const advice = "look for what it waits for below, or give it more time";
    if (readiness === "console") {
        return `the machine did not print "linuxkit: ready" ${limit}: ${advice}`;
    }
    return readiness === "running"
        ? `the machine did not run for ${settledSeconds} s on end ${limit}: ${advice}`
        : `nothing on the machine took a connection at TCP port ${readiness.tcp} ${limit}: ${advice}`;
}

const shownLines = 25;

function withConsole(code: string, reason: string, machine: BootingMachine): LinuxKitError {
    const last = machine.lastLines(shownLines);
    const shown =
        last.length === 0
            ? "its console is empty"
            : ["the last lines of its console:", ...last.map((line) => `  | ${line}`)].join("\n");
    return new LinuxKitError(code, `${reason}\n${shown}`, { console: last });
}
