import { type Layer, mergeLayers } from "../../../providers/image/rootfs";
import { wellFormed } from "../../../providers/image/tree/compose";
import { type LayerEntry, makeLayer } from "../../support/oci-image";
import { collect } from "../codec/collect";

/** What stands at a path of a merged tree; `text` of a hard link is that of its target. */
export interface Found {
    readonly type: string;
    readonly mode: number;
    readonly text?: string;
    readonly target?: string;
    readonly xattrs?: Readonly<Record<string, string>>;
}

export const file = (name: string, body = name, more: Partial<LayerEntry> = {}): LayerEntry => ({
    name,
    body,
    ...more,
});
export const folder = (name: string, mode = 0o755): LayerEntry => ({ name: `${name}/`, type: "5", mode });
export const symlink = (name: string, link: string): LayerEntry => ({ name, type: "2", link });
export const hardlink = (name: string, link: string): LayerEntry => ({ name, type: "1", link });
export const whiteout = (path: string): LayerEntry => file(path.replace(/([^/]+)$/, ".wh.$1"), "");
export const opaque = (path: string): LayerEntry => file(`${path}/.wh..wh..opq`, "");

/** Layers that count how often each was opened. */
export function layersOf(...layers: readonly (readonly LayerEntry[])[]) {
    const opened = layers.map(() => 0);
    const made = layers.map((entries, index): Layer => {
        const { bytes } = makeLayer(entries, "none");
        return {
            async *open() {
                opened[index] = (opened[index] ?? 0) + 1;
                yield bytes;
            },
        };
    });
    return { layers: made, opened };
}

/** The merged tree, which has to unpack in one pass, in the order it is written. */
export async function merged(...layers: readonly (readonly LayerEntry[])[]): Promise<ReadonlyMap<string, Found>> {
    const found = new Map<string, Found>();
    const entries = mergeLayers(layersOf(...layers).layers, new AbortController().signal);
    for await (const entry of wellFormed(entries)) {
        const { type, path, mode, xattrs = {} } = entry;
        const attributes = Object.entries(xattrs).map(([name, value]) => [name, value.toString()]);
        const text = entry.type === "file" ? (await collect(entry.content.chunks())).toString() : undefined;
        found.set(path, {
            type,
            mode,
            ...("target" in entry && { target: entry.target }),
            ...(text !== undefined && { text }),
            ...(entry.type === "hardlink" && textOf(found, entry.target)),
            ...(attributes.length > 0 && { xattrs: Object.fromEntries(attributes) as Record<string, string> }),
        });
    }
    return found;
}

/** A hard link's target has to be a file that was written before. */
function textOf(found: ReadonlyMap<string, Found>, target: string): { readonly text: string } {
    const { type, text } = found.get(target) ?? {};
    if (type !== "file" || text === undefined) {
        throw new Error(`${target} is no earlier file`);
    }
    return { text };
}
