import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Content, Entry, EntryStream } from "../tree/entry";
import type { Placed } from "./order";

/** The contents of a layer, asked for in its order. */
export interface Contents {
    /** The content that a name holds; nothing for what has none, or is another name for one. */
    of(placed: Placed): Promise<Content | undefined>;
    /** Reads what is left of an opened layer, whose end verifies it. */
    finish(): Promise<void>;
    close(): Promise<void>;
}

export function openContents(open: () => EntryStream): Contents {
    let entries: AsyncIterator<Entry> | undefined;
    let ordinal = -1;
    const next = async (): Promise<Entry | undefined> => {
        entries ??= open()[Symbol.asyncIterator]();
        ordinal += 1;
        const { value, done } = await entries.next();
        return done === true ? undefined : value;
    };
    return {
        async of({ node, path, isPrimary }) {
            if (node.type !== "file" || !isPrimary) {
                return undefined;
            }
            let entry = await next();
            while (entry !== undefined && ordinal < node.inode.position.ordinal) {
                entry = await next();
            }
            if (entry?.type !== "file" || entry.content.sizeBytes !== node.inode.sizeBytes) {
                throw new LinuxKitError("LayerChanged", `a layer is not the same when it is read again, at ${path}`, {
                    path,
                });
            }
            return entry.content;
        },
        async finish() {
            while (entries !== undefined && (await next()) !== undefined) {
                // Only its end is of interest.
            }
        },
        async close() {
            await entries?.return?.();
        },
    };
}
