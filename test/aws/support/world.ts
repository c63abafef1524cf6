import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ImageEnvironment } from "../../../providers/aws/image/environment";
import { imageHandler } from "../../../providers/aws/image/handler";
import { UploadStore } from "../../../providers/aws/image/store/store";
import { blockBytes } from "../../../providers/aws/image/upload/changes";
import type { SparseDisk } from "../../../providers/image/disk";
import type { Handler, Properties } from "../../../providers/lifecycle/handler";
import { labels } from "../../../providers/lifecycle/labels";
import type { ProcessIdentity } from "../../../providers/lifecycle/process";
import { FakeCloud } from "./cloud";
import { Fault } from "./fault";

export const urn = (name: string): string => `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/linuxkit/aws:Image::${name}`;

/** A disk by its blocks: index and the byte that fills it. */
export type Blocks = Readonly<Record<number, number>>;

/** An image whose digest stands for the blocks that it is registered with. */
export function image(blocks: Blocks): Properties {
    const text = JSON.stringify(blocks);
    return { digest: `sha256:${createHash("sha256").update(text).digest("hex")}`, architecture: "amd64", blocks };
}

/** What a program declares. */
export function declared(changes: Properties = {}): Properties {
    return {
        image: image({ 0: 1, 1: 2, 5: 3 }),
        region: "eu-central-1",
        connection: {},
        identity: { organization: "organization", project: "shop", stack: "dev", urn: urn("os") },
        ...changes,
    };
}

export function diskOf(blocks: Blocks, sizeBytes = 8 * blockBytes): SparseDisk {
    return {
        sizeBytes,
        async *extents() {
            for (const [index, fill] of Object.entries(blocks)) {
                yield { offset: Number(index) * blockBytes, bytes: Buffer.alloc(blockBytes, fill) };
            }
        },
    };
}

export function digestsOf(blocks: Blocks): Map<number, string> {
    return new Map(
        Object.entries(blocks).map(([index, fill]) => [
            Number(index),
            createHash("sha256").update(Buffer.alloc(blockBytes, fill)).digest("hex"),
        ]),
    );
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
                fault.requireLife();
                this.state = { id, inputs, outs: json(answer.outs) };
            }
        }
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

    /** Whether the engine's state has an image, or one that it is about to delete. */
    knows(id: string): boolean {
        return [this.state, ...this.#replaced].some((state) => state?.id === id);
    }

    /** What stands in the account without being finished. */
    pending(): string[] {
        const all = [...this.cloud.images.values(), ...this.cloud.snapshots.values()];
        return all.flatMap(({ id, tags }) => (labels.pending in tags ? [id] : []));
    }

    /** Uploads that the store has not forgotten. */
    uploads(): string[] {
        return readdirSync(this.directory).filter((name) => name.endsWith(".json"));
    }

    close(): void {
        rmSync(this.directory, { recursive: true, force: true });
    }

    async #create(handler: Handler, inputs: Properties, fault: Fault): Promise<void> {
        const { id, outs } = await handler.create(inputs);
        fault.requireLife();
        this.state = { id, inputs, outs: json(outs) };
    }

    async #delete(handler: Handler, fault: Fault): Promise<void> {
        const { id, outs } = this.state as State;
        await handler.delete(id, outs);
        fault.requireLife();
        this.state = undefined;
    }

    async #deleteReplaced(handler: Handler, fault: Fault): Promise<void> {
        for (const { id, outs } of [...this.#replaced]) {
            await handler.delete(id, outs);
            fault.requireLife();
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
