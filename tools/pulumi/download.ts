import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ToolError } from "../process/report.ts";
import type { Run } from "../process/run.ts";

const RELEASES = "https://get.pulumi.com/releases/sdk";

export interface DownloadEffects {
    readonly fetch: typeof globalThis.fetch;
    readonly run: Run;
    /** Longest wait for the answer, and between two pieces of it. */
    readonly patienceMs: number;
}

/** Address of the release that Pulumi's own installer would take. */
export function releaseUrl(version: string, platform: NodeJS.Platform, architecture: string): string {
    return `${RELEASES}/pulumi-v${version}-${platform}-${architecture}.tar.gz`;
}

/** Downloads and unpacks a release: `directory` then holds `pulumi` and its plugins. */
export async function downloadRelease(url: string, directory: string, effects: DownloadEffects): Promise<void> {
    const archive = join(directory, "pulumi.tar.gz");
    await download(url, archive, effects);
    const { code, output } = await effects.run("tar", ["-xzf", archive, "--strip-components=1", "-C", directory]);
    await rm(archive);
    if (code !== 0) {
        throw new ToolError(`tar could not unpack ${url}: ${output.trim()}`);
    }
}

async function download(url: string, file: string, { fetch, patienceMs }: DownloadEffects): Promise<void> {
    const stall = new AbortController();
    const timer = setTimeout(() => stall.abort(new ToolError(`no answer within ${patienceMs / 1000} s`)), patienceMs);
    try {
        const response = await fetch(url, { signal: stall.signal });
        if (!response.ok || response.body === null) {
            throw new ToolError(`answered ${response.status}`);
        }
        const body = response.body;
        await pipeline(async function* () {
            for await (const chunk of body) {
                timer.refresh();
                yield chunk;
            }
        }, createWriteStream(file));
    } catch (error) {
        throw new ToolError(`${url}: ${rootMessage(error)}`, { cause: error });
    } finally {
        clearTimeout(timer);
    }
}

/** fetch hides the reason ("getaddrinfo ENOTFOUND ...") in the cause. */
function rootMessage(error: unknown): string {
    const { message, cause } = error as Error;
    return cause instanceof Error ? cause.message : message;
}
