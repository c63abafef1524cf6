/** One error base: a stable code, the fields a message was made of, and the cause. */
export class LinuxKitError extends Error {
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
