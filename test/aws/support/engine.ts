import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ResourceCalls } from "../../../providers/aws/resource/calls";
import type { ResourceEnvironment } from "../../../providers/aws/resource/environment";
import { type Handler, PartialFailure, type Properties } from "../../../providers/lifecycle/handler";
import { Fault } from "./fault";

export interface State {
    readonly id: string;
    readonly inputs: Properties;
    readonly outs: Properties;
}

/** Pulumi's engine with one resource in its state; each command runs in a process of its own. */
export abstract class Engine<Environment extends ResourceEnvironment<ResourceCalls>> {
    /** What this machine keeps. */
    readonly directory = mkdtempSync(path.join(tmpdir(), "aws-resource-"));
    /** Pids of processes that go on. */
    readonly living = new Set<number>();
    readonly notes: string[] = [];
    readonly progress: string[] = [];
    state: State | undefined;
    readonly #replaced: State[] = [];
    #commands = 0;
    #draws = 0;

    /** The resource's provider, in a process of its own. */
    abstract handler(fault?: Fault, changes?: Partial<Environment>): Handler;

    /** What every resource's environment has of the process that it runs in. */
    protected host(
        fault: Fault,
    ): Pick<ResourceEnvironment<ResourceCalls>, "workers" | "engine" | "progress" | "note" | "random"> {
        return {
            workers: {
                self: { host: "thishost", process: { pid: 1000 + this.#commands++, startTime: "then" } },
                identify: (pid) => Promise.resolve(this.living.has(pid) ? { pid, startTime: "then" } : undefined),
            },
            engine: { operation: (call) => call(fault.steps()) },
            progress: ({ message }) => void this.progress.push(message),
            note: (line) => void this.notes.push(line),
            random: (digits) => (this.#draws++).toString(16).padStart(digits, "0"),
        };
    }

    async up(news: Properties, fault = new Fault(), handler = this.handler(fault)): Promise<void> {
        const inputs = await checked(handler, this.state?.inputs ?? {}, news);
        if (this.state === undefined) {
            await this.#create(handler, inputs, fault);
        } else {
            const { id, outs } = this.state;
            const { changes, replaces, deleteBeforeReplace } = await handler.diff(id, outs, inputs);
            fault.requireEngine();
            if (replaces.length > 0) {
                if (deleteBeforeReplace) await this.#delete(handler, fault);
                await this.replace(news, fault, handler);
            } else if (changes) {
                await this.#update(handler, inputs, fault);
            }
        }
        await this.#deleteReplaced(handler, fault);
    }

    /** `up --replace` too: the engine asks neither for the old inputs nor for a difference. The old one goes after the new one is made. */
    async replace(news: Properties, fault = new Fault(), handler = this.handler(fault)): Promise<void> {
        const former = this.state;
        await this.#create(handler, await checked(handler, {}, news), fault);
        if (former !== undefined) this.#replaced.push(former);
        await this.#deleteReplaced(handler, fault);
    }

    async destroy(fault = new Fault()): Promise<void> {
        const handler = this.handler(fault);
        if (this.state !== undefined) await this.#delete(handler, fault);
        await this.#deleteReplaced(handler, fault);
    }

    async refresh(): Promise<void> {
        if (this.state !== undefined) {
            const { id, outs } = await this.handler().read(this.state.id, this.state.outs);
            this.state = id === "" ? undefined : { ...this.state, outs: json(outs) };
        }
    }

    /** Whether an `up` would change something. */
    async changes(news: Properties): Promise<readonly string[] | boolean> {
        const { id, inputs, outs } = this.state ?? assert.fail("nothing is in state");
        const handler = this.handler();
        const { changes, replaces } = await handler.diff(id, outs, await checked(handler, inputs, news));
        return replaces.length > 0 ? replaces : changes;
    }

    close(): void {
        rmSync(this.directory, { recursive: true, force: true });
    }

    /** Ids that state has, of what is still to be deleted too. */
    protected known(): readonly string[] {
        return [this.state, ...this.#replaced].flatMap((state) => (state === undefined ? [] : [state.id]));
    }

    async #create(handler: Handler, inputs: Properties, fault: Fault): Promise<void> {
        const { id, outs } = await handler.create(inputs);
        fault.requireEngine();
        this.state = { id, inputs, outs: json(outs) };
    }

    async #update(handler: Handler, inputs: Properties, fault: Fault): Promise<void> {
        const { id, outs } = this.state ?? assert.fail("nothing is in state");
        try {
            const answer = await handler.update(id, outs, inputs);
            fault.requireEngine();
            this.state = { id, inputs, outs: json(answer.outs) };
        } catch (error) {
            if (error instanceof PartialFailure) {
                fault.requireEngine();
                this.state = { id, inputs, outs: json(error.outs) };
            }
            throw error;
        }
    }

    async #delete(handler: Handler, fault: Fault): Promise<void> {
        const { id, outs } = this.state ?? assert.fail("nothing is in state");
        await handler.delete(id, outs);
        fault.requireEngine();
        this.state = undefined;
    }

    async #deleteReplaced(handler: Handler, fault: Fault): Promise<void> {
        for (const { id, outs } of [...this.#replaced]) {
            await handler.delete(id, outs);
            fault.requireEngine();
            this.#replaced.shift();
        }
    }
}

async function checked(handler: Handler, olds: Properties, news: Properties): Promise<Properties> {
    const { inputs, failures } = await handler.check(olds, news);
    assert.deepEqual(failures, []);
    return json(inputs);
}

function json(properties: Properties): Properties {
    return JSON.parse(JSON.stringify(properties)) as Properties;
}
