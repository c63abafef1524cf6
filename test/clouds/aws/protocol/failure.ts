/** What a call is answered with when it fails: an error of AWS's own. */
export class Failure extends Error {
    readonly code: string;
    readonly status: number;
    /** Members of the error's shape beside the message: EBS's errors have a reason. */
    readonly members: Readonly<Record<string, string>>;

    constructor(code: string, message: string, status = 400, members: Readonly<Record<string, string>> = {}) {
        super(message);
        this.name = "Failure";
        this.code = code;
        this.status = status;
        this.members = members;
    }
}

/** AWS has it, this emulator has not: said aloud, never passed over. */
export function notEmulated(what: string): Failure {
    return new Failure("EmulatorNotImplemented", `The emulator does not have ${what}.`, 400);
}
