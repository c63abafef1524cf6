import type { Entry } from "../tree/entry";
import { refused } from "./error";
import type { ArchiveLimits } from "./limits";

/** Takes each entry of an archive in turn and refuses the one that does not fit those before it. */
export interface Ledger {
    admit(entry: Entry): void;
}

/** `implied`: a folder that only the paths of others speak of. */
type Known = Entry["type"] | "implied";

/** Duplicates, entries below something that is no directory, hard links to nothing, devices, and sheer numbers. */
export function openLedger(limits: ArchiveLimits): Ledger {
    const known = new Map<string, Known>();
    let pathBytes = 0;
    return {
        admit(entry) {
            pathBytes += Buffer.byteLength(entry.path);
            if (pathBytes > limits.maxTotalPathBytes) {
                throw refused(`all paths together are longer than ${limits.maxTotalPathBytes} bytes`, entry.path);
            }
            checkType(entry, known, limits);
            admitParents(entry.path, known);
            known.set(entry.path, entry.type === "hardlink" ? "file" : entry.type);
            if (known.size > limits.maxEntries) {
                throw refused(`there are more than ${limits.maxEntries} entries`, entry.path);
            }
        },
    };
}

function checkType(entry: Entry, known: ReadonlyMap<string, Known>, limits: ArchiveLimits): void {
    const before = known.get(entry.path);
    if (before === "implied" && entry.type !== "directory") {
        throw refused(`it is a ${entry.type}, and other entries lie below it`, entry.path);
    }
    const isFolderAgain = limits.layer && before === "directory" && entry.type === "directory";
    if (before !== undefined && before !== "implied" && !isFolderAgain) {
        throw refused("it is in the archive twice", entry.path);
    }
    if (entry.type === "hardlink" && known.get(entry.target) !== "file" && !limits.layer) {
        throw refused(`its link target ${JSON.stringify(entry.target)} is no earlier file`, entry.path);
    }
    if (!limits.devices && (entry.type === "character" || entry.type === "block")) {
        throw refused("it is a device node", entry.path);
    }
}

function admitParents(path: string, known: Map<string, Known>): void {
    for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
        const parent = path.slice(0, slash);
        const type = known.get(parent);
        if (type === "directory" || type === "implied") {
            return;
        }
        if (type !== undefined) {
            throw refused(`it lies below ${JSON.stringify(parent)}, which is a ${type}`, path);
        }
        known.set(parent, "implied");
    }
}
