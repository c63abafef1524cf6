import type { Digest } from "./format/digest";
import type { Descriptor, RawDocument } from "./format/manifest";

/** Where the parts of images are read from: a registry with the store before it, a layout. Each part is verified. */
export interface ImagePlace {
    /** The image's name for messages: reference, or path. */
    readonly name: string;
    /** What the source names: a manifest, or an index of several. */
    root(): Promise<RawDocument>;
    /** A manifest or an index that another one, or a record, speaks of. */
    document(digest: Digest): Promise<RawDocument>;
    config(descriptor: Descriptor): Promise<Buffer>;
    /** The layers as they are stored, in the order given. Nothing is fetched before the first one is read. */
    layers(descriptors: readonly Descriptor[]): readonly StoredLayer[];
    /** The same image with bytes for each layer that are those of its digest; absent where `layers` gives them. */
    exact?(digest: Digest): Promise<ImagePlace>;
}

export interface StoredLayer {
    /** The last step is an error when the bytes were not those of the digest. */
    chunks(): AsyncIterable<Buffer>;
}
