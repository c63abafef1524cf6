import type { BootingMachine } from "../../readiness/machine";
import { type QmpCommand, withQmp } from "../qmp";
import type { Port } from "../settings";
import { ConsoleFollower } from "./console";
import { PortProbe } from "./port-probe";

export interface BootingQemuOptions {
    /** Of the machine in the journal. */
    readonly directory: string;
    /** Where the console of this start begins. */
    readonly offset: number;
    readonly ports: readonly Port[];
    readonly isAlive: () => Promise<boolean>;
    /** What QEMU itself had to say. */
    readonly errors: () => Promise<string>;
}

/** QEMU's control socket is for one at a time, and where there is no /proc, a look at a process starts another. */
const looksPerQuestion = 4;
const answerMilliseconds = 2000;

/** A machine of this host between the start of its QEMU and the moment it is ready. */
export class BootingQemu implements BootingMachine {
    readonly lookMilliseconds = 50;
    readonly #console: ConsoleFollower;
    #probe: PortProbe | undefined;
    #looks = 0;
    #wasRunning = false;

    constructor(private readonly options: BootingQemuOptions) {
        this.#console = new ConsoleFollower(options.directory, options.offset);
    }

    async ended(): Promise<string | undefined> {
        this.#looks += 1;
        if (!this.#mayAsk() || (await this.options.isAlive())) {
            return undefined;
        }
        const said = (await this.options.errors()).trim();
        return said === "" ? "the guest powered off or rebooted" : said;
    }

    freshLines(): Promise<readonly string[]> {
        return this.#console.advance();
    }

    lastLines(count: number): readonly string[] {
        return this.#console.last(count);
    }

    /** QEMU says so from when it has taken its kernel, ports and disks. */
    async isRunning(): Promise<boolean> {
        if (this.#mayAsk()) {
            const answer = await this.#ask({ execute: "query-status" });
            this.#wasRunning = (answer as { readonly status?: string } | undefined)?.status === "running";
        }
        return this.#wasRunning;
    }

    async accepts(tcpPort: number): Promise<boolean> {
        this.#probe ??= this.#probeOf(tcpPort);
        return this.#mayAsk() && (await this.#probe?.isAccepted()) === true;
    }

    close(): void {
        this.#probe?.close();
    }

    #mayAsk(): boolean {
        return this.#looks % looksPerQuestion === 1;
    }

    /** Checks let no port pass that is not forwarded. */
    #probeOf(tcpPort: number): PortProbe | undefined {
        const port = this.options.ports.find(({ guest, protocol }) => guest === tcpPort && protocol === "tcp");
        return port && new PortProbe(port, () => this.#usernet());
    }

    async #usernet(): Promise<string> {
        const command = { execute: "human-monitor-command", arguments: { "command-line": "info usernet" } };
        return ((await this.#ask(command)) ?? "") as string;
    }

    /** Undefined while QEMU does not answer: it has just started, or is about to end. */
    #ask(command: QmpCommand): Promise<unknown> {
        return withQmp(this.options.directory, answerMilliseconds, (qmp) => qmp.execute(command)).catch(
            () => undefined,
        );
    }
}
