import { fstatSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { type Signals, type Steps, watchedSteps } from "./steps";

/** The program that calls the handlers: Pulumi's engine. */
export interface Engine extends Signals {
    /** Runs a handler's call; the process does not exit before it has come to a step boundary. */
    operation<T>(call: (steps: Steps) => Promise<T>): Promise<T>;
    /** Runs any of the engine's calls; while one is running, a first SIGINT or SIGTERM leaves the process alive. */
    answer<T>(call: () => Promise<T>): Promise<T>;
}

/** The parts of `process` that tell of the engine. */
export interface EngineProcess {
    readonly stdin: { on(event: "end" | "close" | "error", listener: () => void): unknown; resume(): unknown };
    on(event: "SIGINT" | "SIGTERM", listener: () => void): unknown;
    exit(code: number): unknown;
}

/** For a last answer to reach the engine, or a line the terminal. */
const farewellMilliseconds = 300;
/** For an answer that was just given to be sent. */
const sendingMilliseconds = 50;
/** The engine kills its providers five seconds after Ctrl-C. */
const patienceMilliseconds = 4000;

/**
 * Watches the engine that runs this provider process. When its end of our standard input closes, it is gone: operations
 * stop at their next step boundary, what is half made stays marked, and the process exits. On SIGINT or SIGTERM they
 * stop too, and take back what they made; the process stays for the engine to end, unless nothing tells of the engine.
 * While no call is running SIGINT ends the process, as it ends any other provider: with it an engine that is done asks
 * its providers to leave, and waits five seconds for one that does not.
 */
export function watchEngine(
    host: EngineProcess = process,
    engineHoldsStdin: boolean = isPipe(0),
    patience: number = patienceMilliseconds,
): Engine {
    const interrupted = new AbortController();
    const gone = new AbortController();
    const running = new Set<Promise<unknown>>();
    let answering = 0;
    const leave = async (code: number): Promise<void> => {
        await Promise.race([Promise.allSettled(running), delay(patience, undefined, { ref: false })]);
        await delay(farewellMilliseconds);
        host.exit(code);
    };
    const onGone = (): void => {
        if (!gone.signal.aborted) {
            gone.abort("the Pulumi engine is gone");
            void leave(1);
        }
    };
    const onSignal = (): void => {
        if (interrupted.signal.aborted) {
            host.exit(130);
            return;
        }
        interrupted.abort("interrupted");
        if (!engineHoldsStdin) {
            void leave(130);
        } else if (answering === 0) {
            void delay(sendingMilliseconds).then(() => host.exit(130));
        }
    };
    if (engineHoldsStdin) {
        host.stdin.on("end", onGone);
        host.stdin.on("close", onGone);
        host.stdin.on("error", onGone);
        host.stdin.resume();
    }
    host.on("SIGINT", onSignal);
    host.on("SIGTERM", onSignal);
    const signals: Signals = { interrupted: interrupted.signal, gone: gone.signal };
    return {
        ...signals,
        operation: async (call) => {
            const operation = call(watchedSteps(signals));
            running.add(operation);
            try {
                return await operation;
            } finally {
                running.delete(operation);
            }
        },
        answer: async (call) => {
            answering += 1;
            try {
                return await call();
            } finally {
                answering -= 1;
            }
        },
    };
}

/** A terminal or /dev/null says nothing about the engine. */
function isPipe(descriptor: number): boolean {
    try {
        const stat = fstatSync(descriptor);
        return stat.isFIFO() || stat.isSocket();
    } catch {
        return false;
    }
}
