import { LinuxKitError } from "../../sdk/assembly/error";
import type { Terminal } from "./program";

/** What a command that was called off ends with. */
export function interruption(result: string): LinuxKitError {
    return new LinuxKitError("interrupted", `interrupted: ${result}`);
}

/**
 * Runs `task` with a signal that the first Ctrl-C sets off, or a reader that has seen enough. The listener stays until the task is over: proper-lockfile's
 * signal-exit ends the process where nobody else listens, and counts when a listener for `once` is gone already. What the
 * task fails with once it was called off is `reason`, whatever its parts made of that.
 */
export async function untilInterrupted<T>(
    terminal: Terminal,
    task: (signal: AbortSignal) => Promise<T>,
    reason?: LinuxKitError,
): Promise<T> {
    const interrupt = new AbortController();
    const abort = (): void => interrupt.abort(reason);
    terminal.on("SIGINT", abort);
    terminal.stdout.on("error", abort);
    try {
        return await task(interrupt.signal);
    } catch (error) {
        interrupt.signal.throwIfAborted();
        throw error;
    } finally {
        terminal.off("SIGINT", abort);
        terminal.stdout.off("error", abort);
    }
}
