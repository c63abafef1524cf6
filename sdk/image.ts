import * as pulumi from "@pulumi/pulumi";
import { imageShim } from "../providers/dynamic/shims";
import type { Assembly } from "./assembly";
import { Findings, shown } from "./assembly/read/findings";
import { type Readiness, readReadiness } from "./assembly/readiness";
import { checkGiven, checkKeys, checkKind, isKind, type Kind } from "./given";
import { identityOf } from "./identity";

/** What an `Image` is made from. */
export interface ImageArgs {
    /** The operating system to build. */
    readonly assembly: Assembly;
    /**
     * How hard the initrd is compressed: `fast` for everyday work, `smallest` for a release.
     * @default "fast"
     */
    readonly compression?: pulumi.Input<"fast" | "smallest">;
    /**
     * Whether the output `sbom` is made, an SPDX 2.3 document in JSON.
     * @default false
     */
    readonly spdx?: pulumi.Input<boolean>;
    /**
     * What says that a machine of this image is ready, which an `up` waits for: `console` is the line `linuxkit: ready` of
     * `debian.base()`; `running` is the machine's own running for five seconds, whatever goes on in it; `{ tcp: 22 }` is a
     * connection that the machine takes at that port, which must be forwarded to it. No part of the image: another one is
     * an update in place, and replaces no machine.
     * @default "console" where `init` has `debian.base()`, else "running"
     */
    readonly readiness?: pulumi.Input<Readiness>;
}

/** A file of a built image. */
export interface ImageFileInfo {
    /** Size in bytes. */
    readonly sizeBytes: number;
    /** SHA-256 of the bytes, in hex. */
    readonly sha256: string;
}

/** A component of a built image. */
export interface ImageComponentInfo {
    /** Size that it takes in the initrd, compressed, in bytes. */
    readonly sizeBytes: number;
    /** SHA-256 of the content before compression, in hex. */
    readonly sha256: string;
    /** Debian packages that it was resolved to; none for what comes from elsewhere. */
    readonly packages: readonly {
        /** Name of the binary package. */
        readonly name: string;
        /** Version, as Debian writes it: "5:8.0.2-3". */
        readonly version: string;
        /** SHA-256 of the `.deb`, in hex. */
        readonly sha256: string;
    }[];
}

/** What a machine or a cloud's image is made from: the declaration with its recorded resolutions. */
export interface BootableImage {
    /** The image's `digest`. */
    readonly digest: pulumi.Output<string>;
    /** CPU architecture of the assembly. */
    readonly architecture: "amd64" | "arm64";
    /** How hard the initrd is compressed. */
    readonly compression: pulumi.Input<"fast" | "smallest">;
    /** The image's `readiness`. */
    readonly readiness: pulumi.Output<Readiness>;
    /** The assembly's `order`. */
    readonly order: readonly string[];
    /** The assembly's `components` with what each was resolved to. */
    readonly components: Readonly<Record<string, pulumi.Output<unknown>>>;
    /** Mirrors of the stack's configuration; secrets where they hold credentials. */
    readonly mirrors: {
        /**
         * Base URL of `linuxkit:debianMirror`.
         * @default not configured
         */
        readonly main?: pulumi.Input<string>;
        /**
         * Base URL of `linuxkit:debianSecurityMirror`.
         * @default not configured
         */
        readonly security?: pulumi.Input<string>;
        /**
         * Mirrors of image registries, `linuxkit:registryMirrors`.
         * @default not configured
         */
        readonly registries?: pulumi.Input<string>;
    };
}

/**
 * An operating system image, built in-process into this machine's store by `pulumi up`; a preview builds nothing.
 * Every change is an update in place. A forced replace (`--replace`) resolves every package anew.
 */
export class Image extends pulumi.dynamic.Resource {
    /** `sha256:<hex>` of the plan: the declaration and everything it was resolved to. Known in a preview. */
    declare readonly digest: pulumi.Output<string>;
    /** The kernel file; undefined where the assembly has no kernel. Known after `up`. */
    declare readonly kernelFile: pulumi.Output<ImageFileInfo | undefined>;
    /** The initrd. Known after `up`. */
    declare readonly initrd: pulumi.Output<ImageFileInfo>;
    /** What the image holds, by component: `services.redis`. Known after `up`. */
    declare readonly contents: pulumi.Output<Readonly<Record<string, ImageComponentInfo>>>;
    /** SPDX 2.3 JSON; undefined unless `spdx` is set. Known after `up`. */
    declare readonly sbom: pulumi.Output<string | undefined>;
    /** Whether the output `sbom` is made. */
    declare readonly spdx: pulumi.Output<boolean>;
    /** What says that a machine of it is ready. Known in a preview. */
    declare readonly readiness: pulumi.Output<Readiness>;
    readonly #bootable: BootableImage;

    /**
     * Declares the image; what the assembly could not check yet is checked in the preview, with the same paths.
     * @throws LinuxKitError `invalid-image` without an assembly, with a property that there is not, or with a readiness that is none
     */
    constructor(name: string, args: ImageArgs, opts?: pulumi.CustomResourceOptions) {
        checkGiven("image", name, args, checkArgs);
        const { components, order, architecture } = args.assembly;
        const compression = args.compression ?? "fast";
        const mirrors = configuredMirrors();
        super(
            imageShim,
            name,
            {
                ...components,
                order: [...order],
                architecture,
                compression,
                spdx: args.spdx ?? false,
                readiness: readinessOf(args),
                mirrors,
                identity: identityOf("dynamic/linuxkit:Image", name, opts),
                ...derivedSeeds(components),
                kernelFile: undefined,
            },
            opts,
            "linuxkit",
            "Image",
        );
        const outputs = this as unknown as Record<string, pulumi.Output<unknown>>;
        this.initrd = knownAfterUp(outputs["initrd"] as pulumi.Output<ImageFileInfo>);
        this.sbom = pulumi
            .all([outputs["sbom"] as pulumi.Output<string>, args.spdx ?? false])
            .apply(([sbom, wanted]) => (sbom !== "" ? sbom : wanted ? unknownText : undefined));
        this.contents = knownAfterUp(outputs["contents"] as pulumi.Output<Record<string, ImageComponentInfo>>);
        this.#bootable = {
            digest: this.digest,
            architecture,
            compression,
            readiness: this.readiness,
            order: [...order],
            mirrors,
            components: Object.fromEntries(
                Object.keys(components).map((key) => [key, outputs[key] as pulumi.Output<unknown>]),
            ),
        };
    }

    /** What machines and clouds are given. No property of the object itself: an exported image would print it once more. */
    get bootable(): BootableImage {
        return this.#bootable;
    }
}

const keys = ["assembly", "compression", "spdx", "readiness"];

const assemblyKind: Kind = {
    marks: ["components", "order"],
    what: "a linuxkit.Assembly",
    advice: (value) =>
        typeof value === "string"
            ? `linuxkit.Assembly.fromYaml(${shown(value)}) reads one from a YAML`
            : "new linuxkit.Assembly({ ... }) makes one",
};

function checkArgs(given: Readonly<Record<string, unknown>>, findings: Findings): void {
    const { assembly, readiness } = given;
    checkKeys(given, keys, "an image", "", findings);
    checkKind(assembly, assemblyKind, "assembly", findings);
    if (isKind(assembly, assemblyKind)) {
        readReadiness(readiness, (assembly as Assembly).components, findings);
    }
}

/** An output is checked when it is known, in the preview. */
function readinessOf({ assembly, readiness }: ImageArgs): pulumi.Input<Readiness> | undefined {
    return readReadiness(readiness, assembly.components, new Findings()) ?? readiness;
}

/**
 * Inputs that the handler fills in. They are as secret and as unknown as the components are: the engine gives an
 * output the secretness of the input of its name.
 */
function derivedSeeds(components: object): Record<string, pulumi.Output<unknown>> {
    const all = pulumi.output(components as Record<string, unknown>);
    return {
        digest: all.apply(() => ""),
        initrd: all.apply(() => ({})),
        contents: all.apply(() => ({})),
        sbom: all.apply(() => ""),
    };
}

const unknownText = pulumi.unknown as unknown as string;

/** An empty object is the handler's seed, which a preview shows as if it were the result. */
function knownAfterUp<T extends object>(output: pulumi.Output<T>): pulumi.Output<T> {
    return output.apply((value) => (Object.keys(value).length === 0 ? (pulumi.unknown as unknown as T) : value));
}

/** A mirror's URL may hold credentials, in front of its host or as a query: then it is a secret in state. */
function configured(key: string): pulumi.Input<string> | undefined {
    const value = new pulumi.Config("linuxkit").get(key);
    return value !== undefined && /\/\/[^/]*@|\?/.test(value) ? pulumi.secret(value) : value;
}

function configuredMirrors(): BootableImage["mirrors"] {
    const main = configured("debianMirror");
    const security = configured("debianSecurityMirror");
    const registries = configured("registryMirrors");
    return {
        ...(main === undefined ? {} : { main }),
        ...(security === undefined ? {} : { security }),
        ...(registries === undefined ? {} : { registries }),
    };
}
