import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { InstanceEnvironment } from "../../../../providers/aws/instance/environment";
import { instanceHandler } from "../../../../providers/aws/instance/handler";
import { ResourceJournal } from "../../../../providers/aws/resource/journal";
import { VolumeWants } from "../../../../providers/aws/volume/wants";
import { type Handler, type Identity, PartialFailure, type Properties } from "../../../../providers/lifecycle/handler";
import { labels } from "../../../../providers/lifecycle/labels";
import { Fault } from "../../support/fault";
import { FakeInstances, type StoredInstance } from "./cloud";

export function identity(name: string): Identity {
    const urn = `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/linuxkit/aws:Instance::${name}`;
    return { organization: "organization", project: "shop", stack: "dev", urn };
}

/** What a program declares. */
export function declared(changes: Properties = {}): Properties {
    return {
        ami: "ami-11111111",
        instanceType: "t3.micro",
        region: "eu-central-1",
        readiness: "console",
        connection: {},
        identity: identity("redis"),
        declared: 1,
        ...changes,
    };
}

export interface State {
    readonly id: string;
    readonly inputs: Properties;
    readonly outs: Properties;
}

/** A region, this machine's journal, and Pulumi's engine with one resource in its state. */
export class World {
    readonly cloud = new FakeInstances();
    readonly directory = mkdtempSync(path.join(tmpdir(), "aws-instance-"));
    readonly living = new Set<number>();
    readonly progress: string[] = [];
    state: State | undefined;
    readonly #replaced: State[] = [];
    #commands = 0;
    #draws = 0;

    handler(fault = new Fault(), changes: Partial<InstanceEnvironment> = {}): Handler {
        return instanceHandler({
            calls: () => this.cloud.calls(fault),
            defaultRegion: () => Promise.resolve("eu-west-1"),
            journal: new ResourceJournal(this.directory),
            wants: new VolumeWants(),
            findKernel: () => Promise.resolve(undefined),
            connects: () => Promise.resolve(true),
            clock: this.cloud.clock,
            workers: {
                self: { host: "thishost", process: { pid: 1000 + this.#commands++, startTime: "then" } },
                identify: (pid) => Promise.resolve(this.living.has(pid) ? { pid, startTime: "then" } : undefined),
            },
            engine: { operation: (call) => call(fault.steps()) },
            progress: ({ message }) => void this.progress.push(message),
            note: () => {},
            random: (digits) => (this.#draws++).toString(16).padStart(digits, "0"),
            ...changes,
        });
    }

    async up(news: Properties, fault = new Fault(), handler = this.handler(fault)): Promise<void> {
        const inputs = await checked(handler, this.state?.inputs ?? {}, news);
        if (this.state === undefined) {
            await this.#create(handler, inputs, fault);
        } else {
            const { id, outs } = this.state;
            const { changes, replaces } = await handler.diff(id, outs, inputs);
            fault.requireEngine();
            if (replaces.length > 0) {
                await this.replace(news, fault, handler);
            } else if (changes) {
                await this.#update(handler, inputs, fault);
            }
        }
        await this.#deleteReplaced(handler, fault);
    }

    /** The old one goes after the new one is made. */
    async replace(news: Properties, fault = new Fault(), handler = this.handler(fault)): Promise<void> {
        const former = this.state;
        await this.#create(handler, await checked(handler, {}, news), fault);
        if (former !== undefined) this.#replaced.push(former);
        await this.#deleteReplaced(handler, fault);
    }

    async destroy(fault = new Fault()): Promise<void> {
        const handler = this.handler(fault);
        if (this.state !== undefined) {
            await handler.delete(this.state.id, this.state.outs);
            fault.requireEngine();
            this.state = undefined;
        }
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

    /** What state has. */
    own(): StoredInstance {
        return this.cloud.instances.get(this.state?.id ?? "") ?? assert.fail("nothing is in state");
    }

    /** Finished instances that neither state nor a deletion under way knows. */
    unheard(): string[] {
        const known = [this.state, ...this.#replaced].map((state) => state?.id);
        const pending = this.pending();
        return this.cloud.alive().flatMap(({ id }) => (known.includes(id) || pending.includes(id) ? [] : [id]));
    }

    pending(): string[] {
        return this.cloud.alive().flatMap(({ id, tags }) => (labels.pending in tags ? [id] : []));
    }

    /** Launches, updates and deletions that the journal has not forgotten. */
    journalled(): string[] {
        return readdirSync(this.directory);
    }

    close(): void {
        rmSync(this.directory, { recursive: true, force: true });
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
