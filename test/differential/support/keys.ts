import { parse } from "yaml";

import type { Shape } from "../../../sdk/assembly/yaml/shapes";

const containerSections = /^(onboot|onshutdown|services)\b/;

/** The path of every key that a shape has: "containers[].resources.cpu.quota". The sections of containers count as one. */
export function keysOfShape(shape: Shape, path = ""): string[] {
    switch (shape.kind) {
        case "leaf":
            return [];
        case "list":
            return keysOfShape(shape.of, `${path}[]`);
        case "map":
            return [];
        case "tagged":
            return [...keysOfShape(shape.plain, path), ...(shape.object ? keysOfShape(shape.object, path) : [])];
        case "record":
            return Object.entries(shape.keys).flatMap(([key, value]) => {
                const inner = joined(path, key);
                return [inner, ...keysOfShape(value, inner)];
            });
    }
}

/** The paths of the keys that YAML uses, in the same form. */
export function keysOfYaml(yaml: string): string[] {
    return keysOfValue(parse(yaml), "");
}

function keysOfValue(value: unknown, path: string): string[] {
    if (Array.isArray(value)) {
        return value.flatMap((each) => keysOfValue(each, `${path}[]`));
    }
    return typeof value !== "object" || value === null
        ? []
        : Object.entries(value).flatMap(([key, each]) => {
              const inner = joined(path, key);
              return [inner, ...keysOfValue(each, inner)];
          });
}

function joined(path: string, key: string): string {
    return (path === "" ? key : `${path}.${key}`).replace(containerSections, "containers");
}
