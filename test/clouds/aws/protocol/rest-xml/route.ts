import type { OperationModel, ServiceModel, Shape } from "../../model/shapes.ts";
import { shapeOf } from "../../model/shapes.ts";
import type { RestRequest } from "../rest-json-request.ts";

export interface Route {
    readonly operation: OperationModel;
    readonly labels: Readonly<Record<string, string>>;
}

/**
 * The operation that a request names: operations share paths, and differ by what stands in the query, in the URI or as
 * a required member, and by required headers.
 */
export function findRoute(model: ServiceModel, request: RestRequest): Route | undefined {
    const routes = Object.values(model.operations)
        .map((operation) => ({ operation, labels: match(model, operation, request) }))
        .filter((route): route is Route => route.labels !== undefined);
    return routes.toSorted((one, other) => weight(model, other.operation) - weight(model, one.operation))[0];
}

function match(
    model: ServiceModel,
    { http, input }: OperationModel,
    request: RestRequest,
): Record<string, string> | undefined {
    if (http.method !== request.method) {
        return undefined;
    }
    const [path = "", query = ""] = http.requestUri.split("?");
    const labels = matchPath(path, request.path);
    const fixed = new URLSearchParams(query);
    const fits =
        [...fixed].every(([name, value]) => request.query.get(name) === value) &&
        required(model, input).every(({ location, locationName }) =>
            location === "querystring"
                ? request.query.has(locationName!)
                : request.headers[locationName!.toLowerCase()] !== undefined,
        ) &&
        [...request.query.keys()].every((name) => fixed.has(name) || isKnown(model, input, name));
    return fits ? labels : undefined;
}

/** `{Key+}` takes slashes. */
function matchPath(template: string, path: string): Record<string, string> | undefined {
    const source = template.replace(/\{(\w+)(\+?)\}/g, (_all, name: string, greedy: string) =>
        greedy === "" ? `(?<${name}>[^/]+)` : `(?<${name}>.+)`,
    );
    const groups = new RegExp(`^${source}/?$`).exec(path);
    return groups === null
        ? undefined
        : Object.fromEntries(
              Object.entries(groups.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]),
          );
}

type Input = OperationModel["input"];

const inputShape = (model: ServiceModel, input: Input): Partial<Shape> =>
    input === undefined ? {} : shapeOf(model, input.shape);

function required(model: ServiceModel, input: Input): NonNullable<Shape["members"]>[string][] {
    const { required: names = [], members = {} } = inputShape(model, input);
    return names
        .map((name) => members[name]!)
        .filter(({ location }) => location === "querystring" || location === "header");
}

/** The SDK for JavaScript names the operation in `x-id`. */
function isKnown(model: ServiceModel, input: Input, name: string): boolean {
    const members = Object.values(inputShape(model, input).members ?? {});
    return (
        name === "x-id" ||
        members.some(({ location, locationName }) => location === "querystring" && locationName === name)
    );
}

function weight(model: ServiceModel, { http, input }: OperationModel): number {
    const [, query = ""] = http.requestUri.split("?");
    return [...new URLSearchParams(query)].length + required(model, input).length;
}
