import { flag, oneOf, type Reader, text } from "../read/reader";
import { defaulted, optional, required, shape } from "../read/shape";
import type { InitSpec, KernelSpec, VolumeSpec } from "../spec";
import type { Context } from "./leaves";
import { source } from "./source";

const cmdline = text({ what: "a kernel command line, one line", secret: true }, (value) => !/[\n\0]/.test(value));

export function kernel(context: Context): Reader<KernelSpec> {
    const read = shape("the kernel", {
        image: required(source(["kernel"], context), "debian.kernel() gives it"),
        cmdline: defaulted(cmdline, ""),
    });
    return (value, path, findings) => {
        const found = read(value, path, findings);
        return found && { kind: "kernel", source: found.image, cmdline: found.cmdline };
    };
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
        format: defaulted(oneOf(["filesystem"]), "filesystem"),
    });
    return (value, path, findings) => {
        const found = read(value, path, findings);
        if (found === undefined) {
            return undefined;
        }
        const filled = found.image === undefined ? {} : { source: found.image };
        return { kind: "volume", name, ...filled, readonly: found.readonly, format: found.format };
    };
}
