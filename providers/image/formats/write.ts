import { createHash } from "node:crypto";

import canonicalize from "canonicalize";

import type { ResolvedDebian } from "../../../sdk/assembly/spec";
import { withImageParts } from "../build/ensure";
import { digestOf } from "../digest";
import type { ImageParts } from "../build/parts";
import type { LoaderFiles, SparseDisk } from "../disk";
import type { BuildEnvironment } from "../environment";
import { type Artifact, type ImagePlan, isBootable } from "../plan";
import { draftSink } from "./drafts";
import type { FormatInput, Sink } from "./format";
import { openLoaderFiles } from "./loaders";
import { originTable } from "./origins";
import { formatOf, requireSuited, requireWritable } from "./table";

/** An image in a format. */
export interface FormatRequest {
    readonly plan: ImagePlan;
    readonly format: string;
    /** Of a disk; absent: the smallest that fits. */
    readonly sizeBytes?: number;
    /** Whether a tar holds the image's SPDX document. */
    readonly spdx: boolean;
    /** Packages of its loader, from `resolveLoaders`. */
    readonly loaders?: ResolvedDebian;
}

/** Rises when the same request is written as other bytes than before. */
const WRITER = 1;

/**
 * `sha256:<hex>` of everything that the bytes of a format depend on. Where an image's components came from counts for the
 * formats that tell it.
 */
export function digestOfRequest(request: FormatRequest): string {
    const { plan, format, sizeBytes, spdx, loaders } = request;
    const { namesOrigins } = formatOf(format, plan.architecture);
    const packages = Object.entries(loaders?.packages ?? {}).map(([name, { sha256 }]) => [name, sha256]);
    const parts = {
        writer: WRITER,
        image: digestOf(plan),
        format,
        sizeBytes: sizeBytes ?? null,
        spdx: namesOrigins && spdx,
        origins: namesOrigins ? originTable(plan) : [],
        loaders: Object.fromEntries(packages) as object,
    };
    const text = canonicalize(parts) ?? "";
    return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

/**
 * Writes an image in a format: each of its parts into the file that `fileOf` names, whatever stands there. What the store
 * lacks of the image is built, packages that it lacks are downloaded.
 * @throws LinuxKitError FormatUnknown, PlanWithoutKernel, KernelDriver, those of the image's sources and those of the format's writer
 */
export async function writeFormat(
    request: FormatRequest,
    fileOf: (part: string) => string,
    env: BuildEnvironment,
): Promise<Readonly<Record<string, Artifact>>> {
    const { plan } = request;
    requireWritable(request.format, plan);
    return withImageParts(plan, env, async (parts) => {
        const sink = draftSink(fileOf, env.signal);
        await write(request.format, inputOf(request, parts, env), sink);
        return Object.fromEntries(sink.written);
    });
}

/**
 * Gives the disk of an image to `use`, which may read it several times; `use` is called again when others have damaged or
 * emptied the store meanwhile.
 * @throws LinuxKitError as `writeFormat`
 */
export async function withDisk<T>(
    request: FormatRequest,
    env: BuildEnvironment,
    use: (disk: SparseDisk) => Promise<T>,
): Promise<T> {
    requireWritable(request.format, request.plan);
    return withImageParts(request.plan, env, async (parts) => {
        const used: T[] = [];
        const refuse = () => Promise.reject(new Error(`${request.format} is not a disk with holes`));
        const sink: Sink = {
            stream: refuse,
            program: refuse,
            disk: async (_, disk) => void used.push(await use(disk)),
        };
        await write(request.format, inputOf(request, parts, env), sink);
        return used[0] as T;
    });
}

function inputOf(request: FormatRequest, parts: ImageParts, env: BuildEnvironment): FormatInput {
    const { plan, spdx, sizeBytes } = request;
    const loaders = loadersOf(request, env);
    return { plan, parts, loaders, spdx, ...(sizeBytes === undefined ? {} : { sizeBytes }) };
}

async function write(name: string, input: FormatInput, sink: Sink): Promise<void> {
    const format = formatOf(name, input.plan.architecture);
    const { image } = input.parts;
    requireSuited(name, input.plan.architecture, image);
    if (!format.needsKernel) {
        await format.write(input, sink);
    } else if (isBootable(image)) {
        await format.write({ ...input, parts: { ...input.parts, image } }, sink);
    } else {
        throw new Error("an image without a kernel came to a format that needs one");
    }
}

function loadersOf({ plan, format, loaders }: FormatRequest, env: BuildEnvironment): LoaderFiles {
    const { layout } = formatOf(format, plan.architecture);
    if (layout !== undefined && loaders !== undefined) {
        return openLoaderFiles(layout, loaders, plan, env);
    }
    return { read: (name) => Promise.reject(new Error(`${name} is asked for, and ${format} has no loaders`)) };
}
