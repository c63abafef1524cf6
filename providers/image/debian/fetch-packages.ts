import pLimit from "p-limit";
import type { DebianSource, ResolvedDebian, ResolvedPackage } from "../../../sdk/assembly/spec";
import { LinuxKitError } from "../../../sdk/assembly/error";
import type { BuildEnvironment } from "../environment";
import { ensureBlob, hasBlob } from "../store/blobs";
import { DownloadError } from "../store/download";
import { repositoryUrl } from "./repositories";

const PARALLEL = 6;

/** Makes sure the store holds every package of the resolution; what is missing is downloaded, several at a time. */
export async function fetchPackages(
    source: DebianSource,
    resolved: ResolvedDebian,
    env: BuildEnvironment,
): Promise<void> {
    const missing = await missingPackages(resolved, env);
    const advance = reporter(missing, env);
    const limit = pLimit(PARALLEL);
    const downloads = missing.map(([name, record]) =>
        limit(() => fetchPackage(name, record, source, env, (bytes) => advance(name, bytes))),
    );
    const results = await Promise.allSettled(downloads);
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) {
        throw failed.reason;
    }
}

async function missingPackages(resolved: ResolvedDebian, env: BuildEnvironment): Promise<[string, ResolvedPackage][]> {
    const all = Object.entries(resolved.packages);
    const present = await Promise.all(all.map(([, record]) => hasBlob(env.storeDirectory, record)));
    return all.filter((_, position) => present[position] !== true);
}

/** Tells of every full percent of all bytes together. */
function reporter(missing: readonly [string, ResolvedPackage][], env: BuildEnvironment) {
    const total = missing.reduce((sum, [, record]) => sum + record.sizeBytes, 0);
    const received = new Map<string, number>();
    let told = -1;
    return (name: string, bytes: number): void => {
        received.set(name, bytes);
        const sum = [...received.values()].reduce((a, b) => a + b, 0);
        const percent = Math.floor((sum / total) * 100);
        if (percent > told) {
            told = percent;
            const message = `fetching ${missing.length} packages: ${megabytes(sum)} of ${megabytes(total)} MB`;
            env.progress({ message, fraction: sum / total });
        }
    };
}

function megabytes(bytes: number): string {
    return (bytes / 1e6).toFixed(1);
}

async function fetchPackage(
    name: string,
    record: ResolvedPackage,
    source: DebianSource,
    env: BuildEnvironment,
    onBytes: (bytes: number) => void,
): Promise<void> {
    const url = `${repositoryUrl(record.repository, source, env)}/${encodePath(record.path)}`;
    try {
        await ensureBlob({ url, sha256: record.sha256, sizeBytes: record.sizeBytes }, env, onBytes);
    } catch (error) {
        throw error instanceof DownloadError ? explain(name, record, error) : error;
    }
}

function encodePath(path: string): string {
    return path
        .replace(/^(\.?\/)+/, "")
        .split("/")
        .map(encodeURIComponent)
        .join("/");
}

function explain(name: string, record: ResolvedPackage, cause: DownloadError): LinuxKitError {
    const fields = { ...cause.fields, package: name, version: record.version };
    const what = `The package ${name} ${record.version}`;
    if (cause.fields["status"] === 404 || cause.fields["status"] === 410) {
        return new LinuxKitError(
            "DebianVanished",
            `${what} is no longer at the mirror (${cause.message.replace(/\.$/, "")}): the archive has moved on to another ` +
                `version. Set update: "always" on the component to follow it, or give a snapshot mirror that still has ` +
                `this version by "mirror".`,
            fields,
            { cause },
        );
    }
    const store = cause.temporary ? ` The store does not hold it: sha256 ${record.sha256}.` : "";
    return new LinuxKitError(cause.code, `${what} cannot be fetched: ${cause.message}${store}`, fields, { cause });
}
