import { basePackages, kernelPackages, runtimePackages } from "../data/debian-packages";
import { machineFamilies } from "../data/machine-families";
import { isOpaque } from "../inputs";
import { shown } from "../read/findings";
import { flag, isObject, list, oneOf, property, type Reader, text, refine } from "../read/reader";
import { defaulted, optional, required, shape } from "../read/shape";
import type { DebianSource, FolderSource, SourceSpec } from "../spec";
import type { Context } from "./leaves";
import { ociSource } from "./oci";

/** What a place takes, by the source's `type` or, for Debian, its `role`. */
type SourceKind = "kernel" | "base" | "rootfs" | "folder" | "oci";

const makers: Readonly<Record<SourceKind, string>> = {
    kernel: "debian.kernel().image",
    base: "debian.base()",
    rootfs: 'debian.packages(["redis-server"])',
    folder: 'folder("./redis")',
    oci: 'an image such as "redis:7-alpine"',
};

/** Reads the sources that a place takes: those of these kinds, and images, whose references are leaves like any other. */
export function source(given: readonly SourceKind[], context: Context): Reader<SourceSpec> {
    const kinds: readonly SourceKind[] = [...given, "oci"];
    const expected = kinds.map((kind) => makers[kind]).join(" or ");
    return (value, path, findings) => {
        if (isOpaque(value)) {
            return findings.defer();
        }
        if (typeof value === "string") {
            return ociSource(value, path, findings);
        }
        if (!isObject(value)) {
            return findings.reject(path, `must be ${expected}, not ${shown(value)}`);
        }
        const kind = sourceKind(value);
        if (kind === undefined || !kinds.includes(kind)) {
            return findings.reject(path, `must be ${expected}, not a source of another kind`);
        }
        return readerOf(kind, context)(value, path, findings);
    };
}

function sourceKind(value: Readonly<Record<string, unknown>>): SourceKind | undefined {
    const type = property(value, "type");
    const kind = type === "folder" || type === "oci" ? type : property(value, "role");
    return typeof kind === "string" && Object.hasOwn(makers, kind) ? (kind as SourceKind) : undefined;
}

function readerOf(kind: SourceKind, context: Context): Reader<SourceSpec> {
    switch (kind) {
        case "kernel":
            return kernelSource(context);
        case "base":
            return baseSource;
        case "rootfs":
            return packagesSource;
        case "folder":
            return folderSource;
        case "oci":
            return ociSource;
    }
}

const url: Reader<string> = refine(
    text({ what: 'a base URL that starts with "http://" or "https://"', secret: true }, (value) => {
        const parsed = URL.parse(value);
        return parsed !== null && (parsed.protocol === "http:" || parsed.protocol === "https:");
    }),
    (value) => value.replace(/\/+$/, ""),
);

const suite: Reader<string> = text({ what: 'a suite of the archive, such as "trixie"' }, (value) =>
    /^[a-z][a-z0-9._/-]*$/.test(value),
);

const armouredKey = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

const repository = shape("a repository", {
    url: required(url, "the folder that holds `dists`"),
    suite: required(
        text({ what: 'a suite, such as "trixie"' }, (value) => value !== ""),
        "the suite's name",
    ),
    components: defaulted(list(text(), "a list of components"), ["main"]),
    key: required(
        text({ what: `an armoured OpenPGP public key, "${armouredKey}..."`, secret: true }, (value) =>
            value.trimStart().startsWith(armouredKey),
        ),
        "the public key that signs the repository",
    ),
});

/** Debian policy 5.6.1. */
const packageName: Reader<string> = text(
    { what: 'the name of a Debian package: lower-case letters, digits, "+", "-" and "."' },
    (value) => /^[a-z0-9][a-z0-9+.-]+$/.test(value),
);

const packageNames: Reader<readonly string[]> = refine(
    list(packageName, 'a list of package names, such as ["redis-server"]'),
    (names, path, findings) => (names.length === 0 ? findings.reject(path, "must name at least one package") : names),
);

const archive = {
    type: required(oneOf(["debian"]), '"debian"'),
    suite: defaulted(suite, "trixie"),
    mirror: optional(url),
    securityMirror: optional(url),
    repositories: defaulted(list(repository, "a list of repositories"), []),
    update: defaulted(oneOf(["recorded", "always"]), "recorded"),
    documentation: defaulted(flag, false),
} as const;

const moduleName: Reader<string> = text({ what: 'the name of a kernel module, such as "virtio_net"' }, (value) =>
    /^[A-Za-z0-9_-]+$/.test(value),
);

function kernelSource(context: Context): Reader<DebianSource> {
    const read = shape("a Debian kernel", {
        ...archive,
        role: required(oneOf(["kernel"]), '"kernel"'),
        families: defaulted(list(oneOf(machineFamilies), "a list of machine families"), ["qemu"]),
        modules: defaulted(list(moduleName, "a list of module names"), []),
    });
    return refine(read, (kernel, _path, findings) =>
        context.architecture === undefined
            ? findings.defer()
            : { ...kernel, packages: [kernelPackages[context.architecture]] },
    );
}

const baseSource: Reader<DebianSource> = refine(
    shape("Debian's base", {
        ...archive,
        role: required(oneOf(["base"]), '"base"'),
        runtime: defaulted(oneOf(["crun", "runc", "containerd"]), "crun"),
        getty: defaulted(flag, false),
    }),
    (base) => ({ ...base, packages: [...basePackages, ...runtimePackages[base.runtime]] }),
);

const packagesSource: Reader<DebianSource> = shape("Debian packages", {
    ...archive,
    role: required(oneOf(["rootfs"]), '"rootfs"'),
    packages: required(packageNames, 'a list of package names, such as ["redis-server"]'),
    component: optional(oneOf(["metadata", "persistent-disk"])),
});

const folderSource: Reader<FolderSource> = shape("a folder", {
    type: required(oneOf(["folder"]), '"folder"'),
    path: required(
        text({ what: 'a path, such as "./redis"' }, (value) => value !== "" && !value.includes("\0")),
        "the folder's path",
    ),
});
