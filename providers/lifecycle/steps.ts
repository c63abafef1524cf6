import { LinuxKitError } from "../../sdk/assembly/error";

/**
 * An operation as a row of steps. What is left between two of them is what the next attempt finds, should this process
 * die there: each step leaves the record in a state that says what was made.
 */
export interface Steps {
    /** Aborted when the operation is to end; for waits within a step. */
    readonly signal: AbortSignal;
    /** @throws Interrupted instead of starting the step when the operation is to end */
    run<T>(name: string, step: () => Promise<T>): Promise<T>;
    /** A step that takes back what was made: it runs although the operation was interrupted, unless the engine is gone. */
    undo<T>(name: string, step: () => Promise<T>): Promise<T>;
}

/** The user pressed Ctrl-C, or the engine is gone. */
export class Interrupted extends LinuxKitError {
    constructor(step: string, reason: string) {
        super("interrupted", `stopped before the step "${step}": ${reason}`, { step });
        this.name = "Interrupted";
    }
}

/** What an operation watches while it goes from step to step. */
export interface Signals {
    /** Ctrl-C: end soon, take back what is half made. */
    readonly interrupted: AbortSignal;
    /** The engine died: nobody records what is made from here on. */
    readonly gone: AbortSignal;
}

export function watchedSteps({ interrupted, gone }: Signals): Steps {
    const either = AbortSignal.any([interrupted, gone]);
    const refuse = (name: string, signal: AbortSignal): void => {
        if (signal.aborted) {
            throw new Interrupted(name, String(signal.reason));
        }
    };
    const guarded = async <T>(name: string, signal: AbortSignal, step: () => Promise<T>): Promise<T> => {
        refuse(name, signal);
        return step();
    };
    return {
        signal: either,
        run: (name, step) => guarded(name, either, step),
        undo: (name, step) => guarded(name, gone, step),
    };
}
