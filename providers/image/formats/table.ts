import { closest } from "fastest-levenshtein";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { ImageFormat } from "../../../sdk/assembly/formats";
import type { Architecture } from "../../../sdk/assembly/spec";
import { requireDrivers } from "../drivers";
import { type BuiltContents, type ImagePlan, isBootable } from "../plan";
import { cds, disks } from "./disk";
import type { Format } from "./format";
import { kernelInitrd, tarKernelInitrd } from "./kernel-initrd";
import { rootFilesystems } from "./root-filesystem";
import { rpi3 } from "./rpi3";
import { docker, tar } from "./tar";

/** Every format by the name that `linuxkit build --format` gives it. */
export const formats: Readonly<Record<ImageFormat, Format>> = {
    tar,
    docker,
    "kernel+initrd": kernelInitrd,
    "tar-kernel-initrd": tarKernelInitrd,
    ...disks,
    ...cds,
    ...rootFilesystems,
    rpi3,
};

/** Why an image of an architecture cannot be written in a format of that name; undefined when it can. */
export function formatProblem(name: string, architecture: Architecture): string | undefined {
    const format = findFormat(name);
    if (format === undefined) {
        return nameProblem(name);
    }
    if (!format.architectures.includes(architecture)) {
        const others = Object.entries(formats).flatMap(([other, { architectures, isSized }]) =>
            isSized === format.isSized && architectures.includes(architecture) ? [other] : [],
        );
        const [wanted, either] = [" and ", " or "].map((word) => format.architectures.join(word));
        const ways = [`make the image for ${either} (\`architecture\`, or --arch of the command)`];
        const way = [...ways, ...(others.length === 0 ? [] : [`use ${others.join(", ")}`])].join(", or ");
        return `${name} is for ${wanted}, and the image is for ${architecture}: ${way}`;
    }
    return undefined;
}

/** Why an image cannot be written in a format that needs a kernel; `order` are its components. */
export function kernelProblem(name: string, order: readonly string[]): string | undefined {
    if (findFormat(name)?.needsKernel !== true || order.includes("kernel")) {
        return undefined;
    }
    const others = Object.keys(formats).filter((other) => findFormat(other)?.needsKernel === false);
    return `${name} needs a kernel, and the assembly has none: give it a \`kernel\`, or use ${others.join(" or ")}`;
}

/** @throws LinuxKitError PlanWithoutKernel */
export function requireWritable(format: string, { order }: Pick<ImagePlan, "order">): void {
    const problem = kernelProblem(format, order);
    if (problem !== undefined) {
        throw new LinuxKitError("PlanWithoutKernel", problem, { format, property: "kernel" });
    }
}

/**
 * Refuses an image whose kernel is known to lack what the format or the image needs of it.
 * @throws LinuxKitError KernelDriver
 */
export function requireSuited(name: string, architecture: Architecture, image: BuiltContents): void {
    const format = formatOf(name, architecture);
    if (format.needsKernel && isBootable(image)) {
        const { kernelFacts: kernel } = image;
        requireDrivers(name, format.needs(kernel), kernel);
    }
}

/** @throws LinuxKitError FormatUnknown */
export function requireFormat(name: string): Format {
    const format = findFormat(name);
    if (format === undefined) {
        throw new LinuxKitError("FormatUnknown", nameProblem(name), { format: name });
    }
    return format;
}

/** @throws LinuxKitError FormatUnknown */
export function formatOf(name: string, architecture: Architecture): Format {
    const format = requireFormat(name);
    const problem = formatProblem(name, architecture);
    if (problem !== undefined) {
        throw new LinuxKitError("FormatUnknown", problem, { format: name, architecture });
    }
    return format;
}

function nameProblem(name: string): string {
    const names = Object.keys(formats);
    return `${JSON.stringify(name)} is not an output format; did you mean "${closest(name, names)}"? There are ${names.join(", ")}`;
}

function findFormat(name: string): Format | undefined {
    return Object.entries(formats).find(([known]) => known === name)?.[1];
}
