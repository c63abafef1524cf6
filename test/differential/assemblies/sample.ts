import type { Architecture } from "../../../sdk/assembly/spec";
import type { LayerEntry, MadeImage } from "../../support/oci-image";
import { makeImage, makeLayer } from "../../support/oci-image";
import type { FormatName } from "../support/built";

/** An assembly in LinuxKit's YAML, and what it is made of. */
export interface Sample {
    readonly name: string;
    readonly yaml: string;
    /** By the name that the YAML has for them, less "docker.io/". */
    readonly images?: Readonly<Record<string, MadeImage>>;
    /** Files beside the YAML, for `source`. */
    readonly files?: Readonly<Record<string, string>>;
    /** @default "amd64" */
    readonly architecture?: Architecture;
    /** Those in which it is compared. @default all that are compared */
    readonly formats?: readonly FormatName[];
    /** Whether we pull the images from a registry, where the image tells what it was made from. @default false */
    readonly pulled?: boolean;
}

const MTIME = 1_600_000_000;

export function folder(name: string, changes: Partial<LayerEntry> = {}): LayerEntry {
    return { name: `${name}/`, type: "5", mode: 0o755, mtime: MTIME, ...changes };
}

export function file(name: string, body: Buffer | string, changes: Partial<LayerEntry> = {}): LayerEntry {
    return { name, body, mtime: MTIME, ...changes };
}

export function link(name: string, target: string, changes: Partial<LayerEntry> = {}): LayerEntry {
    return { name, type: "2", mode: 0o777, mtime: MTIME, link: target, ...changes };
}

/** An image of one layer. */
export function image(entries: readonly LayerEntry[], config: Readonly<Record<string, unknown>> = {}): MadeImage {
    return makeImage({ layers: [makeLayer(entries)], config });
}

/** An image with LinuxKit's label on it. */
export function labelled(entries: readonly LayerEntry[], label: object, config: object = {}): MadeImage {
    return image(entries, { ...config, Labels: { "org.mobyproject.config": JSON.stringify(label) } });
}
