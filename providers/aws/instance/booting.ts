import { consoleLines } from "../../readiness/console-lines";
import type { BootingMachine } from "../../readiness/machine";
import { isAbsent } from "../client/errors";
import type { Instance, InstanceCalls } from "./calls";

/** What a machine printed before the boot that counts. */
export interface FormerBoots {
    /** Id of the last that was ready. */
    readonly boot?: string;
    /** All that was there of it. */
    readonly text: string;
}

const ready = /linuxkit: ready (\S+)/g;

/** Id of the last boot that a console says was ready. */
export function lastBoot(text: string): string | undefined {
    return [...text.matchAll(ready)].at(-1)?.[1];
}

export interface BootingOptions {
    readonly calls: Pick<InstanceCalls, "instances" | "console">;
    readonly id: string;
    /** Whether AWS gives its console as it is now. */
    readonly latest: boolean;
    readonly connects: (host: string, port: number) => Promise<boolean>;
    readonly former?: FormerBoots;
}

/** An instance between its start and the moment it is ready. */
export class BootingInstance implements BootingMachine {
    readonly lookMilliseconds = 3000;
    #seen: string;
    #rest = "";
    readonly #lines: string[] = [];
    #instance: Instance | undefined;

    constructor(private readonly options: BootingOptions) {
        this.#seen = options.former?.text ?? "";
    }

    async ended(): Promise<string | undefined> {
        [this.#instance] = await this.options.calls.instances({ ids: [this.options.id] });
        const { state = "pending", reason = "AWS gives no reason" } = this.#instance ?? {};
        return ["pending", "running"].includes(state) ? undefined : `it is ${state}: ${reason}`;
    }

    async freshLines(): Promise<readonly string[]> {
        const text = await this.#console();
        const fresh = this.#rest + behind(text, this.#seen);
        this.#seen = text;
        const end = fresh.lastIndexOf("\n") + 1;
        this.#rest = fresh.slice(end);
        const lines = this.#ofThisBoot(consoleLines(fresh.slice(0, end)));
        this.#lines.push(...lines);
        return lines;
    }

    lastLines(count: number): readonly string[] {
        return [...this.#lines, ...consoleLines(this.#rest)].slice(-count);
    }

    isRunning(): Promise<boolean> {
        return Promise.resolve(this.#instance?.state === "running");
    }

    async accepts(tcpPort: number): Promise<boolean> {
        const { publicIp, privateIp } = this.#instance ?? {};
        const host = publicIp ?? privateIp;
        return host !== undefined && this.options.connects(host, tcpPort);
    }

    /** AWS may show what an earlier boot printed for a while. */
    #ofThisBoot(lines: readonly string[]): readonly string[] {
        const { boot } = this.options.former ?? {};
        const last = boot === undefined ? -1 : lines.findLastIndex((line) => lastBoot(line) === boot);
        return lines.slice(last + 1);
    }

    async #console(): Promise<string> {
        try {
            return await this.options.calls.console(this.options.id, this.options.latest);
        } catch (error) {
            if (!isAbsent(error)) throw error;
            return "";
        }
    }
}

const anchorLength = 256;

/** What a console has printed since: AWS keeps its last 64 KiB alone, so what was seen may have lost its beginning. */
function behind(text: string, seen: string): string {
    if (text.startsWith(seen)) {
        return text.slice(seen.length);
    }
    const anchor = seen.slice(-anchorLength);
    const found = text.lastIndexOf(anchor);
    return found < 0 ? text : text.slice(found + anchor.length);
}
