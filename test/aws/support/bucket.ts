import assert from "node:assert/strict";
import type { Readable } from "node:stream";
import type { ImportCalls, ImportRequest } from "../../../providers/aws/image/import/calls";
import { blockBytes } from "../../../providers/aws/image/upload/changes";
import type { Tags } from "../../../providers/aws/resource/calls";
import { digestOf, filled } from "./blocks";
import type { FakeCloud } from "./cloud";
import { awsError } from "./fault";

interface Task {
    readonly id: string;
    readonly request: ImportRequest;
    readonly started: number;
    readonly disk: Buffer;
    tags: Tags;
    state: "active" | "completed" | "deleted";
    snapshot?: string;
}

type Call = <T>(name: string, effect: () => T) => Promise<T>;

const unknown = 5000;
const duration = 10_000;
const gibibyte = 2 ** 30;

/** Buckets, and imports of what is in them, of a region. */
export class FakeBucket {
    /** By bucket and key. */
    readonly objects = new Map<string, Buffer>();
    readonly unfinished = new Map<string, string>();
    readonly tasks = new Map<string, Task>();
    /** Whether the next imports fail. */
    fails = false;

    constructor(private readonly cloud: FakeCloud) {}

    /** What would cost somebody something. */
    left(): string[] {
        this.#settle();
        const active = [...this.tasks.values()].filter(({ state }) => state === "active");
        return [...this.objects.keys(), ...this.unfinished.keys(), ...active.map(({ id }) => id)];
    }

    calls(call: Call): ImportCalls {
        return {
            uploadObject: async ({ bucket, key }, body, { signal }) => {
                const id = await call("createUpload", () => this.#begin(`${bucket}/${key}`));
                const bytes = await contents(body);
                signal.throwIfAborted();
                await call("completeUpload", () => {
                    this.unfinished.delete(id);
                    this.objects.set(`${bucket}/${key}`, bytes);
                });
            },
            deleteObject: ({ bucket, key }) => call("deleteObject", () => this.#delete(`${bucket}/${key}`)),
            objects: (bucket, prefix) => call("objects", () => keysOf([...this.objects.keys()], bucket, prefix)),
            unfinishedObjects: (bucket, prefix) =>
                call("unfinishedObjects", () =>
                    [...this.unfinished].flatMap(([id, at]) =>
                        keysOf([at], bucket, prefix).map((key) => ({ key, id })),
                    ),
                ),
            abortObject: (_, { id }) => call("abortObject", () => void this.unfinished.delete(id)),
            importSnapshot: (request) => call("importSnapshot", () => this.#import(request)),
            importTasks: () => call("importTasks", () => this.#shown()),
            cancelImport: (id) =>
                call("cancelImport", () => {
                    const task = this.tasks.get(id) ?? assert.fail(`no task ${id}`);
                    if (task.state !== "active") throw awsError("IncorrectState");
                    task.state = "deleted";
                }),
        };
    }

    /** Of a task, or undefined. */
    tagged(id: string): { tags: Tags } | undefined {
        return this.tasks.get(id);
    }

    #begin(at: string): string {
        const id = `upload-${this.unfinished.size}-${this.cloud.now}-${at}`;
        this.unfinished.set(id, at);
        return id;
    }

    /** An import whose disk is removed fails. */
    #delete(at: string): void {
        this.#settle();
        this.objects.delete(at);
        for (const task of this.tasks.values()) {
            if (task.state === "active" && `${task.request.bucket}/${task.request.key}` === at) task.state = "deleted";
        }
    }

    #import(request: ImportRequest): string {
        const former = [...this.tasks.values()].find((task) => task.request.token === request.token);
        if (former !== undefined) {
            assert.deepEqual(request, former.request, "another request with the same token");
            return former.id;
        }
        const disk = this.objects.get(`${request.bucket}/${request.key}`);
        if (disk === undefined) throw awsError("InvalidParameter", 400, "no such object");
        const id = `import-snap-${this.tasks.size}`;
        const { now: started } = this.cloud;
        this.tasks.set(id, { id, request, started, disk, tags: request.tags, state: "active" });
        return id;
    }

    #shown(): Awaited<ReturnType<ImportCalls["importTasks"]>> {
        this.#settle();
        return [...this.tasks.values()]
            .filter(({ started }) => this.cloud.now >= started + unknown)
            .map(({ id, state, request: { bucket, key }, tags, snapshot }) => ({
                id,
                state,
                bucket,
                key,
                tags,
                ...(snapshot === undefined ? {} : { snapshot }),
            }));
    }

    /** A snapshot gets none of its task's tags. */
    #settle(): void {
        for (const task of this.tasks.values()) {
            if (task.state === "active" && this.cloud.now >= task.started + duration) {
                task.state = this.fails ? "deleted" : "completed";
                if (task.state === "completed") task.snapshot = this.#snapshotOf(task);
            }
        }
    }

    #snapshotOf({ id, request, disk, started }: Task): string {
        const snapshot = `snap-of-${id}`;
        const { token, description } = request;
        const sizeGiB = Math.ceil(disk.length / gibibyte);
        this.cloud.snapshots.set(snapshot, {
            id: snapshot,
            request: { token, sizeGiB, description, tags: {} },
            encrypted: request.encrypted === true,
            started: started + duration,
            completedAt: started + duration,
            blocks: blocksOf(disk),
            tags: {},
        });
        return snapshot;
    }
}

const keysOf = (places: readonly string[], bucket: string, prefix: string): string[] =>
    places.filter((at) => at.startsWith(`${bucket}/${prefix}`)).map((at) => at.slice(bucket.length + 1));

async function contents(body: Readable): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
}

function blocksOf(disk: Buffer): Map<number, Buffer> {
    const zero = digestOf(filled(0));
    const blocks = new Map<number, Buffer>();
    for (let index = 0; index * blockBytes < disk.length; index++) {
        const digest = digestOf(disk.subarray(index * blockBytes, (index + 1) * blockBytes));
        if (!digest.equals(zero)) blocks.set(index, digest);
    }
    return blocks;
}
