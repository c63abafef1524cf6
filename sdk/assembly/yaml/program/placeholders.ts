import { leafValue, type Located } from "../located";
import type { LeafType, Shape } from "../shapes";
import { parameterTag } from "../tags";

/** Stands for a parameter, whose value the program asks its configuration for. */
export class Placeholder {
    /** What Pulumi's outputs are told by: the value is there only later. */
    readonly __pulumiOutput = true;

    constructor(
        readonly parameter: string,
        readonly type: LeafType,
    ) {}
}

/** A placeholder for each parameter of a file, with the type that the schema has at its place. */
export function placeholdersOf(node: Located, shape: Shape): readonly Placeholder[] {
    if (shape.kind === "tagged") {
        return taggedForms(node, shape).flatMap((form) => placeholdersOf(node, form));
    }
    if (node.kind === "leaf") {
        const name = node.tag === parameterTag && shape.kind === "leaf" ? leafValue(node) : undefined;
        const type = shape.kind === "leaf" ? shape.types[0] : undefined;
        return typeof name === "string" && type !== undefined ? [new Placeholder(name, type)] : [];
    }
    if (node.kind === "list") {
        return shape.kind === "list" ? node.items.flatMap((item) => placeholdersOf(item, shape.of)) : [];
    }
    return [...node.entries].flatMap(([key, { value }]) => {
        const inner = shape.kind === "map" ? shape.of : shape.kind === "record" ? shape.keys[key] : undefined;
        return inner === undefined ? [] : placeholdersOf(value, inner);
    });
}

function taggedForms(node: Located, shape: Shape & { kind: "tagged" }): readonly Shape[] {
    if (node.tag === undefined || node.tag === parameterTag) {
        return [node.kind === "record" ? (shape.object ?? shape.plain) : shape.plain];
    }
    return shape.tags[node.tag]?.filter(({ kind }) => kind === node.kind) ?? [];
}
