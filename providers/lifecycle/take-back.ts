import { LinuxKitError } from "../../sdk/assembly/error";
import type { Steps } from "./steps";

/** Steps that take back: an interruption does not stop them, only the engine's end does. */
function undoing(steps: Steps): Steps {
    const undo: Steps["undo"] = (name, step) => steps.undo(name, step);
    return { signal: new AbortController().signal, run: undo, undo };
}

/**
 * The error to throw when a create has failed: the one that there was, with what is left where it could not be taken back.
 * @param where "eu-central-1"
 */
export async function takenBack(
    cause: unknown,
    where: string,
    steps: Steps,
    takeBack: (steps: Steps) => Promise<unknown>,
): Promise<unknown> {
    try {
        await takeBack(undoing(steps));
        return cause;
    } catch (error) {
        return new LinuxKitError(
            "create-not-undone",
            `${messageOf(cause)}\nwhat was made of it in ${where} is left, as this failed too: ${messageOf(error)}\nthe next \`pulumi up\` goes on from there or removes it`,
            { where },
            { cause },
        );
    }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
