import { LinuxKitError } from "../../../sdk/assembly/error";

/** An archive that is refused, with the entry it is refused for. */
export function refused(reason: string, entry?: string): LinuxKitError {
    const name = entry === undefined ? "" : ` at the entry ${JSON.stringify(shorten(entry))}`;
    return new LinuxKitError("ArchiveRefused", `the archive is refused${name}: ${reason}`, {
        reason,
        ...(entry === undefined ? {} : { entry: shorten(entry) }),
    });
}

function shorten(text: string): string {
    return text.length <= 200 ? text : `${text.slice(0, 100)}...${text.slice(-90)}`;
}
