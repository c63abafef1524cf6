import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findMirrors } from "../../../providers/image/debian";
import { openRelease } from "../../../providers/image/debian/open-release";
import { openTables } from "../../../providers/image/debian/open-table";
import { type Repository, repositoriesOf } from "../../../providers/image/debian/repositories";
import { resolvePackages } from "../../../providers/image/debian/resolver";
import { createUniverse, type Universe } from "../../../providers/image/debian/universe";
import { ARCHIVE_KEYS } from "../../../providers/image/debian/data/archive-keys";
import type { Architecture } from "../../../sdk/assembly/spec";
import { fakeEnvironment, fakeSource, removeTemporaryDirectories, temporaryDirectory } from "./support/environment";

jest.setTimeout(10 * 60_000);

const UNUSED: readonly (readonly string[])[] = [
    ["redis-server"],
    ["nginx"],
    ["postgresql"],
    ["mariadb-server"],
    ["openssh-server"],
    ["python3-flask"],
    ["php-fpm"],
    ["default-jre-headless"],
    ["docker.io"],
    ["exim4"],
    ["busybox-static", "crun"],
    ["linux-image-cloud-amd64"],
    ["git", "curl", "ca-certificates"],
];

function hasApt(): boolean {
    try {
        execFileSync("apt-get", ["--version"], { stdio: "ignore" });
        return true;
    } catch {
        return false;
    }
}

/** apt with a root of its own: nothing installed, the repositories alone, no recommended packages. */
function privateApt(
    repositories: readonly Repository[],
    architecture: Architecture,
): (packages: readonly string[]) => string[] {
    const root = temporaryDirectory();
    ["lists/partial", "cache/archives/partial", "parts"].forEach((name) =>
        mkdirSync(join(root, name), { recursive: true }),
    );
    writeFileSync(join(root, "status"), "");
    writeFileSync(join(root, "keys.asc"), ARCHIVE_KEYS);
    const lines = repositories.map(
        ({ url, suite }) => `deb [signed-by=${join(root, "keys.asc")}] ${url} ${suite} main`,
    );
    writeFileSync(join(root, "sources.list"), `${lines.join("\n")}\n`);
    const settings = {
        "Dir::Etc::SourceList": join(root, "sources.list"),
        "Dir::Etc::SourceParts": join(root, "parts"),
        "Dir::Etc::PreferencesParts": join(root, "parts"),
        "Dir::State::Lists": join(root, "lists"),
        "Dir::State::Status": join(root, "status"),
        "Dir::Cache": join(root, "cache"),
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "root",
        "Debug::NoLocking": "true",
    };
    const options = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
    execFileSync("apt-get", [...options, "-qq", "update"], { stdio: "ignore" });
    return (packages) => {
        const output = execFileSync("apt-get", [...options, "-qq", "-s", "install", ...packages], { encoding: "utf8" });
        return [...output.matchAll(/^Inst (\S+) \((\S+) /gm)]
            .map(([, name, version]) => `${name} ${version}`)
            .toSorted();
    };
}

function ours(packages: readonly string[], universe: Universe, architecture: string): string[] {
    const roots = packages.flatMap((name) => universe.candidate(name) ?? []);
    const resolution = resolvePackages(roots, { universe, architecture, isAssumed: () => false });
    if ("problem" in resolution) {
        throw new Error(resolution.problem.reason);
    }
    return [...resolution.packages.values()].map(({ name, version }) => `${name} ${version}`).toSorted();
}

(hasApt() ? describe : describe.skip)("dependency resolution, held against apt's own", () => {
    let universe: Universe;
    let apt: (packages: readonly string[]) => string[];

    beforeAll(async () => {
        const mirrors = await findMirrors({ environment: process.env });
        const env = fakeEnvironment({ mirrors, now: () => new Date() });
        const { mirror: _, securityMirror: __, ...source } = fakeSource({ url: "" } as never, []);
        const repositories = repositoriesOf(source, env);
        const tables = await Promise.all(
            repositories.map(async (repository) => {
                const release = await openRelease(repository, env);
                const found = await openTables(repository, release, "amd64", env);
                return found.map((table) => ({ repository: repository.id, table }));
            }),
        );
        universe = createUniverse(tables.flat());
        apt = privateApt(repositories, "amd64");
    });

    afterAll(removeTemporaryDirectories);

    it.each(
        process.env
            .SETS!.split(" ")
            .map((n) => [n])
            .map((names) => [names.join(" "), names] as const),
    )("%s", (_, names) => {
        const expected = apt(names);
        expect(expected.length).toBeGreaterThanOrEqual(names.length);
        expect(ours(names, universe, "amd64")).toEqual(expected);
    });
});
