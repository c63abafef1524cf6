import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Assembly } from "../../sdk";
import { normalizeAssembly } from "../../sdk/assembly/normalize";
import { normalized, received, redisArgs, specOf, withService } from "./programs";

const golden = (name: string): unknown => JSON.parse(readFileSync(join(__dirname, "golden", name), "utf8"));

test("the README's program normalizes to the golden spec", () => {
    expect(JSON.parse(JSON.stringify(specOf(new Assembly(redisArgs))))).toEqual(golden("redis-os.json"));
});

test("normalizing what a spec was made of again gives the same, keys in the same order", () => {
    const assembly = withService({ resources: { memory: { limit: "64 MB" } } });
    expect(JSON.stringify(normalized(assembly))).toBe(JSON.stringify(normalized(assembly)));
    const { components, order } = received(assembly);
    const shuffled = Object.fromEntries(Object.entries(components).toReversed());
    expect(normalizeAssembly({ components: shuffled, order })).toEqual(normalized(assembly));
});

const json = fc.jsonValue({ maxDepth: 3 });
const trap = fc.constantFrom("__proto__", "constructor", "toString", "length", "04da6b54-80e4-46f7-96ec-b56ff0331ba9");
const anything = fc.oneof(json, trap);

function expectAnswer(answer: ReturnType<typeof normalizeAssembly>): void {
    for (const { path, reason } of answer.problems) {
        expect(path).toMatch(/^[a-z]/);
        expect(reason).not.toBe("");
    }
    expect(answer.spec !== undefined).toBe(answer.problems.length === 0 && !answer.unknown);
}

test("whatever the inputs are, the answer is a spec, problems with paths, or unknown", () => {
    fc.assert(
        fc.property(anything, anything, anything, (architecture, components, order) => {
            expectAnswer(normalizeAssembly({ architecture, components, order }));
        }),
    );
});

test("whatever a component is", () => {
    const keys = ["kernel", "init.base", "onboot.dhcp", "services.redis", "files"];
    const { components, order } = received(new Assembly(redisArgs));
    fc.assert(
        fc.property(fc.constantFrom(...keys), anything, (key, value) => {
            const extended = key === "files" ? [...order, "files./etc/motd"] : order;
            const inputs = { ...components, [key]: key === "files" ? { "/etc/motd": value } : value };
            expectAnswer(normalizeAssembly({ components: inputs, order: extended }));
        }),
    );
});

/** Every place of a service that has a value of its own. */
const everyKey = received(
    withService({
        env: ["A=b"],
        mounts: [{ type: "tmpfs", destination: "/x", options: ["ro"] }],
        binds: ["/a:/b"],
        devices: [{ path: "all", type: "b" }],
        resources: { memory: { limit: "64 MB" }, cpu: { shares: 10 }, unified: { "memory.high": "1" } },
        runtime: { interfaces: [{ name: "a" }], bindNS: { net: "/run/x" } },
        uidMappings: [{ containerID: 0, hostID: 1, size: 1 }],
        healthcheck: { tcp: 80, interval: "1s" },
        dependsOn: ["redis"],
    }),
);

function places(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
    if (typeof value !== "object" || value === null) {
        return [path];
    }
    return [path, ...Object.entries(value).flatMap(([key, each]) => places(each, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly (string | number)[], by: unknown): unknown {
    if (key === undefined) {
        return by;
    }
    if (Array.isArray(value)) {
        return value.map((each, index) => (String(index) === key ? replaced(each, rest, by) : (each as unknown)));
    }
    const record = value as Record<string, unknown>;
    return { ...record, [key]: replaced(record[key], rest, by) };
}

test("whatever stands in a place of a service, its problems are of that place or of those around it", () => {
    const worker = everyKey.components["services.worker"];
    fc.assert(
        fc.property(fc.constantFrom(...places(worker)), anything, (place, value) => {
            const component = replaced(worker, place, value);
            const components = { ...everyKey.components, "services.worker": component };
            const answer = normalizeAssembly({ components, order: everyKey.order });
            expectAnswer(answer);
            for (const { path } of answer.problems) {
                expect(path).toMatch(/^services\[1\]/);
            }
        }),
        { numRuns: 500 },
    );
});

describe("order and components that do not belong together", () => {
    const { components, order } = received(new Assembly(redisArgs));
    test.each([
        ["a component that is not there", [...order, "services.web"], '"services.web"'],
        ["a file that is not there", [...order, "files./etc/motd"], '"files./etc/motd"'],
        ["a section that is none", [...order, "daemons.web"], '"daemons.web"'],
        ["a component twice", [...order, "services.redis"], "twice"],
        ["what objects inherit", [...order, "toString"], '"toString"'],
        ["too few", order.filter((key) => key !== "services.redis"), '"services.redis"'],
    ])("%s", (_, wrong, reason) => {
        expect(normalizeAssembly({ components, order: wrong }).problems).toEqual([
            { path: "order", reason: expect.stringContaining(reason) as string },
        ]);
    });
});
