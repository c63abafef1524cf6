import type { Architecture, DebianSource, ResolvedDebian } from "../../../sdk/assembly/spec";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { type KernelConfig, parseKernelConfig } from "../drivers";
import type { BuildEnvironment } from "../environment";
import type { Content, EntryStream, FileEntry } from "../tree/entry";
import { collectBytes, contentOf } from "../tree/content";
import { fetchPackages } from "./fetch-packages";
import { keepModules, moduleEntries, type PackedModule } from "./kernel-modules";
import { storedData } from "./stored";
import { wantedModules } from "./wanted-modules";
import { moduleName } from "./modinfo";

/** A kernel and the part of its modules that the declaration asks for. */
export interface DebianKernel {
    /** As `uname -r` gives it. */
    readonly version: string;
    readonly vmlinuz: Content;
    readonly config: KernelConfig;
    /** Its list of what is built in that could have been a module. */
    readonly builtin: string;
    /** `usr/lib/modules/<version>` with its parents. */
    readonly modules: EntryStream;
}

/** What is kept of a kernel package while it is read. */
interface Parts {
    readonly files: Map<"vmlinuz" | "config" | "builtin", { readonly version: string; readonly bytes: Buffer }>;
    readonly modules: Map<string, PackedModule>;
}

const KEPT_LIMIT_BYTES = 256 << 20;
const FILES = [
    ["vmlinuz", /^boot\/vmlinu[xz]-(.+)$/],
    ["config", /^boot\/config-(.+)$/],
    ["builtin", /^(?:usr\/)?lib\/modules\/([^/]+)\/modules\.builtin$/],
] as const;
const MODULE = /^(?:usr\/)?lib\/modules\/[^/]+\/(kernel\/.+\.ko(?:\.(?:xz|gz|zst))?)$/;

/**
 * The kernel of the resolved packages, and the modules that the declaration's machine families and its own list need,
 * with all they depend on, unpacked, and modprobe's indexes made anew for them.
 *
 * @throws LinuxKitError DebianKernel, DebianFamily, DebianModule, DebianVanished
 */
export async function debianKernel(
    source: DebianSource,
    resolved: ResolvedDebian,
    architecture: Architecture,
    env: BuildEnvironment,
): Promise<DebianKernel> {
    const wanted = wantedModules(source);
    await fetchPackages(source, resolved, env);
    const parts = await readParts(resolved, env);
    const vmlinuz = requirePart(parts, "vmlinuz", resolved);
    const builtin = parts.files.get("builtin")?.bytes.toString("utf8") ?? "";
    checkImage(vmlinuz.bytes, architecture);
    const names = new Set(builtin.split("\n").filter(Boolean).map(moduleName));
    const kept = await keepModules(wanted, parts.modules, names);
    return {
        version: vmlinuz.version,
        vmlinuz: contentOf(vmlinuz.bytes),
        config: configOf(requirePart(parts, "config", resolved).bytes),
        builtin,
        modules: toStream(moduleEntries(vmlinuz.version, kept, builtin)),
    };
}

async function* toStream<T>(items: Iterable<T>): AsyncIterable<T> {
    yield* items;
}

async function readParts(resolved: ResolvedDebian, env: BuildEnvironment): Promise<Parts> {
    const parts: Parts = { files: new Map(), modules: new Map() };
    let kept = 0;
    for (const [name, record] of Object.entries(resolved.packages)) {
        env.signal.throwIfAborted();
        for await (const entry of storedData(name, record, env)) {
            if (entry.type === "file" && isPart(entry.path)) {
                kept += entry.content.sizeBytes;
                checkKept(kept, name);
                await addPart(parts, entry);
            }
        }
    }
    return parts;
}

function isPart(path: string): boolean {
    return MODULE.test(path) || FILES.some(([, pattern]) => pattern.test(path));
}

function checkKept(sizeBytes: number, name: string): void {
    if (sizeBytes > KEPT_LIMIT_BYTES) {
        throw new LinuxKitError("DebianKernel", `The kernel of ${name} is larger than ${KEPT_LIMIT_BYTES} bytes.`, {
            name,
        });
    }
}

async function addPart(parts: Parts, entry: FileEntry): Promise<void> {
    const bytes = await collectBytes(entry.content);
    const module = MODULE.exec(entry.path)?.[1];
    if (module !== undefined) {
        parts.modules.set(moduleName(module), { path: module, bytes, mtime: entry.mtime });
        return;
    }
    for (const [part, pattern] of FILES) {
        const version = pattern.exec(entry.path)?.[1];
        if (version !== undefined) {
            parts.files.set(part, { version, bytes });
        }
    }
}

function requirePart(parts: Parts, part: "vmlinuz" | "config", resolved: ResolvedDebian) {
    const found = parts.files.get(part);
    if (found === undefined) {
        const names = Object.keys(resolved.packages).join(", ");
        throw new LinuxKitError(
            "DebianKernel",
            `None of the packages ${names} holds a kernel: there is no /boot/${part}-*.`,
        );
    }
    return found;
}

/** Linux's boot protocols: x86's setup header at 0x202, arm64's Image at 0x38; arm64 also packed, as firmware takes it. */
function checkImage(image: Buffer, architecture: Architecture): void {
    const text = (start: number, end: number): string => image.toString("latin1", start, end);
    const isBootable =
        architecture === "amd64"
            ? text(0x202, 0x206) === "HdrS"
            : text(0x38, 0x3c) === "ARMd" || text(0, 2) === "\x1f\x8b" || text(4, 8) === "zimg";
    if (!isBootable) {
        throw new LinuxKitError("DebianKernel", `The package's vmlinuz is no kernel for ${architecture}.`, {
            architecture,
        });
    }
}

function configOf(bytes: Buffer): KernelConfig {
    return parseKernelConfig(bytes.toString("utf8")) ?? { options: {}, isComplete: false };
}
