import assert from "node:assert/strict";
import type { Query, Tags } from "../../../../providers/aws/resource/calls";
import type { AttachCalls, Holder, Volume } from "../../../../providers/aws/volume/attach-calls";
import type { Modification, VolumeCalls, VolumeRequest, VolumeSnapshot } from "../../../../providers/aws/volume/calls";
import type { Clock } from "../../../../providers/lifecycle/clock";
import { awsError, type Fault } from "../../support/fault";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type StoredVolume = Mutable<Omit<Volume, "state" | "attachments" | "tags">> & {
    tags: Tags;
    isFailed?: boolean;
    attachment?: { instance: string; device: string; attachedAt: number; detachedAt?: number };
    modified?: { at: number };
};
type StoredSnapshot = { id: string; volume: string; started: number; tags: Tags; isFailed?: boolean };
export type StoredInstance = { id: string; state: string; since: number; tags: Tags; cannotStop?: boolean };

/** How long a fresh id is unknown, and how long states take, in milliseconds. */
const unknown = 5000;
const change = 8000;

/** The volumes of a region of AWS in memory, with a clock that runs when somebody waits. */
export class FakeVolumes {
    now = Date.UTC(2026, 0, 1);
    account = "111111111111";
    readonly volumes = new Map<string, StoredVolume>();
    readonly snapshots = new Map<string, StoredSnapshot>();
    readonly instances = new Map<string, StoredInstance>();
    readonly log: string[] = [];
    /** Called each time that somebody waits. */
    onSleep: () => void = () => {};
    readonly #asked = new Map<string, { readonly request: VolumeRequest; readonly id: string }>();
    #ids = 0;

    readonly clock: Clock = {
        now: () => this.now,
        sleep: async (milliseconds, signal) => {
            signal?.throwIfAborted();
            this.now += milliseconds;
            this.onSleep();
            await new Promise((resolve) => setImmediate(resolve));
        },
    };

    calls(fault: Fault): VolumeCalls & AttachCalls {
        const call = <T>(name: string, effect: () => T): Promise<T> =>
            fault.around(
                name,
                () => {
                    this.log.push(name);
                    return effect();
                },
                (milliseconds) => void (this.now += milliseconds),
            );
        return {
            account: () => call("account", () => this.account),
            createVolume: (request) => call("createVolume", () => this.#create(request)),
            volumes: (query) => call("volumes", () => this.#describe(query)),
            volumesById: (ids) => call("volumes", () => this.#describe({ ids })),
            holder: (id) => call("holder", () => this.#holder(id)),
            modifyVolume: (id, { sizeGiB, type, iops, throughput }) =>
                call("modifyVolume", () => {
                    const volume = this.#volume(id);
                    if (sizeGiB < volume.sizeGiB) throw awsError("InvalidParameterValue");
                    if (volume.modified !== undefined && this.now < volume.modified.at + 6 * 3_600_000) {
                        throw awsError("VolumeModificationRateExceeded");
                    }
                    const { iops: _, throughput: __, ...rest } = volume;
                    const performance = {
                        ...(iops === undefined ? {} : { iops }),
                        ...(throughput === undefined ? {} : { throughput }),
                    };
                    const modified = { at: this.now };
                    this.volumes.set(id, { ...rest, sizeGiB, type, ...performance, modified });
                }),
            modification: (id) => call("modification", () => this.#modification(id)),
            deleteVolume: (id) =>
                call("deleteVolume", () => {
                    const [shown] = this.#describe({ ids: [id] });
                    if (shown === undefined) throw awsError("InvalidVolume.NotFound");
                    if (shown.state === "in-use") throw awsError("VolumeInUse");
                    if (shown.state === "creating") throw awsError("IncorrectState");
                    this.volumes.delete(id);
                }),
            createSnapshot: (volume, _, tags) =>
                call("createSnapshot", () => {
                    this.#volume(volume);
                    const id = this.#id("snap");
                    this.snapshots.set(id, { id, volume, started: this.now, tags });
                    return id;
                }),
            snapshotsOf: (volume) =>
                call("snapshotsOf", () =>
                    [...this.snapshots.values()]
                        .filter((snapshot) => snapshot.volume === volume && this.#isShown(snapshot.started))
                        .map(({ id, started, tags, isFailed }): VolumeSnapshot => ({
                            id,
                            tags,
                            state: isFailed ? "error" : this.now >= started + 20_000 ? "completed" : "pending",
                        })),
                ),
            deleteSnapshot: (id) =>
                call("deleteSnapshot", () => {
                    if (!this.snapshots.delete(id)) throw awsError("InvalidSnapshot.NotFound");
                }),
            tag: (ids, tags) =>
                call("tag", () => {
                    for (const volume of ids.map((id) => this.#volume(id))) volume.tags = { ...volume.tags, ...tags };
                }),
            untag: (ids, keys) =>
                call("untag", () => {
                    for (const volume of ids.map((id) => this.#volume(id))) {
                        const kept = Object.entries(volume.tags).filter(([key]) => !keys.includes(key));
                        volume.tags = Object.fromEntries(kept);
                    }
                }),
            attachVolume: (id, instance, device) => call("attachVolume", () => this.#attach(id, instance, device)),
            detachVolume: (id, instance) =>
                call("detachVolume", () => {
                    const { attachment } = this.#volume(id);
                    if (attachment?.instance !== instance) throw awsError("IncorrectState");
                    assert.notEqual(this.#stateOf(instance), "running", "a volume is taken off an instance that runs");
                    attachment.detachedAt ??= this.now + change;
                }),
            stopInstance: (id) =>
                call("stopInstance", () => {
                    const instance = this.instances.get(id) ?? assert.fail(`no instance ${id}`);
                    if (instance.cannotStop === true) throw awsError("UnsupportedOperation");
                    Object.assign(instance, { state: "stopping", since: this.now });
                }),
        };
    }

    /** Puts an instance there, with volumes. */
    launch(id: string, tags: Tags, volumes: readonly string[] = []): StoredInstance {
        const instance: StoredInstance = { id, state: "running", since: this.now, tags };
        this.instances.set(id, instance);
        for (const volume of volumes) {
            this.#volume(volume).attachment = { instance: id, device: "/dev/sdf", attachedAt: 0 };
        }
        return instance;
    }

    terminate(id: string): void {
        Object.assign(this.instances.get(id) ?? {}, { state: "shutting-down", since: this.now });
        for (const { attachment } of this.volumes.values()) {
            if (attachment?.instance === id) attachment.detachedAt = this.now + change;
        }
    }

    /** Volumes that an instance has, by device. */
    attached(instance: string): Readonly<Record<string, string>> {
        const all = this.#describe({}).flatMap(({ id, attachments }) =>
            attachments.filter((each) => each.instance === instance).map(({ device }) => [device, id]),
        );
        return Object.fromEntries(all) as Readonly<Record<string, string>>;
    }

    #create(request: VolumeRequest): string {
        const former = this.#asked.get(request.token);
        if (former !== undefined) {
            assert.deepEqual(request, former.request, "another request with the same token");
            return former.id;
        }
        const { zone, type, tags, snapshot, encrypted, kmsKey, iops, throughput } = request;
        const id = this.#id("vol");
        this.#asked.set(request.token, { request, id });
        this.volumes.set(id, {
            id,
            zone,
            type,
            tags,
            sizeGiB: request.sizeGiB ?? 7,
            encrypted: encrypted === true,
            created: this.now,
            ...(snapshot === undefined ? {} : { snapshot }),
            ...(kmsKey === undefined ? {} : { kmsKey }),
            ...(iops === undefined ? {} : { iops }),
            ...(throughput === undefined ? {} : { throughput }),
        });
        return id;
    }

    #attach(id: string, instance: string, device: string): void {
        const volume = this.#volume(id);
        if (this.#describe({ ids: [id] })[0]?.state !== "available") throw awsError("IncorrectState");
        if (!["running", "stopped"].includes(this.#stateOf(instance))) {
            throw awsError("IncorrectState", 400, `Instance '${instance}' is not 'running'.`);
        }
        if (device in this.attached(instance)) throw awsError("InvalidParameterValue");
        volume.attachment = { instance, device, attachedAt: this.now + change };
    }

    #describe(query: Query): readonly Volume[] {
        assert(query.ids?.length !== 0, "a filter without a value");
        return [...this.volumes.values()]
            .filter(({ created }) => this.#isShown(created))
            .filter(({ id }) => query.ids === undefined || query.ids.includes(id))
            .filter(({ tags }) => query.tagged === undefined || query.tagged in tags)
            .filter(({ tags }) => Object.entries(query.tags ?? {}).every(([key, value]) => tags[key] === value))
            .map((volume) => this.#described(volume));
    }

    #described(volume: StoredVolume): Volume {
        const { attachment, modified: _, isFailed, ...rest } = volume;
        if (attachment?.detachedAt !== undefined && attachment.detachedAt <= this.now) {
            delete volume.attachment;
            return this.#described(volume);
        }
        const ready = volume.created + unknown + change <= this.now ? "available" : "creating";
        const attaching = this.now < (attachment?.attachedAt ?? 0) ? "attaching" : "attached";
        const attachments =
            attachment === undefined
                ? []
                : [{ ...attachment, state: attachment.detachedAt === undefined ? attaching : "detaching" }];
        const state = isFailed === true ? "error" : attachment === undefined ? ready : "in-use";
        return { ...rest, state, attachments };
    }

    #modification(id: string): Modification | undefined {
        const { modified } = this.#volume(id);
        if (modified === undefined) return undefined;
        return { started: modified.at, state: this.now < modified.at + change ? "modifying" : "optimizing" };
    }

    #holder(id: string): Holder | undefined {
        const instance = this.instances.get(id);
        return instance === undefined ? undefined : { id, state: this.#stateOf(id), tags: instance.tags };
    }

    #stateOf(id: string): string {
        const instance = this.instances.get(id);
        const after = { stopping: "stopped", "shutting-down": "terminated", pending: "running" }[instance?.state ?? ""];
        const isOver = this.now >= (instance?.since ?? 0) + change;
        return (isOver ? after : undefined) ?? instance?.state ?? "";
    }

    #volume(id: string): StoredVolume {
        const found = this.volumes.get(id);
        if (found === undefined || !this.#isShown(found.created)) throw awsError("InvalidVolume.NotFound");
        return found;
    }

    #isShown(since: number): boolean {
        return this.now >= since + unknown;
    }

    #id(prefix: string): string {
        return `${prefix}-${(this.#ids++).toString(16).padStart(17, "0")}`;
    }
}
