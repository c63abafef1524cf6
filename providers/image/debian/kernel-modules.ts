import { distance } from "fastest-levenshtein";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { gunzip, xzDecompress, zstdDecompress } from "../codec";
import type { Entry } from "../tree/entry";
import { contentOf, GENERATED_MTIME } from "../tree/content";
import { type KeptModule, moduleIndexes } from "./depmod";
import { readModuleInfo } from "./modinfo";
import type { wantedModules } from "./wanted-modules";

/** A module as its package ships it. */
export interface PackedModule {
    /** Below the version's folder, with the suffix of its packing: "kernel/fs/overlayfs/overlay.ko.xz". */
    readonly path: string;
    readonly bytes: Buffer;
    readonly mtime: number;
}

interface LoadedModule extends KeptModule {
    readonly bytes: Buffer;
    readonly mtime: number;
}

const MODULE_LIMIT_BYTES = 64 << 20;

/**
 * The wanted modules and all they depend on, unpacked, since inside an initrd's own compression they take less.
 *
 * @param builtin names of what the kernel has without a module
 * @throws LinuxKitError DebianModule, for a required one that the kernel does not have
 */
export async function keepModules(
    wanted: ReturnType<typeof wantedModules>,
    packed: ReadonlyMap<string, PackedModule>,
    builtin: ReadonlySet<string>,
): Promise<LoadedModule[]> {
    for (const name of wanted.required) {
        if (!packed.has(name) && !builtin.has(name)) {
            throw unknownModule(name, [...packed.keys(), ...builtin]);
        }
    }
    const kept = new Map<string, LoadedModule>();
    const pending = [...wanted.optional, ...wanted.required];
    for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
        const module = packed.get(name);
        if (module !== undefined && !kept.has(name)) {
            const loaded = await loadModule(name, module);
            kept.set(name, loaded);
            pending.push(...loaded.info.depends, ...loaded.info.before);
        }
    }
    return [...kept.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function unknownModule(name: string, names: readonly string[]): LinuxKitError {
    const nearest = names.toSorted((a, b) => distance(name, a) - distance(name, b) || (a < b ? -1 : 1)).slice(0, 3);
    return new LinuxKitError(
        "DebianModule",
        `The kernel has no module "${name}". Did you mean ${nearest.join(", ")}?`,
        { module: name, nearest },
    );
}

async function loadModule(name: string, module: PackedModule): Promise<LoadedModule> {
    const bytes = await unpack(module);
    const path = module.path.replace(/\.ko\..*$/, ".ko");
    return { name, path, bytes, mtime: module.mtime, info: readModuleInfo(bytes, path) };
}

async function unpack(module: PackedModule): Promise<Buffer> {
    const decode = { xz: xzDecompress, gz: gunzip, zst: zstdDecompress }[
        /\.ko\.(xz|gz|zst)$/.exec(module.path)?.[1] ?? ""
    ];
    if (decode === undefined) {
        return module.bytes;
    }
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of decode([module.bytes])) {
        sizeBytes += chunk.length;
        if (sizeBytes > MODULE_LIMIT_BYTES) {
            throw new LinuxKitError(
                "DebianModule",
                `The kernel module ${module.path} is larger than ${MODULE_LIMIT_BYTES} bytes.`,
            );
        }
        chunks.push(Buffer.from(chunk));
    }
    return Buffer.concat(chunks);
}

/** The folder of the kernel's version with the kept modules and the indexes that modprobe reads. */
export function* moduleEntries(version: string, modules: readonly LoadedModule[], builtin: string): Iterable<Entry> {
    const root = `usr/lib/modules/${version}`;
    const indexes = Object.entries({ ...moduleIndexes(modules), "modules.builtin": builtin });
    const files = [
        ...modules.map(({ path, bytes, mtime }) => ({ path: `${root}/${path}`, bytes, mtime })),
        ...indexes.map(([name, text]) => ({
            path: `${root}/${name}`,
            bytes: Buffer.from(text),
            mtime: GENERATED_MTIME,
        })),
    ];
    const made = new Set<string>();
    for (const { path, bytes, mtime } of files) {
        for (const folder of foldersOf(path).filter((name) => !made.has(name))) {
            made.add(folder);
            yield { type: "directory", path: folder, mode: 0o755, uid: 0, gid: 0, mtime: GENERATED_MTIME };
        }
        yield { type: "file", path, mode: 0o644, uid: 0, gid: 0, mtime, content: contentOf(bytes) };
    }
}

function foldersOf(path: string): string[] {
    const segments = path.split("/").slice(0, -1);
    return segments.map((_, index) => segments.slice(0, index + 1).join("/"));
}
