import { LinuxKitError } from "../../../sdk/assembly/error";
import type { KernelSpec } from "../../../sdk/assembly/spec";
import type { Codec } from "../codec";
import { type DebianKernel, debianKernel } from "../debian";
import type { Artifact } from "../plan";
import { type OpenedTree, codecOf } from "../segments";
import { sourceIdentity } from "../sources/identity";
import { isIntact, writePlain } from "../store/plain";
import { readSealed, seal } from "../store/sealed";
import type { StoreNames } from "../store/secret-key";
import type { Kitchen } from "./recipes";
import { kernelFile, recordFile } from "./record";

/** A kernel in the store, and the way to its modules. */
export interface StoredKernel {
    readonly file: string;
    readonly artifact: Artifact;
    /** The best compression it can unpack an initrd with. */
    readonly codec: Codec;
    readonly openModules: () => Promise<OpenedTree>;
    readonly madeOf: unknown;
}

interface KernelRecord {
    readonly artifact: Artifact;
    readonly codec: Codec;
}

/** The kernel of an assembly: from the store, else out of its package, which is then read once for its modules too. */
export async function ensureKernel(
    spec: KernelSpec,
    { plan, env }: Pick<Kitchen, "plan" | "env">,
    names: StoreNames,
): Promise<StoredKernel> {
    const madeOf = ["kernel", sourceIdentity(spec.source, spec.resolved), plan.architecture];
    const file = kernelFile(names(madeOf), env.storeDirectory);
    const open = once(() => openKernel(spec, { plan, env }));
    const stored = (await readSealed<KernelRecord>(recordFile(file)))?.record;
    const record =
        stored !== undefined && (await isIntact(file, stored.artifact)) ? stored : await store(file, await open());
    const openModules = async () => ({ entries: (await open()).modules, notes: [] });
    return { file, ...record, openModules, madeOf };
}

async function store(file: string, kernel: DebianKernel): Promise<KernelRecord> {
    const artifact = await writePlain(file, kernel.vmlinuz.chunks());
    const record = { artifact, codec: codecOf(kernel.config) };
    await seal(recordFile(file), () => Promise.resolve(record));
    return record;
}

function openKernel(
    { source, resolved }: KernelSpec,
    { plan, env }: Pick<Kitchen, "plan" | "env">,
): Promise<DebianKernel> {
    if (source.type !== "debian" || resolved?.type !== "debian") {
        throw new LinuxKitError(
            "PlanUnresolved",
            `kernel: a ${source.type} source resolved to ${resolved?.type ?? "nothing"} holds no kernel; use debian.kernel()`,
            { component: "kernel" },
        );
    }
    return debianKernel(source, resolved, plan.architecture, env);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
    let made: Promise<T> | undefined;
    return () => (made ??= make());
}
