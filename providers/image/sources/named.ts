import { LinuxKitError } from "../../../sdk/assembly/error";

/** Runs `task` for a component; its error says which one, in words and as `fields.component`. */
export async function named<T>(component: string, task: () => Promise<T>): Promise<T> {
    try {
        return await task();
    } catch (cause) {
        if (!(cause instanceof LinuxKitError) || cause.fields["component"] !== undefined) {
            throw cause;
        }
        throw new LinuxKitError(
            cause.code,
            `${component}: ${cause.message}`,
            { ...cause.fields, component },
            { cause },
        );
    }
}
