import path from "node:path";

import pLimit from "p-limit";

import type { Codec } from "../codec";
import { withModules } from "../drivers";
import type { BuildEnvironment } from "../environment";
import { type Artifact, type ImagePlan, type StoredInitrd, isBootable } from "../plan";
import { type Segment, compressionOf } from "../segments";
import { named } from "../sources/named";
import { seal } from "../store/sealed";
import type { StoreNames } from "../store/secret-key";
import { builtComponents } from "./components";
import { writeInitrd } from "./initrd";
import { type StoredKernel, ensureKernel } from "./kernel";
import type { ImageParts } from "./parts";
import type { Kitchen } from "./recipes";
import {
    type ImageRecord,
    type KernelRecord,
    imageFile,
    initrdFile,
    kernelSpec,
    recordFile,
    toContents,
} from "./record";
import { ensureSegments, reported } from "./segments";

/** Segments made at once: a compressor at zstd's level 19 alone takes some 100 MB. */
const maxConcurrency = { fast: 3, smallest: 1 } as const;

/** Makes an image's segments, and its kernel where it has one, out of what the store holds and what it lacks, and writes down what they are. */
export async function buildImage(plan: ImagePlan, names: StoreNames, outer: BuildEnvironment): Promise<ImageParts> {
    const stopped = new AbortController();
    const stop = (reason: unknown) => stopped.abort(reason);
    const env = { ...outer, signal: AbortSignal.any([outer.signal, stopped.signal]) };
    const limit = pLimit(Math.max(1, Math.min(maxConcurrency[plan.compression], env.workers)));
    const { kernel, segments } = await gather({ plan, env, stop, limit }, names);
    const record: ImageRecord = {
        ...(kernel === undefined ? {} : { boot: kernelRecord(kernel, segments) }),
        components: builtComponents(plan, segments),
        notes: [...new Set(segments.flatMap(notesOf))],
        segments: segments.map(({ component, file }) => [component, path.basename(file)]),
    };
    const file = imageFile(plan, names, env.storeDirectory);
    await seal(file, () => Promise.resolve(record));
    return { file, image: toContents(plan, record, env.storeDirectory), segments };
}

/** Joins the segments to the initrd that the store holds for those who boot it from there. */
export async function addInitrd({ file, image, segments }: ImageParts, env: BuildEnvironment): Promise<StoredInitrd> {
    const { ucodePath, ucode } = isBootable(image) ? image : {};
    const lead =
        ucodePath === undefined || ucode === undefined
            ? {}
            : { ucode: { file: ucodePath, sizeBytes: ucode.sizeBytes } };
    const initrdPath = initrdFile(file);
    const initrd = await writeInitrd(initrdPath, { ...lead, segments }, env.signal);
    await seal<Artifact>(recordFile(initrdPath), () => Promise.resolve(initrd));
    return { initrdPath, initrd };
}

function kernelRecord({ file, artifact, ucode, facts }: StoredKernel, segments: readonly Segment[]): KernelRecord {
    const microcode = ucode === undefined ? {} : { ucode };
    const drivers = withModules(facts, pathsOf(segments));
    return { name: path.basename(file), kernel: artifact, ...microcode, facts: { ...facts, drivers } };
}

function* pathsOf(segments: readonly Segment[]): Iterable<string> {
    for (const { sealed } of segments) {
        for (const [file] of sealed.record.index) {
            yield file;
        }
    }
}

interface Gathered {
    readonly kernel?: StoredKernel;
    readonly segments: readonly Segment[];
}

/** Begins for zstd, which all but old kernels take, while the kernel is still being read. */
async function gather(base: Omit<Kitchen, "compression">, names: StoreNames): Promise<Gathered> {
    const { plan, stop } = base;
    const spec = kernelSpec(plan);
    if (spec === undefined) {
        const kitchen = { ...base, compression: compressionOf(plan.compression, "zstd") };
        return { segments: await ensureSegments(kitchen, names, Promise.resolve([])) };
    }
    const kernel = named("kernel", () => ensureKernel(spec, base, names));
    kernel.catch(stop);
    const modules = kernel.then(async ({ codec, madeOf, openModules }) => {
        const compression = compressionOf(plan.compression, codec);
        const recipe = { component: "kernel", madeOf, compression, captured: [], open: openModules };
        return [await reported(recipe, { ...base, limit: kernelLimit(base) }, names)];
    });
    const ensure = (codec: Codec) =>
        ensureSegments({ ...base, compression: compressionOf(plan.compression, codec) }, names, modules);
    const begun = ensure("zstd");
    await Promise.allSettled([begun, modules]);
    const { codec } = await kernel;
    return { kernel: await kernel, segments: codec === "zstd" ? await begun : await ensure(codec) };
}

/** The kernel is read before its modules can begin: they wait for no other segment where memory is not scarce. */
function kernelLimit({ plan, limit }: Pick<Kitchen, "plan" | "limit">): Kitchen["limit"] {
    return plan.compression === "fast" ? pLimit(1) : limit;
}

function notesOf({ component, sealed }: Segment): string[] {
    return sealed.record.notes.map((note) => `${component}: ${note}`);
}
