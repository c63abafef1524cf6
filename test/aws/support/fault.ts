import type { Steps } from "../../../providers/lifecycle/steps";

export class Killed extends Error {
    constructor() {
        super("killed");
    }
}

export type FaultKind = "kill" | "error" | "refusal";

/** What goes wrong at the n-th call of AWS, before its effect or before its answer. */
export class Fault {
    calls = 0;
    happened: string | undefined;
    #isDead = false;

    constructor(
        private readonly at = Infinity,
        private readonly when: "before" | "after" = "before",
        private readonly kind: FaultKind = "kill",
    ) {}

    async around<T>(name: string, effect: () => T): Promise<T> {
        this.requireLife();
        const isHere = this.calls++ === this.at;
        if (isHere && this.when === "before") this.#strike(name);
        await Promise.resolve();
        this.requireLife();
        try {
            return effect();
        } finally {
            if (isHere) this.#strike(name);
        }
    }

    /** Neither cleaning up nor anything else is left to the dead. */
    steps(): Steps {
        const guarded = async <T>(_: string, step: () => Promise<T>): Promise<T> => {
            this.requireLife();
            return step();
        };
        return { signal: new AbortController().signal, run: guarded, undo: guarded };
    }

    requireLife(): void {
        if (this.#isDead) throw new Killed();
    }

    #strike(name: string): never {
        this.happened = name;
        if (this.kind === "kill") {
            this.#isDead = true;
            throw new Killed();
        }
        throw this.kind === "error" ? awsError("InternalError", 500) : awsError("UnauthorizedOperation", 403);
    }
}

export function awsError(name: string, httpStatusCode = 400, message = `fake: ${name}`): Error {
    return Object.assign(new Error(message), { name, $metadata: { httpStatusCode, requestId: "fake" } });
}
