import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ImageEnvironment } from "../../../providers/aws/image/environment";
import { imageHandler } from "../../../providers/aws/image/handler";
import { UploadStore } from "../../../providers/aws/image/store/store";
import type { Handler, Properties } from "../../../providers/lifecycle/handler";
import { labels, ownershipLabels } from "../../../providers/lifecycle/labels";
import type { ProcessIdentity } from "../../../providers/lifecycle/process";
import { type Blocks, diskOf } from "./blocks";
import { FakeCloud } from "./cloud";
import { Fault } from "./fault";

export const urn = (name: string): string => `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/linuxkit/aws:Image::${name}`;

/** An image whose digest stands for the blocks that it is registered with. */
export function image(blocks: Blocks): Properties {
    const text = JSON.stringify(blocks);
    return { digest: `sha256:${createHash("sha256").update(text).digest("hex")}`, architecture: "amd64", blocks };
}

const identity = { organization: "organization", project: "shop", stack: "dev", urn: urn("os") };
const identityLabel = ownershipLabels(identity)[labels.identity];

/** What a program declares. */
export function declared(changes: Properties = {}): Properties {
    return {
        image: image({ 0: 1, 1: 2, 5: 3 }),
        region: "eu-central-1",
        connection: {},
        identity,
        ...changes,
    };
}

export interface State {
    readonly id: string;
    readonly inputs: Properties;
    readonly outs: Properties;
}

/** A region, this machine's store, and Pulumi's engine with one resource in its state. */
export class World {
    readonly cloud = new FakeCloud();
    readonly directory = mkdtempSync(path.join(tmpdir(), "aws-image-"));
    readonly living = new Set<number>();
    readonly notes: string[] = [];
    state: State | undefined;
    readonly #replaced: State[] = [];
    #commands = 0;
    #draws = 0;

    handler(fault = new Fault(), changes: Partial<ImageEnvironment> = {}): Handler {
        return imageHandler(this.environment(fault, changes));
    }

    environment(fault = new Fault(), changes: Partial<ImageEnvironment> = {}): ImageEnvironment {
        const self: ProcessIdentity = { pid: 1000 + this.#commands++, startTime: "then" };
        return {
            calls: () => this.cloud.calls(fault),
            defaultRegion: () => Promise.resolve("eu-west-1"),
            disks: {
                resolve: ({ image: { digest } }) => Promise.resolve({ digest: String(digest) }),
                read: ({ image: { blocks } }, use) => use(diskOf(blocks as Blocks)),
            },
            store: new UploadStore(this.directory),
            clock: this.cloud.clock,
            workers: {
                self: { host: "thishost", process: self },
                identify: (pid) => Promise.resolve(this.living.has(pid) ? { pid, startTime: "then" } : undefined),
            },
            engine: { operation: (call) => call(fault.steps()) },
            progress: () => {},
            note: (line) => this.notes.push(line),
            random: (digits) => (this.#draws++).toString(16).padStart(digits, "0"),
            parallel: 2,
            ...changes,
        };
    }

    async up(news: Properties, fault = new Fault()): Promise<void> {
        const handler = this.handler(fault);
        const inputs = await checked(handler, this.state?.inputs ?? {}, news);
        if (this.state === undefined) {
            await this.#create(handler, inputs, fault);
        } else {
            const { id, outs } = this.state;
            const { changes, replaces, deleteBeforeReplace } = await handler.diff(id, outs, inputs);
            if (replaces.length > 0) {
                const fresh = await checked(handler, {}, news);
                if (deleteBeforeReplace) await this.#delete(handler, fault);
                const former = this.state as State | undefined;
                await this.#create(handler, fresh, fault);
                if (former !== undefined) this.#replaced.push(former);
            } else if (changes) {
                const answer = await handler.update(id, outs, inputs);
                fault.requireEngine();
                this.state = { id, inputs, outs: json(answer.outs) };
            }
        }
        await this.#deleteReplaced(handler, fault);
    }

    /** `up --replace`: the engine asks neither for the old inputs nor for a difference. */
    async replace(news: Properties, fault = new Fault()): Promise<void> {
        const handler = this.handler(fault);
        const former = this.state ?? assert.fail("nothing is in state");
        await this.#create(handler, await checked(handler, {}, news), fault);
        this.#replaced.push(former);
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

    /** Images and snapshots of what is declared, and what is under way to be one. */
    mine(): string[] {
        const all = [...this.cloud.images.values(), ...this.cloud.snapshots.values()];
        const tagged = all.flatMap(({ id, tags }) => (tags[labels.identity] === identityLabel ? [id] : []));
        return [...tagged, ...this.#imported()];
    }

    /** Those of them that are not finished. */
    pending(): string[] {
        const all = [...this.cloud.images.values(), ...this.cloud.snapshots.values()];
        const mine = this.mine();
        const marked = all.flatMap(({ id, tags }) => (labels.pending in tags && mine.includes(id) ? [id] : []));
        return [...marked, ...this.#imported()];
    }

    /** What is in the bucket, imports, and snapshots of imports that nobody has marked. */
    #imported(): string[] {
        const left = this.cloud.bucket.left();
        const bare = [...this.cloud.snapshots.values()].filter(({ tags }) => Object.keys(tags).length === 0);
        return [...left, ...bare.map(({ id }) => id)];
    }

    /** Images whose last step was taken, and of which the engine did not hear: `gc` is for them. */
    unheard(): string[] {
        const known = [this.state, ...this.#replaced].map((state) => state?.id);
        const pending = this.pending();
        const mine = this.mine().filter((id) => this.cloud.images.has(id));
        return mine.filter((id) => !pending.includes(id) && !known.includes(id));
    }

    /** Images, and the snapshots that they are of. */
    withSnapshots(images: readonly string[]): string[] {
        return images.flatMap((id) => {
            const stored = this.cloud.images.get(id);
            return stored === undefined ? [] : [id, stored.request.snapshot];
        });
    }

    /** Uploads that the store has not forgotten. */
    uploads(): string[] {
        const names = readdirSync(this.directory, { recursive: true, encoding: "utf8" });
        return names.filter((name) => name.endsWith(".json"));
    }

    close(): void {
        rmSync(this.directory, { recursive: true, force: true });
    }

    async #create(handler: Handler, inputs: Properties, fault: Fault): Promise<void> {
        const { id, outs } = await handler.create(inputs);
        fault.requireEngine();
        this.state = { id, inputs, outs: json(outs) };
    }

    async #delete(handler: Handler, fault: Fault): Promise<void> {
        const { id, outs } = this.state as State;
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
