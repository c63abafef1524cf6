import path from "node:path";
import { addAbortSignal, type Readable } from "node:stream";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { YamlSource, YamlText } from "../../../sdk/assembly/yaml/parse";
import { readBounded } from "../../image/oci/bounded";
import { follow } from "../../image/oci/registry/redirect";
import { type DownloadEnvironment, get, withRetries } from "../../image/store/download";
import { redactUrl } from "../../image/store/redact";

const MOST_BYTES = 16 << 20;
const PATIENCE_SECONDS = 60;

export interface SourcesEnvironment extends DownloadEnvironment {
    /** What "-" is read from. */
    readonly stdin: () => Readable;
}

/**
 * YAML files of a command line as what `readYaml` takes: paths as they are, and the texts of "-" and of URLs, which
 * linuxkit reads too. What came by a URL has no folder beside it.
 * @throws LinuxKitError `yaml-unreadable`, DownloadStatus, DownloadConnection, RegistryRedirect, OciTooLarge, each with the URL
 */
export async function yamlSources(files: readonly string[], env: SourcesEnvironment): Promise<readonly YamlSource[]> {
    files.forEach(requireKnownScheme);
    return Promise.all(
        files.map(async (file) => (isUrl(file) ? fetched(file, env) : file === "-" ? standardInput(env) : file)),
    );
}

function requireKnownScheme(file: string): void {
    if (/^[a-z][a-z\d+.-]*:\/\//i.test(file) && !isUrl(file)) {
        throw new LinuxKitError(
            "yaml-unreadable",
            `${redactUrl(file)} cannot be read: of URLs, http:// and https:// are; for another, download it and name the file`,
            {},
        );
    }
}

async function standardInput({ stdin, signal }: SourcesEnvironment): Promise<YamlText> {
    const name = "<standard input>";
    const bytes = await readBounded(addAbortSignal(signal, stdin()), MOST_BYTES, name);
    return { name, text: bytes.toString(), folder: process.cwd() };
}

/** What is built from a file is called after it, as linuxkit does. */
export function nameOf(file: string): string {
    const place = isUrl(file) ? decodedPath(file) : file;
    const { name } = path.parse(place);
    return file === "-" || name === "" ? "linuxkit" : name;
}

export function isUrl(file: string): boolean {
    return /^https?:\/\//i.test(file);
}

function decodedPath(url: string): string {
    const { pathname } = parsed(url);
    try {
        return path.posix.basename(decodeURIComponent(path.posix.basename(pathname)));
    } catch {
        return path.posix.basename(pathname);
    }
}

function parsed(url: string): URL {
    const found = URL.parse(url);
    if (found === null) {
        throw new LinuxKitError("yaml-unreadable", `${redactUrl(url)} is no URL that can be read`, {});
    }
    return found;
}

async function fetched(url: string, { fetch, signal }: DownloadEnvironment): Promise<YamlText> {
    const name = redactUrl(parsed(url).href);
    const env = {
        fetch: following(fetch),
        signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_SECONDS * 1000)]),
    };
    try {
        const read = () => get(url, {}, env, ({ body }) => readBounded(body, MOST_BYTES, name));
        return { name, text: (await withRetries(read, env)).toString() };
    } catch (error) {
        throw (error as Error).name === "TimeoutError" ? tooSlow(name, error) : error;
    }
}

/** Ten redirects at most, none from https to http. */
function following(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
    return async (url, { headers, signal } = {}) => {
        const request = { headers: headers as Record<string, string>, ...(signal ? { signal } : {}) };
        const { response } = await follow(new URL(url), request, (target, hop) =>
            fetch(target.href, { ...hop, redirect: "manual" }),
        );
        return response;
    };
}

function tooSlow(name: string, cause: unknown): LinuxKitError {
    return new LinuxKitError(
        "yaml-unreadable",
        `${name} was not there after ${PATIENCE_SECONDS} s: try again, or download it first and name the file`,
        { url: name },
        { cause },
    );
}
