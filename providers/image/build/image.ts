import path from "node:path";

import pLimit from "p-limit";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { KernelSpec } from "../../../sdk/assembly/spec";
import { digestOf } from "../digest";
import type { Codec } from "../codec";
import type { BuildEnvironment } from "../environment";
import type { Artifact, BuiltComponent, BuiltImage, ImagePlan } from "../plan";
import { type Segment, compressionOf } from "../segments";
import { named } from "../sources/named";
import { whileLeased } from "../store/lease";
import { isIntact } from "../store/plain";
import { prune } from "../store/prune";
import { SealBroken, readSealed, seal } from "../store/sealed";
import { type StoreNames, openNames } from "../store/secret-key";
import { builtComponents } from "./components";
import { writeInitrd } from "./initrd";
import { type StoredKernel, ensureKernel } from "./kernel";
import type { Kitchen } from "./recipes";
import { ensureSegments, reported } from "./segments";

export interface EnsureOptions {
    /**
     * How large the store may grow, in bytes; what was used longest ago goes first.
     * @default 8 GiB
     */
    readonly storeLimitBytes?: number;
}

const DEFAULT_LIMIT_BYTES = 8 * 2 ** 30;
/** The store may be emptied or damaged by others while a build reads it. */
const MAX_ATTEMPTS = 3;

/** Segments made at once: a compressor at zstd's level 19 alone takes some 100 MB. */
const maxConcurrency = { fast: 3, smallest: 1 } as const;

/** What is written down of a finished image. */
interface ImageRecord {
    readonly kernelName: string;
    readonly kernel: Artifact;
    readonly initrd: Artifact;
    readonly components: readonly BuiltComponent[];
    readonly notes: readonly string[];
}

/**
 * Makes sure that the store holds the kernel and the initrd of a plan, and says where: nothing is made twice that is
 * there and intact. Packages that the store lacks are downloaded.
 * @throws LinuxKitError of a source, with the component's key in `fields.component` where it has one
 */
export async function ensureImage(
    plan: ImagePlan,
    env: BuildEnvironment,
    options: EnsureOptions = {},
): Promise<BuiltImage> {
    const built = await whileLeased(env.storeDirectory, env.signal, () => attempt(plan, env, 1));
    const keep = [built.kernelPath, `${built.kernelPath}.record`, built.initrdPath, recordOf(built.initrdPath)];
    await prune(env.storeDirectory, options.storeLimitBytes ?? DEFAULT_LIMIT_BYTES, keep);
    return built;
}

async function attempt(plan: ImagePlan, env: BuildEnvironment, number: number): Promise<BuiltImage> {
    try {
        const names = await openNames(env.storeDirectory);
        return (await findImage(plan, names, env)) ?? (await buildImage(plan, names, env));
    } catch (error) {
        env.signal.throwIfAborted();
        if (!isStoreTrouble(error, env) || number === MAX_ATTEMPTS) {
            throw error;
        }
        env.progress({ message: "the store was changed or damaged by others: making again what is missing" });
        return attempt(plan, env, number + 1);
    }
}

function isStoreTrouble(error: unknown, env: BuildEnvironment): boolean {
    const { code, path: file } = error as { code?: unknown; path?: unknown };
    const isMissing = code === "ENOENT" && typeof file === "string" && file.startsWith(env.storeDirectory);
    return error instanceof SealBroken || isMissing || code === "StoreDamaged";
}

async function findImage(plan: ImagePlan, names: StoreNames, env: BuildEnvironment): Promise<BuiltImage | undefined> {
    const initrdPath = initrdFile(plan, names, env);
    const record = (await readSealed<ImageRecord>(recordOf(initrdPath)))?.record;
    if (record === undefined) {
        return undefined;
    }
    const kernelPath = path.join(env.storeDirectory, "kernels", record.kernelName);
    const intact = await Promise.all([isIntact(kernelPath, record.kernel), isIntact(initrdPath, record.initrd)]);
    return intact.every(Boolean) ? toImage(plan, record, kernelPath, initrdPath) : undefined;
}

async function buildImage(plan: ImagePlan, names: StoreNames, outer: BuildEnvironment): Promise<BuiltImage> {
    const stopped = new AbortController();
    const stop = (reason: unknown) => stopped.abort(reason);
    const env = { ...outer, signal: AbortSignal.any([outer.signal, stopped.signal]) };
    const limit = pLimit(Math.max(1, Math.min(maxConcurrency[plan.compression], env.workers)));
    const { kernel, segments } = await gather({ plan, env, stop, limit }, names);
    const initrdPath = initrdFile(plan, names, env);
    const initrd = await writeInitrd(initrdPath, segments, env.signal);
    const record: ImageRecord = {
        kernelName: path.basename(kernel.file),
        kernel: kernel.artifact,
        initrd,
        components: builtComponents(plan, segments),
        notes: [...new Set(segments.flatMap(notesOf))],
    };
    await seal(recordOf(initrdPath), () => Promise.resolve(record));
    return toImage(plan, record, kernel.file, initrdPath);
}

interface Gathered {
    readonly kernel: StoredKernel;
    readonly segments: readonly Segment[];
}

/** Begins for zstd, which all but old kernels take, while the kernel is still being read. */
async function gather(base: Omit<Kitchen, "compression">, names: StoreNames): Promise<Gathered> {
    const { plan, stop } = base;
    const kernel = named("kernel", () => ensureKernel(kernelSpec(plan), base, names));
    kernel.catch(stop);
    const modules = kernel.then(async ({ codec, madeOf, openModules }) => {
        const compression = compressionOf(plan.compression, codec);
        const recipe = { component: "kernel", madeOf, compression, captured: [], open: openModules };
        return [await reported(recipe, base, names)];
    });
    const ensure = (codec: Codec) =>
        ensureSegments({ ...base, compression: compressionOf(plan.compression, codec) }, names, modules);
    const begun = ensure("zstd");
    await Promise.allSettled([begun, modules]);
    const { codec } = await kernel;
    return { kernel: await kernel, segments: codec === "zstd" ? await begun : await ensure(codec) };
}

function kernelSpec(plan: ImagePlan): KernelSpec {
    const kernel = plan.components["kernel"];
    if (kernel?.kind !== "kernel") {
        throw new LinuxKitError("PlanWithoutKernel", "the assembly has no kernel: an image needs one", {});
    }
    return kernel;
}

function initrdFile(plan: ImagePlan, names: StoreNames, env: BuildEnvironment): string {
    return path.join(env.storeDirectory, "images", names({ image: digestOf(plan) }));
}

function recordOf(initrdPath: string): string {
    return `${initrdPath}.record`;
}

function notesOf({ component, sealed }: Segment): string[] {
    return sealed.record.notes.map((note) => `${component}: ${note}`);
}

function toImage(plan: ImagePlan, record: ImageRecord, kernelPath: string, initrdPath: string): BuiltImage {
    const { kernel, initrd, components, notes } = record;
    return {
        digest: digestOf(plan),
        kernelPath,
        initrdPath,
        cmdline: kernelSpec(plan).cmdline,
        kernel,
        initrd,
        components,
        notes,
    };
}
