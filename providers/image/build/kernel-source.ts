import { LinuxKitError } from "../../../sdk/assembly/error";
import type { KernelSpec, OciSource, ResolvedOci } from "../../../sdk/assembly/spec";
import type { Codec } from "../codec";
import type * as debianModule from "../debian";
import { type KernelFacts, kernelFacts } from "../drivers";
import type { BuildEnvironment } from "../environment";
import { kernelTree, readKernelImage } from "../kernel-image";
import { openOciImage } from "../oci";
import type { ImagePlan } from "../plan";
import { mergeLayers } from "../rootfs";
import { codecOf } from "../segments";
import { sourceIdentity } from "../sources/identity";
import { contentOf } from "../tree/content";
import type { Content, EntryStream } from "../tree/entry";

/** What is kept of a kernel beside its modules. */
export interface KernelParts {
    readonly kernel: Content;
    readonly ucode?: Content;
    readonly codec: Codec;
    readonly facts: KernelFacts;
    /** What the user should know. */
    readonly notes: readonly string[];
}

interface KernelSource {
    readonly parts: () => Promise<KernelParts>;
    /** What it brings to the machine's root. */
    readonly modules: () => Promise<EntryStream>;
}

/** Everything that a kernel and its modules depend on. */
export function kernelIdentity(spec: KernelSpec, plan: ImagePlan): readonly unknown[] {
    const { source, resolved, binary, tar, ucode } = spec;
    const identity = ["kernel", sourceIdentity(source, resolved), plan.architecture];
    return source.type === "oci"
        ? [...identity, { binary, tar, ucode, isUsrMerged: isUsrMerged(plan) }]
        : [...identity, { hasOwnLib: hasOwnLib(plan) }];
}

/** @throws LinuxKitError PlanUnresolved; the parts and the modules, of the source */
export function openKernel(spec: KernelSpec, plan: ImagePlan, env: BuildEnvironment): KernelSource {
    const { source, resolved } = spec;
    if (source.type === "debian" && resolved?.type === "debian") {
        const { debianKernel } = require("../debian") as typeof debianModule;
        const open = once(() => debianKernel(source, resolved, plan.architecture, env));
        return {
            parts: async () => {
                const { vmlinuz, ...evidence } = await open();
                return {
                    kernel: vmlinuz,
                    codec: codecOf(evidence.config.options),
                    facts: kernelFacts(evidence),
                    notes: [],
                };
            },
            modules: async () => {
                const { modules } = await open();
                return hasOwnLib(plan) ? outOfUsr(modules) : modules;
            },
        };
    }
    if (source.type === "oci" && resolved?.type === "oci") {
        return imageKernel(spec, { source, resolved }, plan, env);
    }
    const text = `kernel: a ${source.type} source resolved to ${resolved?.type ?? "nothing"} holds no kernel; use debian.kernel() or an image`;
    throw new LinuxKitError("PlanUnresolved", text, { component: "kernel" });
}

/** The image is read once for the kernel, whose modules may be in the store, and once for the modules. */
function imageKernel(
    spec: KernelSpec,
    { source, resolved }: { readonly source: OciSource; readonly resolved: ResolvedOci },
    plan: ImagePlan,
    env: BuildEnvironment,
): KernelSource {
    const open = async () => {
        const { layers } = await openOciImage(source, resolved, env);
        return () => mergeLayers(layers, env.signal);
    };
    return {
        parts: async () => {
            const { kernel, ucode, ...rest } = await readKernelImage(spec, plan.architecture, await open());
            return {
                kernel: contentOf(kernel),
                ...(ucode === undefined ? {} : { ucode: contentOf(ucode) }),
                ...rest,
            };
        },
        modules: async () => kernelTree(spec, await open(), { isUsrMerged: isUsrMerged(plan) }),
    };
}

/** Debian's base has /lib as a link into /usr, which modules of an image's /lib would stand in the way of. */
function isUsrMerged({ components }: ImagePlan): boolean {
    return Object.values(components).some((each) => each.kind === "init" && each.source.type === "debian");
}

/** LinuxKit's init, of images alone, has a /lib of its own, where modprobe looks; Debian's kernel has its modules in /usr/lib. */
function hasOwnLib({ components }: ImagePlan): boolean {
    const inits = Object.values(components).filter((each) => each.kind === "init");
    return inits.length > 0 && inits.every(({ source }) => source.type === "oci");
}

async function* outOfUsr(entries: EntryStream): EntryStream {
    for await (const entry of entries) {
        if (entry.path !== "usr") {
            yield { ...entry, path: entry.path.replace(/^usr\//, "") };
        }
    }
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
    let made: Promise<T> | undefined;
    return () => (made ??= make());
}
