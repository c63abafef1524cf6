import path from "node:path/posix";

import type { LayerEntry } from "../../support/oci-image";
import type { Found } from "./layers";

/** What a name stands for: an object that all names of one file share. */
interface Thing {
    readonly type: "file" | "directory" | "symlink";
    readonly mode: number;
    readonly text?: string;
    readonly target?: string;
}

interface Name {
    readonly thing: Thing;
    readonly layer: number;
}

/** Absolute paths and what they stand for: layers applied one entry after the other, each as a file system would do it. */
export type Model = Map<string, Name>;

class Circle extends Error {}

/** Nothing where layers do not fit together. */
export function modelOf(layers: readonly (readonly LayerEntry[])[]): Model | undefined {
    const model: Model = new Map();
    try {
        const fit = layers.every((entries, layer) => entries.every((entry) => applied(model, entry, layer)));
        return fit ? model : undefined;
    } catch (error) {
        if (error instanceof Circle) {
            return undefined;
        }
        throw error;
    }
}

function applied(model: Model, entry: LayerEntry, layer: number): boolean {
    const given = path.join("/", entry.name.replace(/\/$/, ""));
    const name = path.basename(given);
    const folder = realFolder(model, path.dirname(given), name.startsWith(".wh.") ? undefined : layer);
    if (folder === undefined) {
        return name.startsWith(".wh.");
    }
    if (name === ".wh..wh..opq") {
        return removed(model, (other) => isBelow(other, folder), layer);
    }
    if (name.startsWith(".wh.")) {
        const gone = path.join(folder, name.slice(4));
        return removed(model, (other) => other === gone || isBelow(other, gone), layer);
    }
    return placed(model, path.join(folder, name), entry, layer);
}

function placed(model: Model, at: string, entry: LayerEntry, layer: number): boolean {
    const thing = thingOf(model, entry);
    if (thing === undefined) {
        return false;
    }
    if (thing.type !== "directory" || model.get(at)?.thing.type !== "directory") {
        removed(model, (other) => other === at || isBelow(other, at), layer + 1);
    }
    model.set(at, { thing, layer });
    return true;
}

function thingOf(model: Model, { type = "0", mode = 0o644, body = "", link = "" }: LayerEntry): Thing | undefined {
    if (type === "1") {
        const folder = realFolder(model, path.dirname(path.join("/", link)), undefined);
        const thing = folder === undefined ? undefined : model.get(path.join(folder, path.basename(link)))?.thing;
        return thing?.type === "directory" ? undefined : thing;
    }
    return type === "5"
        ? { type: "directory", mode }
        : type === "2"
          ? { type: "symlink", mode, target: link }
          : { type: "file", mode, text: body.toString() };
}

/** Takes away names of lower layers; a folder that still holds something of this layer is as if it were only implied. */
function removed(model: Model, isMeant: (name: string) => boolean, layer: number): boolean {
    for (const [name, { layer: own }] of model) {
        if (isMeant(name) && own < layer) {
            const holds = [...model].some(([other, { layer: its }]) => isBelow(other, name) && its >= layer);
            if (holds) {
                model.set(name, { thing: implied, layer: own });
            } else {
                model.delete(name);
            }
        }
    }
    return true;
}

const implied: Thing = { type: "directory", mode: 0o755 };

/** Where a folder's path leads through links; missing folders are made for a layer, and without one are nothing. */
function realFolder(model: Model, folder: string, layer: number | undefined): string | undefined {
    const steps = folder.split("/").filter((step) => step !== "" && step !== ".");
    let at = "/";
    for (let links = 0; steps.length > 0;) {
        const next = path.join(at, steps.shift() ?? "");
        const known = next === "/" ? implied : model.get(next)?.thing;
        if (known?.type === "symlink") {
            if (++links > 40) {
                throw new Circle();
            }
            steps.unshift(...(known.target ?? "").split("/"));
            at = known.target?.startsWith("/") === true ? "/" : at;
        } else if (known?.type === "file" || (known === undefined && layer === undefined)) {
            return undefined;
        } else {
            if (known === undefined && layer !== undefined) {
                model.set(next, { thing: implied, layer });
            }
            at = next;
        }
    }
    return at;
}

function isBelow(name: string, folder: string): boolean {
    return name.startsWith(folder === "/" ? "/" : `${folder}/`);
}

/** A model's names as a merged tree shows them, with hard links told by what they share. */
export function shownModel(model: Model): Record<string, object> {
    const groups = groupsOf([...model].map(([name, { thing }]) => [name.slice(1), thing]));
    return Object.fromEntries(
        [...model].map(([name, { thing }]) => {
            const { type, mode, text, target } = thing;
            const shared = type === "file" ? groups.get(thing) : undefined;
            return [name.slice(1), { type, ...(type !== "symlink" && { mode }), text, target, shared }];
        }),
    );
}

export function shownTree(tree: ReadonlyMap<string, Found>): Record<string, object> {
    const primary = (name: string, { type, target }: Found) => (type === "hardlink" ? target : name);
    const groups = groupsOf([...tree].map(([name, found]) => [name, primary(name, found)]));
    return Object.fromEntries(
        [...tree].map(([name, found]) => {
            const isFile = found.type === "file" || found.type === "hardlink";
            const { text, mode } = found;
            const target = isFile ? undefined : found.target;
            const type = isFile ? "file" : found.type;
            const shared = isFile ? groups.get(primary(name, found)) : undefined;
            return [name, { type, ...(type !== "symlink" && { mode }), text, target, shared }];
        }),
    );
}

/** For each thing the names that it has, sorted. */
function groupsOf<T>(pairs: readonly (readonly [string, T])[]): ReadonlyMap<T, string> {
    const groups = new Map<T, string>();
    for (const [name, thing] of pairs.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
        groups.set(thing, `${groups.get(thing) ?? ""} ${name}`);
    }
    return groups;
}
