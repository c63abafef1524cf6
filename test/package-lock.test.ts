import lock from "../package-lock.json";

interface Locked {
    readonly version?: string;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const packages: Readonly<Record<string, Locked>> = lock.packages;

/** Where Node would find a dependency: beside the package, or in any folder above. */
function isLocked(from: string, name: string): boolean {
    const places = from
        .split("node_modules/")
        .map((_, index, parts) => parts.slice(0, index + 1).join("node_modules/"));
    return [...places, from]
        .map((place) => `${place === "" || place.endsWith("/") ? place : `${place}/`}node_modules/${name}`)
        .some((place) => packages[place]?.version !== undefined);
}

/** `npm ci` refuses a lock file without them; a registry that lacks some leaves them out of the file it makes. */
test("the lock file has the optional packages of every platform", () => {
    const absent = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
        Object.keys(optionalDependencies).filter((name) => !isLocked(from, name)),
    );
    expect(absent).toEqual([]);
});
