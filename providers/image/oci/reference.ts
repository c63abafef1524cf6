import { LinuxKitError } from "../../../sdk/assembly/error";
import { parseReference as parseText } from "../../../sdk/assembly/normalize/reference";
import { asDigest, type Digest } from "./format/digest";

/** An image of a registry, by tag or by digest. */
export interface Reference {
    /** "docker.io", "registry.example:5000". */
    readonly registry: string;
    /** "library/redis". */
    readonly repository: string;
    readonly tag?: string;
    /** Counts for more than the tag. */
    readonly digest?: Digest;
}

/**
 * Docker's rules: `redis` is `docker.io/library/redis:latest`.
 * @throws LinuxKitError OciReference, which names the reference
 */
export function parseReference(text: string): Reference {
    const parsed = parseText(text);
    if ("problem" in parsed) {
        throw new LinuxKitError("OciReference", `${shown(text)} ${parsed.problem}`, { reference: shown(text) });
    }
    const [named = "", digest] = parsed.reference.split("@");
    const colon = named.lastIndexOf(":");
    const isTagged = colon > named.lastIndexOf("/");
    const name = isTagged ? named.slice(0, colon) : named;
    const slash = name.indexOf("/");
    const registry = name.slice(0, slash);
    const found = digest === undefined ? undefined : asDigest(digest);
    return {
        registry,
        repository: name.slice(slash + 1),
        ...(isTagged && { tag: named.slice(colon + 1) }),
        ...(found && { digest: found }),
    };
}

/** What comes before an "@" that no digest follows may be a password. */
function shown(text: string): string {
    return /@(?!sha)/.test(text) ? "the reference" : JSON.stringify(text.slice(0, 300));
}

/** The full form: "docker.io/library/redis:7-alpine". */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
    return `${registry}/${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}
