import { type Steps, watchedSteps } from "../../../providers/lifecycle/steps";

/** The provider is dead, or the engine is, which then records nothing. */
export class Killed extends Error {
    constructor() {
        super("killed");
    }
}

/**
 * `kill`: the provider dies. `orphan`: the engine does, and the provider is to notice. `interrupt`: Ctrl-C. `error`: AWS
 * fails. `refusal`: AWS says no. `hang`: no answer comes, until the SDK gives up.
 */
export type FaultKind = "kill" | "orphan" | "interrupt" | "error" | "refusal" | "hang";

/** All that the SDK's attempts of one call take when none is answered. */
const hangMilliseconds = 300_000;

/** What goes wrong at the n-th call of AWS, before its effect or before its answer. */
export class Fault {
    calls = 0;
    happened: string | undefined;
    #isDead = false;
    readonly #interrupted = new AbortController();
    readonly #gone = new AbortController();

    constructor(
        private readonly at = Infinity,
        private readonly when: "before" | "after" = "before",
        private readonly kind: FaultKind = "kill",
    ) {}

    /** @param pass lets time go by */
    async around<T>(name: string, effect: () => T, pass: (milliseconds: number) => void = () => {}): Promise<T> {
        this.requireLife();
        const isHere = this.calls++ === this.at;
        if (isHere && this.when === "before") this.#strike(name, pass);
        await Promise.resolve();
        this.requireLife();
        try {
            return effect();
        } finally {
            if (isHere && this.when === "after") this.#strike(name, pass);
        }
    }

    /** Neither cleaning up nor anything else is left to the dead. */
    steps(): Steps {
        const watched = watchedSteps({ interrupted: this.#interrupted.signal, gone: this.#gone.signal });
        return {
            signal: watched.signal,
            run: (name, step) => watched.run(name, () => this.#living(step)),
            undo: (name, step) => watched.undo(name, () => this.#living(step)),
        };
    }

    /** Of the provider. */
    requireLife(): void {
        if (this.#isDead) throw new Killed();
    }

    /** Of whoever would record what the provider answers. */
    requireEngine(): void {
        if (this.#isDead || this.#gone.signal.aborted) throw new Killed();
    }

    async #living<T>(step: () => Promise<T>): Promise<T> {
        this.requireLife();
        return step();
    }

    #strike(name: string, pass: (milliseconds: number) => void): void {
        this.happened = name;
        switch (this.kind) {
            case "orphan":
                this.#gone.abort("the engine is gone");
                return;
            case "interrupt":
                this.#interrupted.abort("interrupted");
                return;
            case "kill":
                this.#isDead = true;
                throw new Killed();
            case "hang":
                pass(hangMilliseconds);
                throw Object.assign(new Error("no answer"), { name: "TimeoutError", $metadata: { attempts: 5 } });
            case "error":
                throw awsError("InternalError", 500);
            case "refusal":
                throw awsError("UnauthorizedOperation", 403);
        }
    }
}

export function awsError(name: string, httpStatusCode = 400, message = `fake: ${name}`): Error {
    return Object.assign(new Error(message), { name, $metadata: { httpStatusCode, requestId: "fake" } });
}
