import { LinuxKitError } from "../../../sdk/assembly/error";

/** What a kernel module says of itself. */
export interface ModuleInfo {
    /** Names of the modules it needs loaded first. */
    readonly depends: readonly string[];
    /** Names that should be loaded before it, where they exist. */
    readonly before: readonly string[];
    readonly softdeps: readonly string[];
    readonly aliases: readonly string[];
}

const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;

/** One spelling for a module: modprobe takes `-` and `_` for the same. */
export function moduleName(path: string): string {
    const file = path.slice(path.lastIndexOf("/") + 1);
    return file.replace(/\.ko(\.[a-z]+)?$/, "").replaceAll("-", "_");
}

/** Reads the section .modinfo of an ELF64 little-endian module (elf(5)): zero-terminated `key=value`. */
export function readModuleInfo(module: Buffer, path: string): ModuleInfo {
    const pairs = modinfoSection(module, path)
        .toString("latin1")
        .split("\0")
        .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const);
    const values = (key: string): string[] => pairs.filter(([name]) => name === key).map(([, value]) => value);
    const softdeps = values("softdep");
    return {
        depends: values("depends").flatMap(splitNames(",")),
        before: softdeps.flatMap((line) => splitNames(/\s+/)(/pre:(.*?)(?:post:|$)/.exec(line)?.[1] ?? "")),
        softdeps,
        aliases: values("alias"),
    };
}

function splitNames(separator: string | RegExp): (text: string) => string[] {
    return (text) =>
        text
            .split(separator)
            .filter((name) => name !== "")
            .map(moduleName);
}

function modinfoSection(module: Buffer, path: string): Buffer {
    try {
        if (module.toString("latin1", 0, 4) !== "\x7fELF" || module[4] !== CLASS_64 || module[5] !== LITTLE_ENDIAN) {
            throw new Error("it is no ELF64 little-endian object");
        }
        const sections = sectionHeaders(module);
        const names = sections[module.readUInt16LE(0x3e)] ?? [0, 0, 0];
        const found = sections.find(([name]) => nameAt(module, names[1] + name) === ".modinfo");
        if (found === undefined) {
            throw new Error("it has no section .modinfo");
        }
        return module.subarray(found[1], found[1] + found[2]);
    } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new LinuxKitError(
            "DebianModule",
            `The kernel module ${path} cannot be read: ${reason}.`,
            { path },
            { cause },
        );
    }
}

/** Name's offset, file offset and size of every section. */
function sectionHeaders(module: Buffer): (readonly [number, number, number])[] {
    const start = Number(module.readBigUInt64LE(0x28));
    const entryBytes = module.readUInt16LE(0x3a);
    return Array.from({ length: module.readUInt16LE(0x3c) }, (_, index) => {
        const at = start + index * entryBytes;
        return [
            module.readUInt32LE(at),
            Number(module.readBigUInt64LE(at + 0x18)),
            Number(module.readBigUInt64LE(at + 0x20)),
        ] as const;
    });
}

function nameAt(module: Buffer, offset: number): string {
    return module.toString("latin1", offset, module.indexOf(0, offset));
}
