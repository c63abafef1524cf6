import type { Member, ServiceModel, Shape } from "./shapes.ts";
import { shapeOf } from "./shapes.ts";

/** Something in a value that its shape does not allow. */
export interface Violation {
    readonly kind: "missing" | "unknown" | "type" | "enum" | "range" | "length" | "pattern";
    /** Members and list positions from the root, in the caller's spelling. */
    readonly path: readonly string[];
    readonly value: unknown;
    /** What AWS says the member must satisfy. */
    readonly constraint: string;
}

/** All that a value breaks of its shape's constraints; the one place where requests and answers are validated. */
export function violations(
    model: ServiceModel,
    shapeName: string,
    value: unknown,
    path: readonly string[] = [],
): Violation[] {
    const shape = shapeOf(model, shapeName);
    if (!hasType(shape, value)) {
        return [{ kind: "type", path, value, constraint: `Member must be of type ${shape.type}` }];
    }
    switch (shape.type) {
        case "structure":
            return structureViolations(model, shape, value as Record<string, unknown>, path);
        case "list":
            return [
                ...bounds(shape, (value as unknown[]).length, "length", path, value),
                ...(value as unknown[]).flatMap((item, index) =>
                    violations(model, shape.member!.shape, item, [...path, String(index + 1)]),
                ),
            ];
        case "string":
            return stringViolations(shape, value as string, path);
        case "integer":
        case "long":
        case "float":
        case "double":
            return bounds(shape, value as number, "range", path, value);
        case "boolean":
        case "blob":
        case "timestamp":
        case "map":
            return [];
    }
}

function structureViolations(
    model: ServiceModel,
    shape: Shape,
    value: Record<string, unknown>,
    path: readonly string[],
): Violation[] {
    const members: Readonly<Record<string, Member>> = shape.members ?? {};
    const missing = (shape.required ?? []).filter((name) => value[name] === undefined);
    const given = Object.entries(value).filter(([, member]) => member !== undefined);
    return [
        ...missing.map((name): Violation => ({
            kind: "missing",
            path: [...path, name],
            value: null,
            constraint: "Member must not be null",
        })),
        ...given.flatMap(([name, member]): Violation[] =>
            members[name] === undefined
                ? [{ kind: "unknown", path: [...path, name], value: member, constraint: "Member is not known" }]
                : violations(model, members[name].shape, member, [...path, name]),
        ),
    ];
}

function stringViolations(shape: Shape, value: string, path: readonly string[]): Violation[] {
    const found = bounds(shape, value.length, "length", path, value);
    if (shape.enum !== undefined && !shape.enum.includes(value)) {
        const constraint = `Member must satisfy enum value set: [${shape.enum.join(", ")}]`;
        found.push({ kind: "enum", path, value, constraint });
    }
    if (shape.pattern !== undefined && !new RegExp(`^(?:${shape.pattern})$`).test(value)) {
        const constraint = `Member must satisfy regular expression pattern: ${shape.pattern}`;
        found.push({ kind: "pattern", path, value, constraint });
    }
    return found;
}

function bounds(
    shape: Shape,
    size: number,
    kind: "range" | "length",
    path: readonly string[],
    value: unknown,
): Violation[] {
    const name = kind === "range" ? "value" : "length";
    if (shape.min !== undefined && size < shape.min) {
        return [{ kind, path, value, constraint: `Member must have ${name} greater than or equal to ${shape.min}` }];
    }
    if (shape.max !== undefined && size > shape.max) {
        return [{ kind, path, value, constraint: `Member must have ${name} less than or equal to ${shape.max}` }];
    }
    return [];
}

function hasType(shape: Shape, value: unknown): boolean {
    switch (shape.type) {
        case "structure":
        case "map":
            return typeof value === "object" && value !== null && !Array.isArray(value);
        case "list":
            return Array.isArray(value);
        case "string":
            return typeof value === "string";
        case "integer":
        case "long":
            return Number.isSafeInteger(value);
        case "float":
        case "double":
            return typeof value === "number";
        case "boolean":
            return typeof value === "boolean";
        case "blob":
            return value instanceof Uint8Array;
        case "timestamp":
            return value instanceof Date && !Number.isNaN(value.getTime());
    }
}
