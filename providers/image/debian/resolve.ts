import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { distance } from "fastest-levenshtein";
import type { Architecture, DebianSource, Resolved, ResolvedDebian, ResolvedPackage } from "../../../sdk/assembly/spec";
import { LinuxKitError } from "../../../sdk/assembly/error";
import type { BuildEnvironment } from "../environment";
import { KERNEL_PACKAGES, SCRIPT_DEPENDENCIES, SCRIPT_PACKAGES } from "./data/assumed";
import { redactUrl } from "../store/redact";
import { openRelease } from "./open-release";
import { openTables } from "./open-table";
import type { PackageTable } from "./package-table";
import type { Relation } from "./relation";
import { type Memory, remembered } from "../memory";
import { type Repository, repositoriesOf } from "./repositories";
import { resolvePackages } from "./resolver";
import { type Candidate, createUniverse, type Universe } from "./universe";

/**
 * The exact packages that a declaration means. What was recorded for the same declaration is kept, and then nothing is
 * read or fetched; `update: "always"` follows the archive. Mirrors, the kernel's families and what is left out of the
 * packages do not change which packages are meant, so changing them keeps the record too.
 *
 * @throws LinuxKitError DebianMirror, DebianSignature, DebianExpired, DebianSuite, DebianUnreachable,
 * DebianUnknownPackage, DebianDependencies
 */
export async function resolveDebian(
    source: DebianSource,
    architecture: Architecture,
    previous: Resolved | undefined,
    env: BuildEnvironment,
): Promise<ResolvedDebian> {
    const declaration = declarationOf(source, architecture);
    if (source.update !== "always" && previous?.type === "debian" && previous.declaration === declaration) {
        return previous;
    }
    const key = JSON.stringify([declaration, source.mirror, source.securityMirror]);
    return remembered(resolved, env, key, async () => {
        const universe = await openUniverse(source, architecture, env);
        const roots = [...new Set(source.packages)].map((name) => requirePackage(name, universe, source));
        const chosen = resolveAll(roots, universe, source, architecture);
        return { type: "debian", declaration, packages: recordOf(chosen) };
    });
}

/** One look at the archive serves everything that is resolved with the same environment. */
const opened: Memory<readonly PackageTable[]> = new WeakMap();
const resolved: Memory<ResolvedDebian> = new WeakMap();

function declarationOf(source: DebianSource, architecture: Architecture): string {
    const { packages, role, suite, repositories } = source;
    const named = repositories.map((repository) => ({ ...repository, url: redactUrl(repository.url) }));
    const declared = { packages: [...new Set(packages)].toSorted(), role, suite, repositories: named, architecture };
    return createHash("sha256")
        .update(canonicalize(declared) ?? "")
        .digest("hex");
}

async function openUniverse(
    source: DebianSource,
    architecture: Architecture,
    env: BuildEnvironment,
): Promise<Universe> {
    const repositories = repositoriesOf(source, env);
    const tables = await Promise.all(
        repositories.map(async (repository) => {
            const found = await openRepository(repository, architecture, env);
            return found.map((table) => ({ repository: repository.id, table }));
        }),
    );
    return createUniverse(tables.flat());
}

function openRepository(
    repository: Repository,
    architecture: Architecture,
    env: BuildEnvironment,
): Promise<readonly PackageTable[]> {
    return remembered(opened, env, JSON.stringify([repository, architecture]), async () =>
        openTables(repository, await openRelease(repository, env), architecture, env),
    );
}

function requirePackage(name: string, universe: Universe, source: DebianSource): Candidate {
    const record = universe.candidate(name) ?? soleProvider(name, universe);
    if (record !== undefined) {
        return record;
    }
    const providers = universe.providers(name).map((provider) => provider.name);
    const nearest = providers.length > 0 ? providers : nearestNames(name, universe.names());
    const hint = nearest.length === 0 ? "" : ` Did you mean ${nearest.join(", ")}?`;
    const kind =
        providers.length > 0 ? `"${name}" is a name that several packages provide` : `There is no package "${name}"`;
    throw new LinuxKitError("DebianUnknownPackage", `${kind} in ${source.suite}.${hint}`, {
        package: name,
        suite: source.suite,
        nearest,
    });
}

function soleProvider(name: string, universe: Universe): Candidate | undefined {
    const providers = universe.providers(name);
    return providers.length === 1 ? providers[0] : undefined;
}

function nearestNames(name: string, names: Iterable<string>): string[] {
    const limit = Math.max(2, Math.floor(name.length / 3));
    const near = [...names]
        .filter((other) => Math.abs(other.length - name.length) <= limit)
        .map((other) => ({ other, steps: distance(name, other), strange: strangeness(name, other) }))
        .filter(({ steps }) => steps <= limit);
    return near
        .sort((a, b) => a.steps - b.steps || a.strange - b.strange || (a.other < b.other ? -1 : 1))
        .slice(0, 3)
        .map(({ other }) => other);
}

/** A swapped pair of letters is likelier than two others, and a first letter is seldom wrong. */
function strangeness(name: string, other: string): number {
    const letters = (word: string) => word.split("").toSorted().join("");
    return letters(name) === letters(other) ? 0 : name[0] === other[0] ? 1 : 2;
}

function resolveAll(
    roots: readonly Candidate[],
    universe: Universe,
    source: DebianSource,
    architecture: Architecture,
): ReadonlyMap<string, Candidate> {
    const isAssumed = (relation: Relation, by: Candidate): boolean =>
        SCRIPT_PACKAGES.has(relation.name) ||
        (SCRIPT_DEPENDENCIES[by.name] ?? []).includes(relation.name) ||
        (source.role === "kernel" && KERNEL_PACKAGES.has(relation.name));
    const resolution = resolvePackages(roots, { universe, architecture, isAssumed });
    if ("packages" in resolution) {
        return resolution.packages;
    }
    const { path, reason } = resolution.problem;
    const [root = ""] = path;
    const way = path.length > 1 ? ` (${path.join(" -> ")})` : "";
    throw new LinuxKitError(
        "DebianDependencies",
        `${root} cannot be installed from ${source.suite}: ${reason}${way}.`,
        {
            package: root,
            suite: source.suite,
            path,
        },
    );
}

function recordOf(chosen: ReadonlyMap<string, Candidate>): Record<string, ResolvedPackage> {
    const sorted = [...chosen.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    return Object.fromEntries(sorted.map((record) => [record.name, toResolved(record)]));
}

function toResolved(record: Candidate): ResolvedPackage {
    const { version, architecture, path, repository, sha256, sizeBytes } = record;
    return { version, architecture, path, repository, sha256, sizeBytes };
}
