import type { Call } from "../world/call.ts";

/** What a call meets in place of, or after, its effect. */
export interface Fault {
    /** Name of the operation, such as `RegisterImage`; `*` is any. */
    readonly operation: string;
    readonly region?: string;
    /**
     * `error-before`: refused, nothing happened. `error-after`: it took effect, and an error is answered.
     * `hang-before`, `hang-after`: no answer ever comes. `cut-before`, `cut-after`: the connection is cut.
     */
    readonly kind: "error-before" | "error-after" | "hang-before" | "hang-after" | "cut-before" | "cut-after";
    /**
     * Which matching calls it meets: from the nth on, counted from 1.
     * @default 1
     */
    readonly nth?: number;
    /**
     * How many calls it meets.
     * @default 1
     */
    readonly times?: number;
    /** @default "InternalError", or EBS's InternalServerException */
    readonly code?: string;
    /** @default 500 */
    readonly status?: number;
    /** @default "A fault on demand" */
    readonly message?: string;
}

const KINDS = ["error-before", "error-after", "hang-before", "hang-after", "cut-before", "cut-after"];
const MEMBERS = ["operation", "region", "kind", "nth", "times", "code", "status", "message"];

/** @throws Error that says what is wrong with it */
export function checkFault(value: unknown): Fault {
    const fault = value as Fault;
    const unknown = Object.keys(fault).find((name) => !MEMBERS.includes(name));
    if (unknown !== undefined || typeof fault.operation !== "string" || !KINDS.includes(fault.kind)) {
        throw new Error(`A fault has operation, kind (${KINDS.join(", ")}) and no ${unknown ?? "other"}`);
    }
    return fault;
}

/** Faults that wait for their calls. */
export class Faults {
    #armed: { readonly fault: Fault; seen: number }[] = [];

    arm(fault: Fault): void {
        this.#armed.push({ fault, seen: 0 });
    }

    clear(): void {
        this.#armed = [];
    }

    /** The fault of this call, if any; counts the call. */
    meet({ operation, region }: Pick<Call, "operation" | "region">): Fault | undefined {
        let met: Fault | undefined;
        for (const armed of this.#armed) {
            const { fault } = armed;
            const matches = fault.operation === "*" || fault.operation === operation;
            if (matches && (fault.region === undefined || fault.region === region)) {
                armed.seen += 1;
                const first = fault.nth ?? 1;
                met ??= armed.seen >= first && armed.seen < first + (fault.times ?? 1) ? fault : undefined;
            }
        }
        return met;
    }
}
