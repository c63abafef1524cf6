import { isOpaque } from "../inputs";
import { type Findings, suggestion } from "../read/findings";
import { isObject, property } from "../read/reader";
import type { Declaration } from "./declaration";

interface Service {
    readonly path: string;
    /** What is plain of `dependsOn`, each with its index. */
    readonly dependsOn: readonly (readonly [number, string])[];
}

/** Names in `dependsOn` are services, and no service waits for itself, however far around. */
export function checkDependencies(declarations: readonly Declaration[], findings: Findings): void {
    const services = new Map<string, Service>();
    for (const { section, name, path, args } of declarations) {
        if (section === "services") {
            services.set(name, { path: `${path}.dependsOn`, dependsOn: plainNames(args) });
        }
    }
    const names = [...services.keys()];
    for (const [name, { path, dependsOn }] of services) {
        for (const [index, other] of dependsOn) {
            if (!services.has(other)) {
                const reason = `${JSON.stringify(other)} is not the name of a service${suggestion(other, names)}`;
                findings.reject(`${path}[${index}]`, reason);
            }
        }
        const cycle = cycleFrom(name, services);
        if (cycle !== undefined && cycle.every((member) => names.indexOf(member) >= names.indexOf(name))) {
            findings.reject(path, `services wait for each other in a circle: ${cycle.join(" -> ")}`);
        }
    }
}

function plainNames(args: unknown): (readonly [number, string])[] {
    const list = isObject(args) ? property(args, "dependsOn") : undefined;
    if (!Array.isArray(list)) {
        return [];
    }
    return Array.from(list, (each: unknown, index) => [index, each] as const).filter(
        (entry): entry is readonly [number, string] => typeof entry[1] === "string" && !isOpaque(entry[1]),
    );
}

/** The shortest way from a service through its dependencies back to itself. */
function cycleFrom(start: string, services: ReadonlyMap<string, Service>): readonly string[] | undefined {
    const seen = new Set<string>();
    let ways: (readonly string[])[] = [[start]];
    while (ways.length > 0) {
        const next: (readonly string[])[] = [];
        for (const way of ways) {
            for (const [, name] of services.get(String(way.at(-1)))?.dependsOn ?? []) {
                if (name === start) {
                    return [...way, start];
                }
                if (!seen.has(name)) {
                    seen.add(name);
                    next.push([...way, name]);
                }
            }
        }
        ways = next;
    }
    return undefined;
}
