import { readTar } from "../archive";
import { generatedDirectory } from "../tree/compose";
import type { Content, Entry, EntryStream } from "../tree/entry";
import { type Explain, explained } from "../tree/explained";
import { openContents } from "./contents";
import type { Node } from "./node";
import { inWritingOrder, type Placed } from "./order";
import { LayerTree } from "./tree";

/** A layer as an uncompressed tar, which may be read several times. */
export interface Layer {
    open(): AsyncIterable<Buffer>;
    /** What an error of reading it comes from; absent: from itself. */
    explain?(error: unknown): Promise<unknown>;
}

const layerRules = { layer: true, devices: true } as const;

/**
 * The root filesystem that layers give, bottom first, by the OCI image specification's rules: whiteouts and opaque folders
 * take away what is below them, names are replaced whatever they were, and hard links stay hard links of one content even
 * where the name they were made of is gone. Nothing is unpacked: the layers are read once for their names, held in memory,
 * and once more for the contents that are left; an image of one layer is read once.
 * @throws LinuxKitError ArchiveRefused, LayerConflict, and what the layers throw
 */
export function mergeLayers(layers: readonly Layer[], signal: AbortSignal): EntryStream {
    const [only] = layers;
    return layers.length === 1 && only !== undefined ? singleLayer(only, signal) : severalLayers(layers, signal);
}

/** Nothing in it is replaced or whited out, so that each entry can be given as it comes. */
async function* singleLayer(layer: Layer, signal: AbortSignal): EntryStream {
    for await (const [entry, node] of applied(new LayerTree(), layer, 0, signal)) {
        if (node !== undefined) {
            yield entry.type === "hardlink" ? toEntry(entry.path, node) : entry;
        }
    }
}

async function* severalLayers(layers: readonly Layer[], signal: AbortSignal): EntryStream {
    const names = inWritingOrder(await readNames(layers, signal));
    const written = new Set<Placed>();
    for (const [index, layer] of layers.entries()) {
        yield* contentsOf(layer, names[index] ?? [], written);
    }
}

async function readNames(layers: readonly Layer[], signal: AbortSignal): Promise<LayerTree> {
    const tree = new LayerTree();
    for (const [index, layer] of layers.entries()) {
        for await (const _ of applied(tree, layer, index, signal)) {
            // The tree is all that is wanted.
        }
    }
    return tree;
}

/** The entries of a layer, each with the name that it made in the tree. */
async function* applied(
    tree: LayerTree,
    layer: Layer,
    index: number,
    signal: AbortSignal,
): AsyncGenerator<readonly [Entry, Node | undefined], void, undefined> {
    let ordinal = 0;
    try {
        for await (const entry of entriesOf(layer)) {
            signal.throwIfAborted();
            yield [entry, tree.apply(entry, { layer: index, ordinal: ordinal++ })];
        }
    } catch (error) {
        throw await explainerOf(layer)(error);
    }
}

function entriesOf(layer: Layer): EntryStream {
    return explained(readTar(layer.open(), layerRules), explainerOf(layer));
}

function explainerOf(layer: Layer): Explain {
    return (error) => layer.explain?.(error) ?? error;
}

/** What is written out of one layer, which is opened only where a content of it is left, and then read to its verified end. */
async function* contentsOf(layer: Layer, names: readonly Placed[], written: Set<Placed>): EntryStream {
    const contents = openContents(() => entriesOf(layer));
    try {
        for (const placed of names) {
            yield* missingParents(placed, written);
            if (!written.has(placed)) {
                written.add(placed);
                yield toEntry(placed.path, placed.node, await contents.of(placed));
            }
        }
        await contents.finish();
    } finally {
        await contents.close();
    }
}

/** A folder may be written before its own place, where a name in it outlived the one that its content came with. */
function* missingParents({ parent }: Placed, written: Set<Placed>): Iterable<Entry> {
    if (parent !== undefined && !written.has(parent)) {
        yield* missingParents(parent, written);
        written.add(parent);
        yield toEntry(parent.path, parent.node);
    }
}

function toEntry(path: string, node: Node, content?: Content): Entry {
    switch (node.type) {
        case "directory":
            return node.attributes === undefined
                ? generatedDirectory(path)
                : { ...node.attributes, type: "directory", path };
        case "other":
            return { ...node.entry, path };
        case "file":
            return content === undefined
                ? { ...node.inode.attributes, type: "hardlink", path, target: node.inode.path }
                : { ...node.inode.attributes, type: "file", path, content };
    }
}
