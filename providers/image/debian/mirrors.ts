import type { DebianSource } from "../../../sdk/assembly/spec";
import { LinuxKitError } from "../../../sdk/assembly/error";
import type { BuildEnvironment, Mirrors } from "../environment";
import { type AptSource, readAptSources } from "./apt-sources";
import { RELEASES, ROLLING } from "./data/suites";

const MIRROR_VARIABLE = "PULUMI_LINUXKIT_DEBIAN_MIRROR";
const SECURITY_MIRROR_VARIABLE = "PULUMI_LINUXKIT_DEBIAN_SECURITY_MIRROR";

export interface MirrorPlaces {
    /** From the stack's configuration. */
    readonly configured?: Mirrors;
    readonly environment: Readonly<Record<string, string | undefined>>;
    /** apt's configuration directory. @default "/etc/apt" */
    readonly aptDirectory?: string;
}

/**
 * The mirrors that are configured outside a declaration: each from the stack's configuration, else from the environment
 * (PULUMI_LINUXKIT_DEBIAN_MIRROR, PULUMI_LINUXKIT_DEBIAN_SECURITY_MIRROR), else from the machine's own apt sources
 * where they are Debian's. What nothing configures is absent; `mirrorsFor` makes an error of that where it is needed.
 */
export async function findMirrors(places: MirrorPlaces): Promise<Mirrors> {
    const sources = await readAptSources(places.aptDirectory ?? "/etc/apt");
    const apt = mirrorsOfApt(sources);
    const main = places.configured?.main ?? (places.environment[MIRROR_VARIABLE] || undefined);
    const security = places.configured?.security ?? (places.environment[SECURITY_MIRROR_VARIABLE] || undefined);
    // apt's security mirror goes with apt's mirror: beside another one, it may be another world.
    const fallback = main === undefined ? apt : {};
    return withoutSlashes({ ...fallback, ...(main && { main }), ...(security && { security }) });
}

function mirrorsOfApt(sources: readonly AptSource[]): Mirrors {
    const debian = sources.filter(isDebian);
    const main = debian.find((source) => RELEASES.has(source.suite) || ROLLING.has(source.suite));
    const security = debian.find((source) => source.suite.endsWith("-security"));
    return { ...(main && { main: main.url }), ...(security && { security: security.url }) };
}

/** Debian's suites with its component `main`, and Debian's name in the URL or Debian's keyring beside it. */
function isDebian(source: AptSource): boolean {
    const release = source.suite.replace(/-(updates|security|proposed-updates|backports)$/, "");
    const hasName = /\/debian(-security)?(\/|$)/.test(source.url);
    const hasKeyring = /debian-archive-[a-z-]*\.(gpg|pgp|asc)$/.test(source.signedBy ?? "");
    return (
        /^https?:\/\//.test(source.url) &&
        (RELEASES.has(release) || ROLLING.has(release)) &&
        source.components.includes("main") &&
        (hasName || hasKeyring)
    );
}

function withoutSlashes(mirrors: Mirrors): Mirrors {
    const trim = (url: string): string => url.replace(/\/+$/, "");
    return {
        ...(mirrors.main !== undefined && { main: trim(mirrors.main) }),
        ...(mirrors.security !== undefined && { security: trim(mirrors.security) }),
    };
}

/**
 * The mirrors of a declaration: its own arguments, else what is configured outside it. A security mirror that nothing
 * names is derived from a main mirror that ends in `/debian`: the same with `/debian-security`. Beside a mirror that the
 * declaration itself gives, the derived one comes before a configured one, which may be another world.
 *
 * @throws LinuxKitError DebianMirror, naming every place a mirror can be set at
 */
export function mirrorsFor(
    source: Pick<DebianSource, "mirror" | "securityMirror">,
    env: Pick<BuildEnvironment, "mirrors">,
): Required<Pick<Mirrors, "main">> & Mirrors {
    const main = source.mirror ?? env.mirrors.main;
    if (main === undefined) {
        throw new LinuxKitError(
            "DebianMirror",
            `No Debian mirror is configured. Give one by the argument "mirror", by "pulumi config set ` +
                `linuxkit:debianMirror <url>", by ${MIRROR_VARIABLE} in the environment, or run on a machine whose own ` +
                `apt sources are Debian's.`,
        );
    }
    const derived = derivedSecurityMirror(main);
    const outside = source.mirror === undefined ? (env.mirrors.security ?? derived) : (derived ?? env.mirrors.security);
    const security = source.securityMirror ?? outside;
    const found = withoutSlashes({ main, ...(security !== undefined && { security }) });
    return { ...found, main: found.main ?? main };
}

function derivedSecurityMirror(main: string): string | undefined {
    return /\/debian\/*$/.test(main) ? main.replace(/\/debian\/*$/, "/debian-security") : undefined;
}
