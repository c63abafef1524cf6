import { alternatives, kindOf, member, nearest, suggestion } from "../read/findings";
import { type Located, type LocatedLeaf, type LocatedRecord, record } from "./located";
import type { Position, YamlProblems } from "./problems";
import { parameterTag } from "./tags";

/** What a place of the YAML takes, as upstream's schema says it. */
export type Shape =
    | { readonly kind: "leaf"; readonly what: string; readonly types: readonly LeafType[] }
    | { readonly kind: "list"; readonly of: Shape }
    | { readonly kind: "map"; readonly of: Shape }
    | RecordShape
    | TaggedShape;

/** A plain value, or one of this project's own under a tag; `object` where an object without a tag is one too. */
export interface TaggedShape {
    readonly kind: "tagged";
    readonly plain: Shape;
    readonly tags: Readonly<Record<string, readonly Shape[]>>;
    readonly object?: RecordShape;
}

/** An object of exactly these keys. */
export interface RecordShape {
    readonly kind: "record";
    readonly what: string;
    readonly keys: Readonly<Record<string, Shape>>;
    readonly required: readonly string[];
}

export type LeafType = "string" | "integer" | "boolean";

export const text: Shape = { kind: "leaf", what: "a string", types: ["string"] };
export const integer: Shape = { kind: "leaf", what: "a whole number", types: ["integer"] };
export const flag: Shape = { kind: "leaf", what: "true or false", types: ["boolean"] };
export const textOrInteger: Shape = { kind: "leaf", what: "a string or a whole number", types: ["string", "integer"] };
export const texts: Shape = list(text);

export function list(of: Shape): Shape {
    return { kind: "list", of };
}

export function map(of: Shape): Shape {
    return { kind: "map", of };
}

export function object(
    what: string,
    keys: Readonly<Record<string, Shape>>,
    required: readonly string[] = [],
): RecordShape {
    return { kind: "record", what, keys, required };
}

/** Reports everything about a value that is not of its shape. Parameters are judged with the assembly. */
export function checkShape(node: Located, shape: Shape, problems: YamlProblems): void {
    if (shape.kind === "tagged") {
        checkTagged(node, shape, problems);
    } else if (node.tag !== undefined) {
        if (node.tag !== parameterTag || shape.kind !== "leaf") {
            problems.reject(node.at, `must be ${describe(shape)}, not ${node.tag}`);
        }
    } else if (shape.kind === "leaf") {
        checkLeaf(node, shape.what, shape.types, problems);
    } else if (shape.kind === "list") {
        if (node.kind === "list") {
            node.items.forEach((item) => checkShape(item, shape.of, problems));
        } else {
            problems.reject(node.at, `must be a list, not ${kindOfNode(node)}`);
        }
    } else if (node.kind === "record") {
        checkEntries(node, shape, problems);
    } else {
        problems.reject(node.at, `must be ${describe(shape)}, not ${kindOfNode(node)}`);
    }
}

function checkEntries(node: LocatedRecord, shape: Shape & { kind: "map" | "record" }, problems: YamlProblems): void {
    if (shape.kind === "map") {
        node.entries.forEach(({ value }) => checkShape(value, shape.of, problems));
        return;
    }
    for (const [key, { at, value }] of node.entries) {
        const inner = Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined;
        if (inner === undefined) {
            rejectKey(key, at, node, shape, problems);
        } else {
            checkShape(value, inner, problems);
        }
    }
    for (const key of shape.required.filter((each) => !node.entries.has(each))) {
        problems.reject(placeOf(key, node), `is required in ${shape.what}`);
    }
}

/** The key that was meant is not missing. */
function rejectKey(
    key: string,
    at: Position,
    node: LocatedRecord,
    { what, keys }: RecordShape,
    problems: YamlProblems,
): void {
    const known = Object.keys(keys);
    problems.reject(at, `is no key of ${what}${suggestion(key, known)}`);
    const meant = nearest(key, known);
    if (meant !== undefined && !node.entries.has(meant)) {
        problems.settle(placeOf(meant, node));
    }
}

function placeOf(key: string, { at }: LocatedRecord): Position {
    return { ...at, path: member(at.path, key) };
}

function checkTagged(node: Located, shape: TaggedShape, problems: YamlProblems): void {
    const { tag } = node;
    if (tag === undefined || tag === parameterTag) {
        checkShape(node, (node.kind === "record" ? shape.object : undefined) ?? shape.plain, problems);
        return;
    }
    const forms = Object.hasOwn(shape.tags, tag) ? shape.tags[tag] : undefined;
    const untagged = isEmptyLeaf(node) && forms?.[0]?.kind === "record" ? record(new Map(), node.at) : withoutTag(node);
    const form = forms?.find((each) => each.kind === untagged.kind) ?? forms?.[0];
    if (form === undefined) {
        const known = Object.keys(shape.tags);
        problems.reject(node.at, `takes ${describe(shape.plain)}, or ${alternatives(known)}, not ${tag}`);
    } else {
        checkShape(untagged, form, problems);
    }
}

/** `!dhcp` alone is `!dhcp {}`. */
function isEmptyLeaf(node: Located): boolean {
    return node.kind === "leaf" && (node.value === null || node.value === "");
}

export function withoutTag<N extends Located>(node: N): N {
    const { tag: _, ...rest } = node;
    return rest as N;
}

function checkLeaf(node: Located, what: string, types: readonly LeafType[], problems: YamlProblems): void {
    const type = node.kind === "leaf" ? leafType(node) : undefined;
    if (type === undefined || !types.includes(type)) {
        const quotes = node.kind === "leaf" && types.includes("string") && node.value !== null;
        const hint = quotes ? "; in quotes it is a string" : "";
        problems.reject(node.at, `must be ${what}, not ${kindOfNode(node)}${hint}`);
    }
}

function leafType({ value }: LocatedLeaf): LeafType | undefined {
    switch (typeof value) {
        case "string":
            return "string";
        case "boolean":
            return "boolean";
        case "number":
            return Number.isInteger(value) ? "integer" : undefined;
        default:
            return undefined;
    }
}

function kindOfNode(node: Located): string {
    if (node.kind === "leaf") {
        return typeof node.value === "number" && !Number.isInteger(node.value) ? "a fraction" : kindOf(node.value);
    }
    return node.kind === "list" ? "a list" : "an object";
}

function describe(shape: Shape): string {
    switch (shape.kind) {
        case "leaf":
            return shape.what;
        case "list":
            return "a list";
        case "map":
            return "an object of strings";
        case "record":
            return `${shape.what}, an object`;
        case "tagged":
            return describe(shape.plain);
    }
}
