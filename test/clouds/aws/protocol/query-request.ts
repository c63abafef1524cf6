import type { Member, ServiceModel, Shape, Structure } from "../model/shapes.ts";
import { shapeOf } from "../model/shapes.ts";
import type { Violation } from "../model/violations.ts";
import { violations } from "../model/violations.ts";
import { Failure } from "./failure.ts";

/** A form's parameters as a tree: `Filter.1.Name=x` is { Filter: { 1: { Name: "x" } } }. */
type Tree = Map<string, Tree | string>;

export interface QueryRequest {
    readonly operation: string;
    readonly input: Structure;
}

/**
 * Reads a form-encoded request: https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html and, for STS,
 * aws-query-protocol.html.
 * @throws Failure with the codes of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
export function parseQuery(model: ServiceModel, body: string): QueryRequest {
    const form = new URLSearchParams(body);
    const operation = form.get("Action") ?? "";
    const declared = Object.hasOwn(model.operations, operation) ? model.operations[operation] : undefined;
    if (declared === undefined || form.get("Version") !== model.metadata.apiVersion) {
        throw new Failure("InvalidAction", `The action ${operation} is not valid for this web service.`);
    }
    form.delete("Action");
    form.delete("Version");
    const input = declared.input === undefined ? {} : readInput(model, declared.input.shape, treeOf(form));
    return { operation, input };
}

function readInput(model: ServiceModel, shapeName: string, tree: Tree): Structure {
    const shape = shapeOf(model, shapeName);
    const input = structure(model, shape, tree, []);
    const [first] = violations(model, shapeName, input);
    if (first !== undefined) {
        throw refusal(first);
    }
    return input;
}

function refusal({ kind, path, value, constraint }: Violation): Failure {
    const name = path.join(".");
    if (kind === "enum" && path[0] === "InstanceTypes") {
        const message = `The following supplied instance types do not exist: [${String(value)}]`;
        return new Failure("InvalidInstanceType", message);
    }
    return kind === "missing"
        ? new Failure("MissingParameter", `The request must contain the parameter ${name}`)
        : new Failure(
              "InvalidParameterValue",
              `Value (${String(value)}) for parameter ${name} is invalid. ${constraint}.`,
          );
}

function treeOf(form: URLSearchParams): Tree {
    const root: Tree = new Map();
    for (const [key, value] of form) {
        const steps = key.split(".");
        const last = steps.pop()!;
        let node = root;
        for (const step of steps) {
            const next = node.get(step) ?? new Map<string, Tree | string>();
            if (typeof next === "string") {
                throw unknown(key.split("."));
            }
            node.set(step, next);
            node = next;
        }
        if (node.has(last)) {
            throw new Failure("InvalidParameterCombination", `The parameter ${key} is given more than once`);
        }
        node.set(last, value);
    }
    return root;
}

function structure(model: ServiceModel, shape: Shape, tree: Tree | string, path: readonly string[]): Structure {
    const members = Object.entries(shape.members ?? {});
    const input: Structure = {};
    for (const [key, node] of branches(tree, path)) {
        const member = members.find(([name, declared]) => wireName(name, declared) === key);
        if (member === undefined) {
            throw unknown([...path, key]);
        }
        const [name, declared] = member;
        input[name] = valueOf(model, declared.shape, node, [...path, key]);
    }
    return input;
}

/** The protocol's rule: queryName, else locationName with its first letter in upper case, else the member's name. */
function wireName(name: string, { queryName, locationName }: Member): string {
    if (queryName !== undefined) {
        return queryName;
    }
    return locationName === undefined ? name : locationName.charAt(0).toUpperCase() + locationName.slice(1);
}

function valueOf(model: ServiceModel, shapeName: string, node: Tree | string, path: readonly string[]): unknown {
    const shape = shapeOf(model, shapeName);
    switch (shape.type) {
        case "structure":
            return structure(model, shape, node, path);
        case "list":
            return list(model, shape, node, path);
        default:
            return scalar(shape, text(node, path), path);
    }
}

function list(model: ServiceModel, shape: Shape, node: Tree | string, path: readonly string[]): unknown[] {
    return branches(node, path)
        .map(([key, item]) => {
            if (!/^[1-9]\d*$/.test(key)) {
                throw unknown([...path, key]);
            }
            return { position: Number(key), item };
        })
        .toSorted((one, other) => one.position - other.position)
        .map(({ position, item }) => valueOf(model, shape.member!.shape, item, [...path, String(position)]));
}

function branches(node: Tree | string, path: readonly string[]): [string, Tree | string][] {
    if (typeof node === "string") {
        throw unknown(path);
    }
    return [...node];
}

function text(node: Tree | string, path: readonly string[]): string {
    if (typeof node !== "string") {
        throw unknown([...path, ...node.keys()]);
    }
    return node;
}

function scalar(shape: Shape, value: string, path: readonly string[]): unknown {
    const read = READERS[shape.type]?.(value);
    if (read === undefined) {
        throw refusal({ kind: "type", path, value, constraint: `It must be of type ${shape.type}` });
    }
    return read;
}

const number = (pattern: RegExp) => (value: string) => (pattern.test(value) ? Number(value) : undefined);

const READERS: Partial<Record<Shape["type"], (value: string) => unknown>> = {
    string: (value) => value,
    integer: number(/^[+-]?\d{1,10}$/),
    long: number(/^[+-]?\d{1,19}$/),
    float: number(/^[+-]?\d+(\.\d+)?$/),
    double: number(/^[+-]?\d+(\.\d+)?$/),
    boolean: (value) => ({ true: true, false: false })[value.toLowerCase()],
    blob: (value) => (/^[A-Za-z0-9+/]*={0,2}$/.test(value) ? Buffer.from(value, "base64") : undefined),
    timestamp: (value) => (Number.isNaN(Date.parse(value)) ? undefined : new Date(value)),
};

const unknown = (path: readonly string[]): Failure =>
    new Failure("UnknownParameter", `The parameter ${path.join(".")} is not recognized`);
