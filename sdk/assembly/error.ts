/** The error of this package: a stable code, the fields that the message was made of, and the cause. */
export class LinuxKitError extends Error {
    /** What Pulumi tells its own RunError by: a program that throws one ends with the message, without a stack. */
    readonly __pulumiRunError = true;

    /** Makes one, of a message that names the option, the value it got and what to do. */
    constructor(
        /** Stable name of what went wrong, for programs to tell errors apart by: "invalid-assembly". */
        readonly code: string,
        message: string,
        /**
         * What the message was made of, by name: the `problems` of an "invalid-assembly".
         * @default {}
         */
        readonly fields: Readonly<Record<string, unknown>> = {},
        options?: { cause?: unknown },
    ) {
        super(message, options);
        this.name = "LinuxKitError";
    }
}
