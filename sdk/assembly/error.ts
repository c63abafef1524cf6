/** One error base: a stable code, the fields a message was made of, and the cause. */
export class LinuxKitError extends Error {
    /** What Pulumi tells its own RunError by: a program that throws one ends with the message, without a stack. */
    readonly __pulumiRunError = true;

    constructor(
        readonly code: string,
        message: string,
        readonly fields: Readonly<Record<string, unknown>> = {},
        options?: { cause?: unknown },
    ) {
        super(message, options);
        this.name = "LinuxKitError";
    }
}
