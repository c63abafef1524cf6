import type { Resolved, SourceSpec } from "../../../sdk/assembly/spec";

/** What a resolved source is, wherever it came from: packages by hash, a folder by its content, an image by its manifest. */
export function sourceIdentity(source: SourceSpec, resolved: Resolved | undefined): object {
    if (source.type === "debian") {
        const { role, documentation, families, modules, runtime, getty } = source;
        return defined({
            type: "debian",
            role,
            documentation,
            families,
            modules,
            runtime,
            getty,
            own: resolved?.type === "debian" ? resolved.own : undefined,
            packages: resolved?.type === "debian" ? packageHashes(resolved.packages) : {},
        });
    }
    const digest = resolved !== undefined && "digest" in resolved ? resolved.digest : "";
    return source.type === "builtin" ? { type: "builtin", name: source.name, digest } : { type: source.type, digest };
}

function packageHashes(packages: Readonly<Record<string, { readonly sha256: string }>>): Record<string, string> {
    return Object.fromEntries(Object.entries(packages).map(([name, { sha256 }]) => [name, sha256]));
}

function defined(record: Readonly<Record<string, unknown>>): object {
    return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
