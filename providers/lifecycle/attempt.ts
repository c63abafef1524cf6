import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { LinuxKitError } from "../../sdk/assembly/error";
import type { Clock } from "./clock";
import { identifyProcess, type ProcessIdentity } from "./process";

/** A process that makes things in a cloud, as others can tell whether it still does. */
export interface Worker {
    /** Where it runs: its pid says nothing elsewhere. */
    readonly host: string;
    readonly process: ProcessIdentity;
}

/** What says whether a worker goes on; tests hand in their own. */
export interface Workers {
    readonly self: Worker;
    /** The living process of a pid of this host. */
    readonly identify: (pid: number) => Promise<ProcessIdentity | undefined>;
}

export function workersOfThisHost(process: ProcessIdentity): Workers {
    return { self: { host: thisHost(), process }, identify: identifyProcess };
}

/** Tells this host, and in it this namespace of pids, from others; a boot is told by a process's start time. */
function thisHost(): string {
    const read = (look: () => string): string => {
        try {
            return look().trim();
        } catch {
            return "";
        }
    };
    const machine = read(() => readFileSync("/etc/machine-id", "utf8"));
    const namespace = read(() => readlinkSync("/proc/self/ns/pid"));
    return hash(`${hostname()}\0${machine}\0${namespace}`, 16);
}

const hash = (text: string, length: number): string => createHash("sha256").update(text).digest("hex").slice(0, length);

/** A worker and its deadline as a label's value: `<host>-<pid>-<start>-<seconds since 1970>`. */
export function pendingLabel({ host, process }: Worker, deadlineMilliseconds: number): string {
    return [host, process.pid, hash(process.startTime, 8), Math.ceil(deadlineMilliseconds / 1000)].join("-");
}

/** A worker whose engine is gone comes to its next step boundary within moments. */
const patienceMilliseconds = 15_000;

export interface AttemptWatch {
    readonly workers: Workers;
    readonly clock: Clock;
    readonly signal: AbortSignal;
}

/**
 * Makes sure that nobody goes on with what is marked pending: its process is dead or is this one, or it is another host's and
 * its deadline is past. A living process of this host is waited for a little.
 * @param what `the image "redis-os"`
 * @throws LinuxKitError `attempt-running`
 */
export async function requireAbandoned(pending: string, what: string, watch: AttemptWatch): Promise<void> {
    const { workers, clock, signal } = watch;
    const [host, pid = "", start, deadline = "0"] = pending.split("-");
    if (host !== workers.self.host) {
        refuseUntil(Number(deadline) * 1000, what, clock);
        return;
    }
    const end = clock.now() + patienceMilliseconds;
    while (await isOther(Number(pid), start, workers)) {
        if (clock.now() >= end) {
            throw new LinuxKitError(
                "attempt-running",
                `process ${pid} is making ${what} just now: let it end, or end it, then run the command again`,
                { pid: Number(pid) },
            );
        }
        await clock.sleep(250, signal);
    }
}

/** Whether a process still makes what is marked pending, or one of another host may; this process's own counts too. */
export async function isUnderWay(
    pending: string,
    { workers, clock }: Pick<AttemptWatch, "workers" | "clock">,
): Promise<boolean> {
    const [host, pid = "", start, deadline = "0"] = pending.split("-");
    if (host !== workers.self.host) {
        return clock.now() < Number(deadline) * 1000;
    }
    const living = await workers.identify(Number(pid));
    return living !== undefined && hash(living.startTime, 8) === start;
}

async function isOther(pid: number, start: string | undefined, { self, identify }: Workers): Promise<boolean> {
    const living = await identify(pid);
    const isLiving = living !== undefined && hash(living.startTime, 8) === start;
    return isLiving && !(living.pid === self.process.pid && living.startTime === self.process.startTime);
}

function refuseUntil(deadline: number, what: string, clock: Clock): void {
    if (clock.now() < deadline) {
        const until = new Date(deadline).toISOString();
        throw new LinuxKitError(
            "attempt-running",
            `another host is making ${what}, or was when it stopped: let it end there, or run the command again after ${until}, when its time is over`,
            { until },
        );
    }
}
