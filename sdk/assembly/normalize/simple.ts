import type { Findings } from "../read/findings";
import { flag, list, oneOf, type Reader, refine, text } from "../read/reader";
import { defaulted, optional, required, shape } from "../read/shape";
import type { InitSpec, KernelSpec, SourceSpec, VolumeSpec } from "../spec";
import { filePath } from "./file";
import type { Context } from "./leaves";
import { source } from "./source";

const cmdline = text({ what: "a kernel command line, one line", secret: true }, (value) => !/[\n\0]/.test(value));

/** A file of a kernel's image, in the form that paths have in a tar. */
const imagePath: Reader<string> = refine(
    text({ what: 'the path of a file in the image, such as "kernel"' }, (value) => filePath(value) !== undefined),
    (value) => value.replace(/^\//, ""),
);

const platform = text(
    { what: 'a platform, "os/architecture" or "os/architecture/variant", such as "linux/arm64"' },
    (value) => /^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9.]+)?$/.test(value),
);

export function kernel(context: Context): Reader<KernelSpec> {
    const read = shape("the kernel", {
        image: required(source(["kernel"], context), "debian.kernel() gives it"),
        cmdline: defaulted(cmdline, ""),
        binary: optional(imagePath),
        tar: optional(imagePath),
        ucode: optional(imagePath),
    });
    return (value, path, findings) => {
        const found = read(value, path, findings);
        if (found === undefined) {
            return undefined;
        }
        const { image, cmdline: line, binary, tar, ucode } = found;
        const common = { kind: "kernel", source: image, cmdline: line } as const;
        if (image.type !== "oci") {
            rejectImageKeys({ binary, tar, ucode }, path, findings);
            return common;
        }
        const parts = { binary: binary ?? "kernel", tar: tar ?? "kernel.tar" };
        return { ...common, ...parts, ...(ucode === undefined ? {} : { ucode }) };
    };
}

/** debian.kernel() knows where in its packages the kernel lies. */
function rejectImageKeys(keys: Readonly<Record<string, unknown>>, path: string, findings: Findings): void {
    for (const key of Object.keys(keys).filter((each) => keys[each] !== undefined)) {
        findings.reject(`${path}.${key}`, "goes with a kernel from an image only");
    }
}

export function init(context: Context): Reader<InitSpec> {
    const read = shape("an init entry", {
        image: required(source(["base", "rootfs", "folder"], context), "debian.base() gives it"),
    });
    return (value, path, findings) => {
        const found = read(value, path, findings);
        return found && { kind: "init", source: found.image };
    };
}

export function volume(name: string, context: Context): Reader<VolumeSpec> {
    const read = shape("a volume", {
        image: optional(source(["rootfs", "folder"], context)),
        readonly: defaulted(flag, false),
        format: defaulted(oneOf(["filesystem", "oci"]), "filesystem"),
        platforms: optional(list(platform, "a list of platforms")),
    });
    return (value, path, findings) => {
        const found = read(value, path, findings);
        if (found === undefined) {
            return undefined;
        }
        const { image, readonly, format, platforms } = found;
        checkFormat(found, path, findings);
        const filled = image === undefined ? {} : { source: image };
        const kept = platforms === undefined ? {} : { platforms };
        return { kind: "volume", name, ...filled, readonly, format, ...kept };
    };
}

/** An OCI layout holds an image, of which there may be one for each platform. */
function checkFormat(
    { image, format, platforms }: Pick<VolumeSpec, "format" | "platforms"> & { readonly image?: SourceSpec },
    path: string,
    findings: Findings,
): void {
    if (format === "oci" && image?.type !== "oci") {
        findings.reject(`${path}.image`, 'must be an image such as "redis:7-alpine" for the format "oci"');
    }
    if (format === "filesystem" && platforms !== undefined) {
        findings.reject(
            `${path}.platforms`,
            'goes with the format "oci" only: files are those of the machine\'s own platform',
        );
    }
}
