import type { Architecture, DebianSource, ResolvedDebian } from "../../../sdk/assembly/spec";
import { LinuxKitError } from "../../../sdk/assembly/error";
import type { BuildEnvironment } from "../environment";
import type { Entry, EntryStream, FileEntry } from "../tree/entry";
import { collectBytes, contentOf, GENERATED_MTIME } from "../tree/content";
import { DOCUMENTATION, SURPLUS } from "./data/left-out";
import { fetchPackages } from "./fetch-packages";
import { noteInterpreters } from "./interpreters";
import { linkDuplicates } from "./link-duplicates";
import { createMerge, type Merge } from "./merge";
import { orderForUnpacking, type PackageFacts, readFacts, replaces } from "./package-facts";
import { createSetup, notesOf, type Setup, withOwnership } from "./setup";
import { storedData } from "./stored";

/** Packages as a root filesystem: entries to be read once, in order, and what the user should know of them. */
export interface DebianTree {
    readonly entries: EntryStream;
    /** Complete once the entries have been read. */
    readonly notes: readonly string[];
}

/** Owner of what no package brings; it stands where a package brings another. */
const BUILDER = "the builder";

/** A file that others are made of may be this large. */
const CAPTURE_LIMIT_BYTES = 4 << 20;

/**
 * The files of the resolved packages, less documentation unless the declaration asks for it, on a merged /usr, and what
 * their maintainer scripts, which are not run, would have made and a service needs: accounts, directories, links.
 * Packages the store lacks are downloaded. The entries come in the same order and with the same content everywhere:
 * packages by name, but a package that replaces files of another before it; parents before what is in them; two packages
 * that bring the same path without one replacing the other are an error.
 *
 * @throws LinuxKitError DebianVanished, DebianPackage, DebianConflict, ArchiveRefused
 */
export async function debianEntries(
    source: DebianSource,
    resolved: ResolvedDebian,
    architecture: Architecture,
    env: BuildEnvironment,
): Promise<DebianTree> {
    await fetchPackages(source, resolved, env);
    const facts = orderForUnpacking(await readFacts(resolved, env));
    const isRootfs = source.role === "rootfs";
    const entries = linkDuplicates(unpack(source, facts, createSetup(facts, isRootfs), architecture, env));
    const notes = notesOf(facts);
    return { entries: isRootfs ? noteInterpreters(entries, notes) : entries, notes };
}

async function* unpack(
    source: DebianSource,
    facts: readonly PackageFacts[],
    setup: Setup,
    architecture: Architecture,
    env: BuildEnvironment,
): EntryStream {
    const byName = new Map(facts.map((fact) => [fact.name, fact]));
    const merge = createMerge((placed, other) => {
        const winner = byName.get(placed);
        const loser = byName.get(other);
        return winner === undefined || (loser !== undefined && replaces(winner, loser));
    });
    const captured = new Map<string, Buffer>();
    yield* placeAll(skeleton(architecture), BUILDER, merge);
    for (const fact of facts) {
        env.signal.throwIfAborted();
        for await (const raw of storedData(fact.name, fact, env)) {
            if (isKept(raw.path, fact.name, source)) {
                const entry = await capture(raw, setup, captured);
                const ownership = setup.owners.get(entry.path);
                yield* merge.place(ownership === undefined ? entry : withOwnership(entry, ownership), fact.name);
            }
        }
    }
    yield* placeAll(setup.complete(captured, merge), BUILDER, merge);
}

function* placeAll(entries: Iterable<Entry>, owner: string, merge: Merge): Iterable<Entry> {
    for (const entry of entries) {
        yield* merge.place(entry, owner);
    }
}

function isKept(path: string, name: string, source: DebianSource): boolean {
    const isDocumentation = DOCUMENTATION.some(({ below, except }) => below.test(path) && except?.test(path) !== true);
    return (source.documentation || !isDocumentation) && SURPLUS[name]?.test(path) !== true;
}

/** The merged /usr that Debian's packages are made for, and folders that every program counts on. */
function skeleton(architecture: Architecture): Entry[] {
    const common = { uid: 0, gid: 0, mtime: GENERATED_MTIME };
    const directories = { run: 0o755, tmp: 0o1777, usr: 0o755, "usr/bin": 0o755, "usr/lib": 0o755, "usr/sbin": 0o755 };
    const merged = { bin: "usr/bin", lib: "usr/lib", sbin: "usr/sbin" };
    const wide = architecture === "amd64" ? { lib64: "usr/lib64" } : {};
    const links = { ...merged, ...wide, "var/run": "/run", "var/lock": "/run/lock" };
    const further = {
        ...(architecture === "amd64" && { "usr/lib64": 0o755 }),
        var: 0o755,
        "var/tmp": 0o1777,
        "run/lock": 0o1777,
    };
    return [
        ...Object.entries({ ...directories, ...further }).map(([path, mode]): Entry => ({
            ...common,
            type: "directory",
            path,
            mode,
        })),
        ...Object.entries(links).map(([path, target]): Entry => ({
            ...common,
            type: "symlink",
            path,
            target,
            mode: 0o777,
        })),
    ];
}

/** Keeps a copy of what other files are made of; the entry then gives its bytes from that copy. */
async function capture(entry: Entry, setup: Setup, captured: Map<string, Buffer>): Promise<Entry> {
    if (entry.type !== "file" || !setup.isCaptured(entry.path)) {
        return entry;
    }
    const bytes = await bytesOf(entry);
    captured.set(entry.path, bytes);
    return { ...entry, content: contentOf(bytes) };
}

async function bytesOf(entry: FileEntry): Promise<Buffer> {
    if (entry.content.sizeBytes > CAPTURE_LIMIT_BYTES) {
        throw new LinuxKitError("DebianPackage", `/${entry.path} is larger than ${CAPTURE_LIMIT_BYTES} bytes.`, {
            path: entry.path,
        });
    }
    return collectBytes(entry.content);
}
