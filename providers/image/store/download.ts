import { setTimeout as sleep } from "node:timers/promises";
import pRetry from "p-retry";
import { LinuxKitError } from "../../../sdk/assembly/error";
import type { BuildEnvironment } from "../environment";
import { redactUrl } from "./redact";

/** A server that sends nothing for this long is treated as gone. */
const IDLE_MILLISECONDS = 30_000;

/** A server that wants to be left alone for longer makes an error of it at once. */
const LONGEST_WAIT_SECONDS = 60;

const TEMPORARY_STATUSES: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** What a download needs of the world. */
export type DownloadEnvironment = Pick<BuildEnvironment, "fetch" | "signal">;

/** A download that failed; `temporary` when the same request may work a moment later. */
export class DownloadError extends LinuxKitError {
    constructor(
        code: string,
        message: string,
        readonly temporary: boolean,
        fields: Readonly<Record<string, unknown>>,
        options?: { cause?: unknown },
    ) {
        super(code, message, fields, options);
        this.name = "DownloadError";
    }
}

/** fetch() refuses credentials in a URL, so they go where they end up anyway. */
function requestOf(
    url: string,
    headers: Readonly<Record<string, string>>,
): { url: string; headers: Record<string, string> } {
    const parsed = new URL(url);
    const credentials = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`;
    const authorization =
        credentials === ":" ? {} : { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
    parsed.username = "";
    parsed.password = "";
    // A server's own compression would hide the bytes that the hash is of.
    return { url: parsed.href, headers: { "accept-encoding": "identity", ...authorization, ...headers } };
}

interface Answer {
    readonly status: number;
    readonly headers: Headers;
    /** Throws a temporary DownloadError when the connection breaks or stalls. */
    readonly body: AsyncIterable<Uint8Array>;
}

/**
 * One GET. Statuses from 200 to 299, 304 and 416 are answers, every other one is a DownloadError.
 * `read` gets the answer; the connection is closed when it returns.
 */
export async function get<T>(
    url: string,
    headers: Readonly<Record<string, string>>,
    env: DownloadEnvironment,
    read: (answer: Answer) => Promise<T>,
): Promise<T> {
    env.signal.throwIfAborted();
    const idle = new AbortController();
    const timer = setTimeout(() => idle.abort(), IDLE_MILLISECONDS);
    const request = requestOf(url, headers);
    try {
        const response = await env.fetch(request.url, {
            headers: request.headers,
            signal: AbortSignal.any([env.signal, idle.signal]),
        });
        if (!isAnswer(response.status)) {
            throw refusedStatus(response, url);
        }
        return await read({ status: response.status, headers: response.headers, body: chunksOf(response, timer) });
    } catch (cause) {
        env.signal.throwIfAborted();
        throw cause instanceof LinuxKitError ? cause : brokenConnection(url, cause);
    } finally {
        clearTimeout(timer);
        idle.abort();
    }
}

async function* chunksOf(response: Response, timer: NodeJS.Timeout): AsyncIterable<Uint8Array> {
    for await (const chunk of response.body ?? []) {
        timer.refresh();
        yield chunk as Uint8Array;
    }
}

function isAnswer(status: number): boolean {
    return (status >= 200 && status < 300) || status === 304 || status === 416;
}

/** The error of a status that is no answer; a server may say when to come back. */
export function refusedStatus({ status, headers }: Pick<Response, "status" | "headers">, url: string): DownloadError {
    const address = redactUrl(url);
    const waitSeconds = retryAfter(headers);
    const isTooLong = waitSeconds !== undefined && waitSeconds > LONGEST_WAIT_SECONDS;
    const temporary = TEMPORARY_STATUSES.has(status) && !isTooLong;
    const wish = isTooLong ? `, and wants to be asked again in ${waitSeconds} s` : "";
    return new DownloadError("DownloadStatus", `${address} answered ${status}${wish}.`, temporary, {
        url: address,
        status,
        ...(waitSeconds !== undefined && { waitSeconds }),
    });
}

/** RFC 9110 10.2.3: seconds, or a date, which is held against the server's own clock. */
function retryAfter(headers: Headers): number | undefined {
    const text = headers.get("retry-after") ?? "";
    if (/^\d{1,9}$/.test(text)) {
        return Number(text);
    }
    const milliseconds = Date.parse(text) - Date.parse(headers.get("date") ?? "");
    return Number.isNaN(milliseconds) ? undefined : Math.max(0, Math.ceil(milliseconds / 1000));
}

function brokenConnection(url: string, cause: unknown): DownloadError {
    const address = redactUrl(url);
    const reason = reasonOf(cause);
    return new DownloadError(
        "DownloadConnection",
        `${address} could not be read: ${reason}.`,
        true,
        { url: address, reason },
        { cause },
    );
}

/** fetch() says "fetch failed" and hides why in causes. */
function reasonOf(error: unknown): string {
    const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (!(inner instanceof Error)) {
        return String(inner);
    }
    return inner.name === "AbortError" ? `nothing came for ${IDLE_MILLISECONDS / 1000} s` : inner.message || inner.name;
}

/**
 * Runs `attempt` up to four times while it fails with a temporary DownloadError: with growing pauses, and not before the
 * server wants to be asked again.
 */
export async function withRetries<T>(attempt: () => Promise<T>, env: DownloadEnvironment): Promise<T> {
    return pRetry(attempt, {
        retries: 3,
        minTimeout: 200,
        factor: 2.5,
        randomize: true,
        signal: env.signal,
        shouldRetry: ({ error }) => error instanceof DownloadError && error.temporary,
        onFailedAttempt: ({ error, retriesLeft }) => (retriesLeft > 0 ? serverPause(error, env) : undefined),
    });
}

async function serverPause(error: Error, env: DownloadEnvironment): Promise<void> {
    const seconds = error instanceof DownloadError && error.temporary ? error.fields["waitSeconds"] : undefined;
    if (typeof seconds === "number") {
        await pause(seconds * 1000, env);
    }
}

/** Waits, unless the build is called off. */
export async function pause(milliseconds: number, env: DownloadEnvironment): Promise<void> {
    await sleep(milliseconds, undefined, { signal: env.signal });
}
