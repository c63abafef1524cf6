import type { DebianSource } from "../../../sdk/assembly/spec";
import { LinuxKitError } from "../../../sdk/assembly/error";
import type { BuildEnvironment } from "../environment";
import { ARCHIVE_KEYS } from "./data/archive-keys";
import { ROLLING } from "./data/suites";
import { mirrorsFor } from "./mirrors";

/** One suite of one archive. */
export interface Repository {
    /** As ResolvedPackage.repository has it. */
    readonly id: string;
    readonly url: string;
    readonly suite: string;
    readonly components: readonly string[];
    readonly keys: string;
}

const COMPONENTS = ["main"];

/** The suites that a declaration's packages come from, in the order in which equal versions are preferred. */
export function repositoriesOf(source: DebianSource, env: Pick<BuildEnvironment, "mirrors">): Repository[] {
    const mirrors = mirrorsFor(source, env);
    const debian = { components: COMPONENTS, keys: ARCHIVE_KEYS };
    const main = mainSuites(source.suite).map((suite) => ({ id: "main", url: mirrors.main, suite, ...debian }));
    const security = securitySuites(source.suite).map((suite) => {
        return { id: "security", url: requireSecurity(mirrors.security, suite), suite, ...debian };
    });
    return [...main, ...security, ...ownRepositories(source)];
}

function ownRepositories(source: DebianSource): Repository[] {
    return source.repositories.map((repository, position) => ({
        id: `repository-${position}`,
        url: repository.url.replace(/\/+$/, ""),
        suite: repository.suite,
        components: repository.components,
        keys: repository.key,
    }));
}

/** Backports stand on their release, whose versions they override. */
function mainSuites(suite: string): string[] {
    const release = suite.replace(/-backports(-sloppy)?$/, "");
    const companions = ROLLING.has(release) ? [release] : [release, `${release}-updates`];
    return suite === release ? companions : [...companions, suite];
}

function securitySuites(suite: string): string[] {
    const release = suite.replace(/-backports(-sloppy)?$/, "");
    return ROLLING.has(release) ? [] : [`${release}-security`];
}

function requireSecurity(mirror: string | undefined, suite: string): string {
    if (mirror === undefined) {
        throw new LinuxKitError(
            "DebianMirror",
            `No mirror is configured for the suite ${suite}, and the main mirror's URL does not end in "/debian", from ` +
                `which one could be derived. Give one by the argument "securityMirror", the stack's configuration ` +
                `"linuxkit:debianSecurityMirror" or the environment variable PULUMI_LINUXKIT_DEBIAN_SECURITY_MIRROR.`,
            { suite },
        );
    }
    return mirror;
}

/** Where the InRelease and the indexes of the suite are; a suite that ends in "/" is a flat repository (sources.list(5)). */
export function releaseUrl(repository: Repository): string {
    return repository.suite.endsWith("/")
        ? `${repository.url}/${repository.suite.replace(/^\.?\/|\/$/g, "")}`.replace(/\/+$/, "")
        : `${repository.url}/dists/${repository.suite}`;
}

/** Base URL that a resolved package's path is below. */
export function repositoryUrl(id: string, source: DebianSource, env: Pick<BuildEnvironment, "mirrors">): string {
    if (id === "main") {
        return mirrorsFor(source, env).main;
    }
    if (id === "security") {
        return requireSecurity(mirrorsFor(source, env).security, `${source.suite}-security`);
    }
    const own = ownRepositories(source).find((repository) => repository.id === id);
    if (own === undefined) {
        throw new LinuxKitError(
            "DebianRepository",
            `The recorded packages name a repository that is not declared: ${id}.`,
            {
                repository: id,
            },
        );
    }
    return own.url;
}
