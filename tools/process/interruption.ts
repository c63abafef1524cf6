import { ToolError } from "./report.ts";

export interface Interruption {
    /** Aborted on SIGTERM: what runs must be told. */
    readonly signal: AbortSignal;
    /** Throws when Ctrl-C was pressed or SIGTERM came. */
    readonly throwIfInterrupted: () => void;
}

/** Ctrl-C reaches what runs by itself, as one of the terminal's process group; SIGTERM has to be passed on to it. */
export function watchInterruption(): Interruption {
    const terminated = new AbortController();
    let interrupted = false;
    process.on("SIGINT", () => {
        interrupted = true;
    });
    process.on("SIGTERM", () => {
        interrupted = true;
        terminated.abort();
    });
    const throwIfInterrupted = (): void => {
        if (interrupted) {
            throw new ToolError("Interrupted");
        }
    };
    return { signal: terminated.signal, throwIfInterrupted };
}
