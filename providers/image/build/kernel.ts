import type { KernelSpec } from "../../../sdk/assembly/spec";
import type { Codec } from "../codec";
import type { KernelFacts } from "../drivers";
import type { Artifact, ImagePlan } from "../plan";
import type { OpenedTree } from "../segments";
import { isIntact, writePlain } from "../store/plain";
import { readSealed, seal } from "../store/sealed";
import type { StoreNames } from "../store/secret-key";
import { type KernelParts, kernelIdentity, openKernel } from "./kernel-source";
import type { Kitchen } from "./recipes";
import { kernelFile, recordFile, ucodeFile } from "./record";

/** Rises when a kernel's record says more, of one driver more for example, or other things of the same. */
const RECORD = 3;

/** A kernel in the store, and the way to its modules. */
export interface StoredKernel {
    readonly file: string;
    readonly artifact: Artifact;
    /** Microcode, which goes in front of the initrd; it lies beside the kernel. */
    readonly ucode?: Artifact;
    /** The best compression it can unpack an initrd with. */
    readonly codec: Codec;
    readonly facts: KernelFacts;
    readonly openModules: () => Promise<OpenedTree>;
    readonly madeOf: unknown;
}

type KernelRecord = Pick<StoredKernel, "artifact" | "ucode" | "codec" | "facts"> & Pick<KernelParts, "notes">;

/** The kernel of an assembly: from the store, else out of its package or its image. */
export async function ensureKernel(
    spec: KernelSpec,
    { plan, env }: Pick<Kitchen, "plan" | "env">,
    names: StoreNames,
): Promise<StoredKernel> {
    const madeOf = kernelIdentity(spec, plan);
    const file = fileOf(madeOf, names, env.storeDirectory);
    const source = openKernel(spec, plan, env);
    const record = (await findStored(file)) ?? (await store(file, await source.parts()));
    const { notes, ...stored } = record;
    return { file, ...stored, openModules: async () => ({ entries: await source.modules(), notes }), madeOf };
}

/** What the store knows of a kernel; undefined where it has none. */
export async function storedFacts(
    spec: KernelSpec,
    plan: ImagePlan,
    names: StoreNames,
    storeDirectory: string,
): Promise<KernelFacts | undefined> {
    const file = fileOf(kernelIdentity(spec, plan), names, storeDirectory);
    return (await readSealed<KernelRecord>(recordFile(file)))?.record.facts;
}

function fileOf(madeOf: unknown, names: StoreNames, storeDirectory: string): string {
    return kernelFile(names({ kernel: madeOf, record: RECORD }), storeDirectory);
}

async function findStored(file: string): Promise<KernelRecord | undefined> {
    const record = (await readSealed<KernelRecord>(recordFile(file)))?.record;
    if (record === undefined || !(await isIntact(file, record.artifact))) {
        return undefined;
    }
    return record.ucode === undefined || (await isIntact(ucodeFile(file), record.ucode)) ? record : undefined;
}

async function store(file: string, { kernel, ucode, notes, ...told }: KernelParts): Promise<KernelRecord> {
    const artifact = await writePlain(file, kernel.chunks());
    const microcode = ucode === undefined ? {} : { ucode: await writePlain(ucodeFile(file), ucode.chunks()) };
    const record: KernelRecord = { artifact, ...microcode, ...told, notes };
    await seal(recordFile(file), () => Promise.resolve(record));
    return record;
}
