/** One call, as it was signed and read. */
export interface LoggedCall {
    /** Counted from 1 since the emulator's start. */
    readonly number: number;
    readonly at: string;
    readonly service: string;
    readonly operation: string;
    readonly account: string;
    readonly region: string;
    /** Without the data of blocks. */
    readonly input: unknown;
    /** `hanging` and `cut`: a fault on demand. */
    outcome: "running" | "answered" | "failed" | "hanging" | "cut";
    status?: number;
    /** The error's. */
    code?: string;
    /** The kind of fault it met. */
    fault?: string;
}

/** What was called since the start, or since it was last emptied. */
export class CallLog {
    #calls: LoggedCall[] = [];
    #count = 0;

    begin(call: Omit<LoggedCall, "number" | "outcome">): LoggedCall {
        this.#count += 1;
        const logged: LoggedCall = { number: this.#count, ...call, outcome: "running" };
        this.#calls.push(logged);
        return logged;
    }

    calls(): readonly LoggedCall[] {
        return this.#calls;
    }

    clear(): void {
        this.#calls = [];
    }
}
