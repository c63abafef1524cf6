import * as fc from "fast-check";
import { Assembly, debian, dhcp, type AssemblyArgs, type AssemblyChanges, type ServiceArgs } from "../../sdk";
import { LinuxKitError } from "../../sdk/assembly/error";
import { redis, redisArgs, specOf } from "./programs";

const names = ["a", "b", "c", "d", "e"];
const service = fc.record({
    name: fc.constantFrom(...names),
    image: fc.constant(debian.packages(["busybox-static"])),
    command: fc.tuple(fc.constantFrom("sleep", "true"), fc.constantFrom("1", "2")),
});
const services = fc.uniqueArray(service, { selector: ({ name }) => name });
const files = fc.uniqueArray(fc.record({ path: fc.constantFrom("/a", "/b", "/c"), contents: fc.string() }), {
    selector: ({ path }) => path,
});
const changes: fc.Arbitrary<AssemblyChanges> = fc.record({ services, files }, { requiredKeys: [] });

const assemblyOf = (change: AssemblyChanges) => new Assembly({ ...redisArgs, services: [], ...change });
const valueOf = ({ components, order, architecture }: Assembly) => ({ components, order, architecture });

test("changing nothing, or the same again, changes nothing", () => {
    fc.assert(
        fc.property(changes, changes, (first, second) => {
            const base = assemblyOf(first);
            expect(valueOf(base.with({}))).toEqual(valueOf(base));
            expect(valueOf(base.without({}))).toEqual(valueOf(base));
            const changed = base.with(second);
            expect(valueOf(changed.with(second))).toEqual(valueOf(changed));
        }),
    );
});

test("the original stays what it was, and nothing of it can be changed", () => {
    fc.assert(
        fc.property(changes, changes, (first, second) => {
            const base = assemblyOf(first);
            const before = structuredClone(valueOf(base));
            const removed = base.with(second).services.map(({ name }) => name);
            base.with(second).without({ services: removed });
            expect(valueOf(base)).toEqual(before);
        }),
    );
});

test("a replaced entry keeps its place, a new one comes last", () => {
    fc.assert(
        fc.property(services, services, (first, second) => {
            const before = first.map(({ name }) => name);
            const added = second.map(({ name }) => name).filter((name) => !before.includes(name));
            const changed = assemblyOf({ services: first }).with({ services: second });
            expect(changed.services.map(({ name }) => name)).toEqual([...before, ...added]);
            expect(changed.services).toEqual(expect.arrayContaining(second));
        }),
    );
});

test("removing what was added gives the original", () => {
    fc.assert(
        fc.property(services, service, (first, added) => {
            fc.pre(first.every(({ name }) => name !== added.name));
            const base = assemblyOf({ services: first });
            const back = base.with({ services: [added] }).without({ services: [added.name] });
            expect(valueOf(back)).toEqual(valueOf(base));
        }),
    );
});

test("entries of other names do not matter to each other", () => {
    fc.assert(
        fc.property(services, service, service, (first, one, other) => {
            fc.pre(
                one.name !== other.name && [one, other].every(({ name }) => first.some((each) => each.name === name)),
            );
            const base = assemblyOf({ services: first });
            const together = base.with({ services: [one, other] });
            expect(valueOf(base.with({ services: [other] }).with({ services: [one] }))).toEqual(valueOf(together));
        }),
    );
});

test("the same declaration gives the same spec, whatever it was composed of", () => {
    const whole = new Assembly(redisArgs);
    const base = new Assembly({ kernel: redisArgs.kernel, init: redisArgs.init });
    const composed = base.with({ onboot: [dhcp()] }).with({ services: [{ ...redis, readonly: true }] });
    expect(specOf(composed.with({ services: [redis] }))).toEqual(specOf(whole));
});

test("an assembly is itself a set of changes", () => {
    const monitored = new Assembly({ ...redisArgs, architecture: "arm64", services: [{ ...redis, name: "monitor" }] });
    const combined = new Assembly(redisArgs).with(monitored);
    expect(combined.architecture).toBe("arm64");
    expect(combined.services.map(({ name }) => name)).toEqual(["redis", "monitor"]);
});

test("changes that have no kernel leave the one that is there", () => {
    const { kernel: _, ...unbootable } = redisArgs;
    const changed = new Assembly(redisArgs).with(new Assembly({ ...unbootable, services: [] }));
    expect(changed.kernel).toEqual(redisArgs.kernel);
});

test("a file is replaced and removed by its path, however it is written", () => {
    const base = new Assembly({ ...redisArgs, files: [{ path: "etc/motd", contents: "a" }] });
    const changed = base.with({ files: [{ path: "/etc/motd", contents: "b" }] });
    expect(changed.components["files"]).toEqual({ "/etc/motd": { contents: "b" } });
    expect(changed.without({ files: ["etc/motd"] }).components).not.toHaveProperty("files");
});

test("two changes of one name are an error", () => {
    expect(() => new Assembly(redisArgs).with({ services: [redis, redis] })).toThrow(/services\[1\]\.name/);
});

test("removing what is not there names it, and the nearest name", () => {
    const remove = () => new Assembly(redisArgs).without({ services: ["rediss"], onboot: ["ntp"] });
    expect(remove).toThrow(LinuxKitError);
    expect(remove).toThrow('onboot has no "ntp", services has no "rediss"; did you mean "redis"?');
});

test("a misspelt section is named, whichever way", () => {
    const base = new Assembly(redisArgs);
    expect(() => base.without({ service: ["redis"] } as object)).toThrow(
        'no section "service"; did you mean "services"?',
    );
    expect(() => base.with({ service: [redis] } as object)).toThrow(/service: is no section .* "services"\?/);
});

test.each([[{ services: redis }], [{ services: [null] }], [{ services: ["redis"] }]])(
    "changes that are no lists of objects, %j, are a problem with a path",
    (wrong) => {
        expect(() => new Assembly(redisArgs).with(wrong as object)).toThrow(/services.*must be a plain/);
    },
);

test("nothing is no assembly", () => {
    expect(() => new Assembly(undefined as never)).toThrow(/assembly: must be an object/);
});

test("removing what another needs is an error with its path", () => {
    const web: ServiceArgs = { ...redis, name: "web", dependsOn: ["redis"] };
    const base = new Assembly(redisArgs).with({ services: [web] });
    expect(() => base.without({ services: ["redis"] })).toThrow(/services\[0\]\.dependsOn\[0\]: "redis"/);
});

test("it is a copy: what it was made of stays free to change, itself is not", () => {
    const command = ["redis-server"];
    const args = { ...redisArgs, services: [{ ...redis, command }] } satisfies AssemblyArgs;
    const assembly = new Assembly(args);
    command.push("--port", "1");
    expect(assembly.services[0]?.command).toEqual(["redis-server"]);
    expect(assembly.components["services.redis"]).toMatchObject({ command: ["redis-server"] });
    expect(isDeeplyFrozen(assembly)).toBe(true);
    expect(isDeeplyFrozen(assembly.components)).toBe(true);
    expect(isDeeplyFrozen(assembly.order)).toBe(true);
});

function isDeeplyFrozen(value: unknown): boolean {
    return (
        typeof value !== "object" ||
        value === null ||
        (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen))
    );
}
