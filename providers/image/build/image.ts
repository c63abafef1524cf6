import path from "node:path";

import pLimit from "p-limit";

import type { Codec } from "../codec";
import { withModules } from "../drivers";
import type { BuildEnvironment } from "../environment";
import type { ImagePlan } from "../plan";
import { type Segment, compressionOf } from "../segments";
import { named } from "../sources/named";
import { seal } from "../store/sealed";
import type { StoreNames } from "../store/secret-key";
import { builtComponents } from "./components";
import { type InitrdParts, writeInitrd } from "./initrd";
import { type StoredKernel, ensureKernel } from "./kernel";
import type { ImageParts } from "./parts";
import type { Kitchen } from "./recipes";
import { type ImageRecord, type KernelRecord, initrdFile, kernelSpec, recordFile, toImage, ucodeFile } from "./record";
import { ensureSegments, reported } from "./segments";

/** Segments made at once: a compressor at zstd's level 19 alone takes some 100 MB. */
const maxConcurrency = { fast: 3, smallest: 1 } as const;

/** Makes an image's initrd, and its kernel where it has one, out of what the store holds and what it lacks, and writes down what they are. */
export async function buildImage(plan: ImagePlan, names: StoreNames, outer: BuildEnvironment): Promise<ImageParts> {
    const stopped = new AbortController();
    const stop = (reason: unknown) => stopped.abort(reason);
    const env = { ...outer, signal: AbortSignal.any([outer.signal, stopped.signal]) };
    const limit = pLimit(Math.max(1, Math.min(maxConcurrency[plan.compression], env.workers)));
    const { kernel, segments } = await gather({ plan, env, stop, limit }, names);
    const initrdPath = initrdFile(plan, names, env.storeDirectory);
    const initrd = await writeInitrd(initrdPath, { ...leadOf(kernel), segments }, env.signal);
    const record: ImageRecord = {
        ...(kernel === undefined ? {} : { boot: kernelRecord(kernel, segments) }),
        initrd,
        components: builtComponents(plan, segments),
        notes: [...new Set(segments.flatMap(notesOf))],
        segments: segments.map(({ component, file }) => [component, path.basename(file)]),
    };
    await seal(recordFile(initrdPath), () => Promise.resolve(record));
    return { image: toImage(plan, record, initrdPath, env.storeDirectory), segments };
}

function leadOf(kernel: StoredKernel | undefined): Pick<InitrdParts, "ucode"> {
    return kernel?.ucode === undefined
        ? {}
        : { ucode: { file: ucodeFile(kernel.file), sizeBytes: kernel.ucode.sizeBytes } };
}

function kernelRecord({ file, artifact, ucode, facts }: StoredKernel, segments: readonly Segment[]): KernelRecord {
    const microcode = ucode === undefined ? {} : { ucode };
    const drivers = withModules(facts.drivers, pathsOf(segments));
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
        return [await reported(recipe, base, names)];
    });
    const ensure = (codec: Codec) =>
        ensureSegments({ ...base, compression: compressionOf(plan.compression, codec) }, names, modules);
    const begun = ensure("zstd");
    await Promise.allSettled([begun, modules]);
    const { codec } = await kernel;
    return { kernel: await kernel, segments: codec === "zstd" ? await begun : await ensure(codec) };
}

function notesOf({ component, sealed }: Segment): string[] {
    return sealed.record.notes.map((note) => `${component}: ${note}`);
}
