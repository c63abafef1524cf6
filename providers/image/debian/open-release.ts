import { createHash, randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LinuxKitError } from "../../../sdk/assembly/error";
import type { BuildEnvironment } from "../environment";
import { DownloadError, get, withRetries } from "../store/download";
import { redactUrl } from "../store/redact";
import { checkRelease, parseRelease, type Release } from "./release";
import { releaseUrl, type Repository } from "./repositories";
import { verifyClearSigned } from "./signature";
import { privateDirectory } from "../store/directory";

const LIMIT_BYTES = 8 << 20;

/** A release that has been verified once, as the store keeps it. */
interface KeptRelease {
    /** SHA-256 of the InRelease it was read from. */
    readonly sha256: string;
    readonly etag?: string;
    readonly lastModified?: string;
    readonly release: Release;
}

/**
 * The repository's InRelease: fetched, its signature verified, its dates and its suite checked. While the mirror has
 * nothing newer the store's copy serves; with the mirror out of reach too, for as long as that copy is valid.
 */
export async function openRelease(repository: Repository, env: BuildEnvironment): Promise<Release> {
    const name = redactUrl(`${releaseUrl(repository)}/InRelease`);
    const kept = await readKept(repository, env);
    const current = await fetchRelease(repository, kept, env).catch((error: unknown) => {
        if (kept === undefined || !(error instanceof DownloadError) || !error.temporary) {
            throw explain(error, repository, kept);
        }
        env.progress({ message: `${name} cannot be read: the copy of ${kept.release.date} in the store serves` });
        return kept;
    });
    checkRelease(current.release, repository.suite, env.now(), name);
    return current.release;
}

async function fetchRelease(
    repository: Repository,
    kept: KeptRelease | undefined,
    env: BuildEnvironment,
): Promise<KeptRelease> {
    const url = `${releaseUrl(repository)}/InRelease`;
    const fetched = await withRetries(() => getText(url, kept, env), env);
    if (kept !== undefined && (fetched === undefined || kept.sha256 === fetched.sha256)) {
        return kept;
    }
    if (fetched === undefined) {
        throw new LinuxKitError("DebianRelease", `${redactUrl(url)} answered 304 to a request without conditions.`);
    }
    const name = redactUrl(url);
    const text = await verifyClearSigned(fetched.text, repository.keys, env.now(), name);
    const release = parseRelease(text, name);
    checkRelease(release, repository.suite, env.now(), name);
    // A mirror that lags, or an attacker who replays: what was seen last counts.
    if (kept !== undefined && Date.parse(kept.release.date) > Date.parse(release.date)) {
        return kept;
    }
    const { sha256, etag, lastModified } = fetched;
    const next = { sha256, ...(etag && { etag }), ...(lastModified && { lastModified }), release };
    await writeKept(repository, next, env);
    return next;
}

interface Fetched {
    readonly text: string;
    readonly sha256: string;
    readonly etag: string | null;
    readonly lastModified: string | null;
}

/** Undefined when the mirror says that the kept copy is still current. */
async function getText(
    url: string,
    kept: KeptRelease | undefined,
    env: BuildEnvironment,
): Promise<Fetched | undefined> {
    const conditions = {
        ...(kept?.etag !== undefined && { "if-none-match": kept.etag }),
        ...(kept?.lastModified !== undefined && { "if-modified-since": kept.lastModified }),
    };
    return get(url, conditions, env, async (answer) => {
        if (answer.status === 304) {
            return undefined;
        }
        const chunks: Uint8Array[] = [];
        let sizeBytes = 0;
        for await (const chunk of answer.body) {
            sizeBytes += chunk.length;
            if (sizeBytes > LIMIT_BYTES) {
                const name = redactUrl(url);
                throw new LinuxKitError("DebianRelease", `${name} is larger than ${LIMIT_BYTES} bytes.`, { name });
            }
            chunks.push(chunk);
        }
        const bytes = Buffer.concat(chunks);
        return {
            text: bytes.toString("utf8"),
            sha256: createHash("sha256").update(bytes).digest("hex"),
            etag: answer.headers.get("etag"),
            lastModified: answer.headers.get("last-modified"),
        };
    });
}

/** Another key is another trust: it has a copy of its own. */
function keptPath(repository: Repository, env: BuildEnvironment): string {
    const key = createHash("sha256")
        .update(JSON.stringify([redactUrl(releaseUrl(repository)), repository.keys]))
        .digest("hex");
    return join(env.storeDirectory, "indexes", `release-${key}.json`);
}

async function readKept(repository: Repository, env: BuildEnvironment): Promise<KeptRelease | undefined> {
    try {
        return JSON.parse(await readFile(keptPath(repository, env), "utf8")) as KeptRelease;
    } catch {
        return undefined;
    }
}

async function writeKept(repository: Repository, kept: KeptRelease, env: BuildEnvironment): Promise<void> {
    const path = keptPath(repository, env);
    const partial = join(env.storeDirectory, "partial", randomUUID());
    await privateDirectory(dirname(path));
    await privateDirectory(dirname(partial));
    await writeFile(partial, JSON.stringify(kept));
    await rename(partial, path);
}

function explain(error: unknown, repository: Repository, kept: KeptRelease | undefined): unknown {
    if (!(error instanceof DownloadError)) {
        return error;
    }
    const { suite } = repository;
    if (error.fields["status"] === 404) {
        return new LinuxKitError(
            "DebianSuite",
            `There is no suite "${suite}" at ${redactUrl(repository.url)}: ${error.message} Check "suite" and "mirror".`,
            { suite },
            { cause: error },
        );
    }
    const held = kept === undefined ? `, and the store holds no InRelease of ${suite} either` : "";
    return new LinuxKitError(
        "DebianUnreachable",
        `The packages of ${suite} cannot be resolved: ${error.message.replace(/\.$/, "")}${held}.`,
        { suite },
        { cause: error },
    );
}
