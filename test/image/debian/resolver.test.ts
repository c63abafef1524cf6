import { resolvePackages } from "../../../providers/image/debian/resolver";
import { type Candidate, createUniverse, type Universe } from "../../../providers/image/debian/universe";
import type { PackageRecord } from "../../../providers/image/debian/index-text";

type Fields = Partial<Omit<PackageRecord, "name">> & { readonly repository?: string };

/** `{ "a": {...} }`, or with versions in the name: `{ "a 2": {...} }`. */
function universeOf(packages: Readonly<Record<string, Fields>>): Universe {
    const records = Object.entries(packages).map(([key, fields]) => {
        const [name = "", version = "1"] = key.split(" ");
        const empty = {
            multiArch: "",
            priority: "optional",
            preDepends: "",
            depends: "",
            provides: "",
            conflicts: "",
            breaks: "",
        };
        const file = { architecture: "amd64", path: `${name}.deb`, sizeBytes: 1, sha256: `${name}-${version}` };
        return { name, version, ...empty, ...file, ...fields };
    });
    const repositories = [...new Set(records.map((record) => record.repository ?? "main"))];
    return createUniverse(
        repositories.map((repository) => {
            const own = records.filter((record) => (record.repository ?? "main") === repository);
            const provides = (record: PackageRecord, name: string) => record.provides.split(/[ ,(]+/).includes(name);
            const table = {
                packages: (name: string) => own.filter((record) => record.name === name),
                providers: (name: string) =>
                    own.filter((record) => provides(record, name)).map((record) => record.name),
                names: () => own.map((record) => record.name),
            };
            return { repository, table };
        }),
    );
}

function resolve(
    packages: Readonly<Record<string, Fields>>,
    roots: readonly string[],
    assumed: readonly string[] = [],
) {
    const universe = universeOf(packages);
    const chosen = roots.map((name) => universe.candidate(name) as Candidate);
    const isAssumed = (relation: { readonly name: string }): boolean => assumed.includes(relation.name);
    return resolvePackages(chosen, { universe, architecture: "amd64", isAssumed });
}

function names(...args: Parameters<typeof resolve>): string[] {
    const resolution = resolve(...args);
    if ("problem" in resolution) {
        throw new Error(resolution.problem.reason);
    }
    return [...resolution.packages.values()]
        .map(({ name, version }) => (version === "1" ? name : `${name} ${version}`))
        .toSorted();
}

function problem(...args: Parameters<typeof resolve>) {
    const resolution = resolve(...args);
    return "problem" in resolution ? resolution.problem : undefined;
}

describe("resolvePackages", () => {
    it("takes Depends and Pre-Depends, all the way down, and nothing else", () => {
        const packages = { a: { depends: "b" }, b: { preDepends: "c" }, c: {}, d: {} };
        expect(names(packages, ["a"])).toEqual(["a", "b", "c"]);
    });

    it("takes the highest version of all repositories, and of equal ones the first", () => {
        const universe = universeOf({
            "a 1": { repository: "main" },
            "a 2": { repository: "security" },
            "b 1": { repository: "main" },
            "b 1 ": { repository: "security" },
        });
        expect(universe.candidate("a")).toMatchObject({ version: "2", repository: "security" });
        expect(universe.candidate("b")).toMatchObject({ version: "1", repository: "main" });
    });

    it("gets round circles", () => {
        expect(names({ a: { depends: "b" }, b: { depends: "a" } }, ["a"])).toEqual(["a", "b"]);
    });

    describe("alternatives", () => {
        it("prefers the first", () => {
            expect(names({ a: { depends: "b | c" }, b: {}, c: {} }, ["a"])).toEqual(["a", "b"]);
        });

        it("is content with one that is there for another reason, wherever that stands", () => {
            expect(names({ a: { depends: "b | c, d" }, b: {}, c: {}, d: { depends: "c" } }, ["a"])).toEqual([
                "a",
                "c",
                "d",
            ]);
            expect(names({ a: { depends: "b | c" }, b: {}, c: {} }, ["a", "c"])).toEqual(["a", "c"]);
        });

        it("goes on to the next where the first is missing, too old, or cannot be installed itself", () => {
            const packages = { a: { depends: "gone | b (>= 2) | c | d" }, b: {}, c: { depends: "gone" }, d: {} };
            expect(names(packages, ["a"])).toEqual(["a", "d"]);
        });

        it("goes back on a choice that leads into a conflict further down", () => {
            const packages = { a: { depends: "b | c, x" }, b: { depends: "y" }, c: {}, x: {}, y: { conflicts: "x" } };
            expect(names(packages, ["a"])).toEqual(["a", "c", "x"]);
        });
    });

    describe("virtual packages", () => {
        it("meets a dependency by Provides, real packages first", () => {
            expect(names({ a: { depends: "v" }, b: { provides: "v" } }, ["a"])).toEqual(["a", "b"]);
            expect(names({ a: { depends: "v" }, b: { provides: "v" }, v: {} }, ["a"])).toEqual(["a", "v"]);
        });

        it("prefers the more important provider, then the name", () => {
            const packages = {
                a: { depends: "v" },
                b: { provides: "v" },
                c: { provides: "v" },
                d: { provides: "v", priority: "required" },
            };
            expect(names(packages, ["a"])).toEqual(["a", "d"]);
            const { d: _, ...equal } = packages;
            expect(names(equal, ["a"])).toEqual(["a", "b"]);
        });

        it("meets a version by a Provides with one only", () => {
            const packages = {
                a: { depends: "v (>= 2)" },
                b: { provides: "v" },
                c: { provides: "v (= 1)" },
                d: { provides: "v (= 3)" },
            };
            expect(names(packages, ["a"])).toEqual(["a", "d"]);
            expect(problem({ a: { depends: "v (>= 2)" }, b: { provides: "v" } }, ["a"])?.reason).toContain("v (>= 2)");
        });
    });

    describe("multi-arch qualifiers", () => {
        it("takes :any where the package allows it", () => {
            expect(names({ a: { depends: "b:any" }, b: { multiArch: "allowed" } }, ["a"])).toEqual(["a", "b"]);
            expect(problem({ a: { depends: "b:any" }, b: { multiArch: "foreign" } }, ["a"])).toBeDefined();
        });

        it("takes :native and the own architecture, no other", () => {
            expect(names({ a: { depends: "b:native, c:amd64" }, b: {}, c: {} }, ["a"])).toEqual(["a", "b", "c"]);
            expect(problem({ a: { depends: "b:arm64" }, b: {} }, ["a"])).toBeDefined();
        });
    });

    describe("conflicts", () => {
        it.each(["conflicts", "breaks"] as const)("reports %s in either direction", (field) => {
            expect(problem({ a: { depends: "b, c" }, b: { [field]: "c (<< 2)" }, c: {} }, ["a"])?.reason).toMatch(
                /b 1 .* c \(<< 2\)/,
            );
            expect(problem({ a: { depends: "b, c" }, b: {}, c: { [field]: "b" } }, ["a"])?.reason).toMatch(/c 1 .* b/);
            expect(names({ a: { depends: "b, c" }, b: { [field]: "c (<< 1)" }, c: {} }, ["a"])).toEqual([
                "a",
                "b",
                "c",
            ]);
        });

        it("lets a package conflict with what it provides itself", () => {
            expect(names({ a: { provides: "v", conflicts: "v" } }, ["a"])).toEqual(["a"]);
            expect(
                problem({ a: { provides: "v", conflicts: "v" }, b: { provides: "v" } }, ["a", "b"])?.reason,
            ).toContain("v");
        });
    });

    it("leaves out what is assumed, unless it is asked for", () => {
        const packages = {
            a: { depends: "debconf (>= 99) | debconf-2.0, b" },
            b: {},
            debconf: { depends: "perl" },
            perl: {},
        };
        expect(names(packages, ["a"], ["debconf"])).toEqual(["a", "b"]);
        expect(names(packages, ["a", "debconf"], ["debconf"])).toEqual(["a", "b", "debconf", "perl"]);
    });

    it("tells how it came to what is missing", () => {
        expect(problem({ a: { depends: "b" }, b: { depends: "c (>= 2)" }, c: {} }, ["a"])).toEqual({
            path: ["a", "b"],
            reason: "b depends on c (>= 2), but there is only c 1",
        });
        expect(problem({ a: { depends: "x | y" } }, ["a"])?.reason).toBe("a depends on x | y, but there is none");
    });

    it("gives up on an archive that is made to be searched for ever", () => {
        const numbers = Array.from({ length: 24 }, (_, i) => i);
        const pairs: [string, Fields][] = numbers.flatMap((i) => [
            [`x${i}`, { depends: `l${i} | r${i}` }],
            [`l${i}`, {}],
            [`r${i}`, {}],
        ]);
        const all = numbers.map((i) => `x${i}`).join(", ");
        const last = { root: { depends: `${all}, p | q` }, p: { depends: "nothing" }, q: { depends: "gone" } };
        const packages = { ...Object.fromEntries(pairs), ...last };
        expect(problem(packages, ["root"])).toBeDefined();
    });
});
