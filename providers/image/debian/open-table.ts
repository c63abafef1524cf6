import { randomUUID } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Architecture } from "../../../sdk/assembly/spec";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { gunzip, xzDecompress } from "../codec";
import type { BuildEnvironment } from "../environment";
import { blobPath, ensureBlob, readBlob, withLock } from "../store/blobs";
import { DownloadError } from "../store/download";
import { redactUrl } from "../store/redact";
import { splitParagraphs } from "./index-text";
import { openTable, type PackageTable, TABLE_FORMAT, TableWriter } from "./package-table";
import type { Release } from "./release";
import { releaseUrl, type Repository } from "./repositories";
import { privateDirectory } from "../store/directory";

interface IndexFile {
    /** Below the InRelease. */
    readonly path: string;
    readonly sha256: string;
    readonly sizeBytes: number;
}

/** The compact indexes of the repository's components for the architecture, each made when the store lacks it. */
export async function openTables(
    repository: Repository,
    release: Release,
    architecture: Architecture,
    env: BuildEnvironment,
): Promise<PackageTable[]> {
    const files = indexFiles(repository, release, architecture);
    return Promise.all(
        files.map((file) => {
            const ensured = () => ensureTable(repository, release, file, env).then(openTable);
            return ensured().catch((error: unknown) => {
                if (!isMissing(error)) {
                    throw error;
                }
                return ensured();
            });
        }),
    );
}

/** A preview does not keep the store from being pruned, so a file can go between a look and its use. */
function isMissing(error: unknown): boolean {
    return (error as { code?: unknown }).code === "ENOENT";
}

function indexFiles(repository: Repository, release: Release, architecture: Architecture): IndexFile[] {
    if (repository.suite.endsWith("/")) {
        return [pickIndex(repository, release, "Packages")];
    }
    const architectures = release.separateAll ? [architecture, "all"] : [architecture];
    return repository.components.flatMap((component) =>
        architectures.map((name) => pickIndex(repository, release, `${component}/binary-${name}/Packages`)),
    );
}

function pickIndex(repository: Repository, release: Release, path: string): IndexFile {
    for (const candidate of [`${path}.xz`, `${path}.gz`, path]) {
        const found = release.indexes[candidate];
        if (found !== undefined) {
            return { path: candidate, ...found };
        }
    }
    throw new LinuxKitError(
        "DebianIndex",
        `The suite "${repository.suite}" at ${redactUrl(repository.url)} has no ${path}: it lacks the component or the ` +
            `architecture.`,
        { suite: repository.suite, path },
    );
}

async function ensureTable(
    repository: Repository,
    release: Release,
    file: IndexFile,
    env: BuildEnvironment,
): Promise<string> {
    const path = join(env.storeDirectory, "indexes", `packages-${file.sha256}.v${TABLE_FORMAT}`);
    if (!(await exists(path))) {
        await withLock(path, env, async () => {
            if (!(await exists(path))) {
                await fetchIndex(repository, release, file, env);
                await buildTable(repository, file, path, env);
                await rm(blobPath(env.storeDirectory, file.sha256), { force: true });
            }
        });
    }
    return path;
}

async function exists(path: string): Promise<boolean> {
    return stat(path).then(
        () => true,
        () => false,
    );
}

async function fetchIndex(
    repository: Repository,
    release: Release,
    file: IndexFile,
    env: BuildEnvironment,
): Promise<void> {
    const base = releaseUrl(repository);
    const plain = { ...file, url: `${base}/${file.path}` };
    const hashed = { ...file, url: `${base}/${dirname(file.path)}/by-hash/SHA256/${file.sha256}` };
    const onBytes = (bytes: number): void =>
        env.progress({
            message: `fetching the package index of ${repository.suite}`,
            fraction: bytes / file.sizeBytes,
        });
    try {
        await (release.byHash ? ensureBlob(hashed, env, onBytes).catch(orPlain) : ensureBlob(plain, env, onBytes));
    } catch (error) {
        throw error instanceof DownloadError ? explain(repository, file, error) : error;
    }

    function orPlain(error: unknown): Promise<string> {
        if (error instanceof DownloadError && error.fields["status"] === 404) {
            return ensureBlob(plain, env, onBytes);
        }
        throw error;
    }
}

function explain(repository: Repository, file: IndexFile, cause: DownloadError): LinuxKitError {
    const isStale = cause.code === "DownloadHash" || cause.code === "DownloadSize" || cause.fields["status"] === 404;
    const hint = isStale
        ? "The mirror does not hold what its InRelease says; it may be in the midst of an update: try again, or use another."
        : `The store does not hold it either: sha256 ${file.sha256}.`;
    return new LinuxKitError(
        cause.code,
        `The package index ${file.path} of ${repository.suite} cannot be fetched: ${cause.message} ${hint}`,
        { ...cause.fields, suite: repository.suite, sha256: file.sha256 },
        { cause },
    );
}

const DECODERS: Readonly<Record<string, (chunks: AsyncIterable<Buffer>) => AsyncIterable<Buffer>>> = {
    ".xz": xzDecompress,
    ".gz": gunzip,
};

async function buildTable(repository: Repository, file: IndexFile, path: string, env: BuildEnvironment): Promise<void> {
    env.progress({ message: `reading the package index of ${repository.suite}` });
    const decode = DECODERS[/\.[a-z]+$/.exec(file.path)?.[0] ?? ""] ?? ((chunks) => chunks);
    const writer = new TableWriter();
    for await (const paragraph of splitParagraphs(
        decode(readBlob(env.storeDirectory, file.sha256)),
        () => new LinuxKitError("DebianIndex", `${file.path} of ${repository.suite} is no package index.`),
    )) {
        env.signal.throwIfAborted();
        writer.add(paragraph);
    }
    await writeTable(writer, path, env);
}

async function writeTable(writer: TableWriter, path: string, env: BuildEnvironment): Promise<void> {
    const partial = join(env.storeDirectory, "partial", randomUUID());
    await privateDirectory(dirname(partial));
    const output = await open(partial, "wx");
    try {
        await output.writeFile(writer.chunks());
        await output.sync();
    } finally {
        await output.close();
    }
    await rename(partial, path);
}
