import { member } from "../read/findings";
import type { Position } from "./problems";

/** A value of a YAML text that knows where it stands. */
export type Located = LocatedLeaf | LocatedList | LocatedRecord;

interface Node {
    readonly at: Position;
    /** A tag of this project's own: "!debian". */
    readonly tag?: string;
    /** How many values it stands for, aliases counted each time. */
    readonly size: number;
}

export interface LocatedLeaf extends Node {
    readonly kind: "leaf";
    /** A scalar; once parameters are filled in, whatever the program gave. */
    readonly value: unknown;
}

export interface LocatedList extends Node {
    readonly kind: "list";
    readonly items: readonly Located[];
}

export interface LocatedRecord extends Node {
    readonly kind: "record";
    readonly entries: ReadonlyMap<string, LocatedEntry>;
}

/** A key with its value. */
export interface LocatedEntry {
    readonly at: Position;
    readonly value: Located;
}

export function leaf(value: unknown, at: Position, tag?: string): LocatedLeaf {
    return { kind: "leaf", value, at, size: 1, ...(tag === undefined ? {} : { tag }) };
}

export function list(items: readonly Located[], at: Position, tag?: string): LocatedList {
    const size = items.reduce((sum, item) => sum + item.size, 1);
    return { kind: "list", items, at, size, ...(tag === undefined ? {} : { tag }) };
}

export function record(entries: ReadonlyMap<string, LocatedEntry>, at: Position, tag?: string): LocatedRecord {
    const size = [...entries.values()].reduce((sum, { value }) => sum + value.size, 1);
    return { kind: "record", entries, at, size, ...(tag === undefined ? {} : { tag }) };
}

/** The value of a key. */
export function valueOf(node: Located | undefined, key: string): Located | undefined {
    return node?.kind === "record" ? node.entries.get(key)?.value : undefined;
}

/** What a leaf holds; undefined for anything else. */
export function leafValue(node: Located | undefined): unknown {
    return node?.kind === "leaf" ? node.value : undefined;
}

/** The items of a list; none for anything else. */
export function itemsOf(node: Located | undefined): readonly Located[] {
    return node?.kind === "list" ? node.items : [];
}

/** The same with each leaf changed. */
export function mapLeaves(node: Located, change: (found: LocatedLeaf) => LocatedLeaf): Located {
    switch (node.kind) {
        case "leaf":
            return change(node);
        case "list":
            return list(
                node.items.map((item) => mapLeaves(item, change)),
                node.at,
                node.tag,
            );
        case "record": {
            const entries = [...node.entries].map(
                ([key, { at, value }]) => [key, { at, value: mapLeaves(value, change) }] as const,
            );
            return record(new Map(entries), node.at, node.tag);
        }
    }
}

/** The value alone, without its places. */
export function plain(node: Located): unknown {
    switch (node.kind) {
        case "leaf":
            return node.value;
        case "list":
            return node.items.map(plain);
        case "record":
            return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, plain(value)]));
    }
}

/** Where each value stands, by the path that a declaration's problems name it with. */
export function positionsOf(node: Located, path: string = ""): Map<string, Position> {
    const positions = new Map<string, Position>([[path, node.at]]);
    const add = (child: Located, place: string) => {
        for (const [inner, at] of positionsOf(child, place)) {
            positions.set(inner, at);
        }
    };
    if (node.kind === "list") {
        node.items.forEach((item, index) => add(item, `${path}[${index}]`));
    } else if (node.kind === "record") {
        node.entries.forEach(({ value }, key) => add(value, member(path, key)));
    }
    return positions;
}
