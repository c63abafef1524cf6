import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type {
    CopyRequest,
    ImageCalls,
    ImageQuery,
    LaunchPermissions,
    MachineImage,
    RegisterRequest,
    SnapshotRequest,
} from "../../../providers/aws/image/calls";
import { blockBytes } from "../../../providers/aws/image/upload/changes";
import type { Tags } from "../../../providers/aws/resource/calls";
import type { Clock } from "../../../providers/lifecycle/clock";
import { digestOf, filled } from "./blocks";
import { FakeBucket } from "./bucket";
import { awsError, type Fault } from "./fault";

interface StoredSnapshot {
    readonly id: string;
    readonly request: SnapshotRequest;
    readonly encrypted: boolean;
    readonly started: number;
    readonly blocks: Map<number, Buffer>;
    tags: Tags;
    completedAt?: number;
}

interface StoredImage {
    readonly id: string;
    request: RegisterRequest;
    readonly created: number;
    tags: Tags;
    description: string;
    permissions: LaunchPermissions;
    deprecateAt?: string;
    isProtected?: boolean;
    state?: string;
    /** Of a copy, whose snapshots are not shown before it is there. */
    readonly copy?: CopyRequest;
}

const nobody: LaunchPermissions = { accounts: [], organizations: [], organizationalUnits: [], public: false };

/** How long a fresh id is unknown, and how long states take, in milliseconds. */
const unknown = 5000;
const completion = 20_000;

/** A region of AWS in memory, with a clock that runs when somebody waits. */
export class FakeCloud {
    now = Date.UTC(2026, 0, 1);
    account = "111111111111";
    encryptsByDefault = false;
    readonly snapshots = new Map<string, StoredSnapshot>();
    readonly images = new Map<string, StoredImage>();
    readonly put: { readonly snapshot: string; readonly index: number }[] = [];
    readonly log: string[] = [];
    /** Codes that DeregisterImage answers with in the place of deleting. */
    readonly codes = new Map<string, string>();
    readonly bucket = new FakeBucket(this);
    /** ARNs of who uses an image. */
    readonly users = new Map<string, readonly string[]>();
    /** What the next puts are answered with. */
    readonly putErrors: Error[] = [];
    #ids = 0;

    readonly clock: Clock = {
        now: () => this.now,
        sleep: async (milliseconds, signal) => {
            signal?.throwIfAborted();
            this.now += milliseconds;
            await new Promise((resolve) => setImmediate(resolve));
        },
    };

    calls(fault: Fault): ImageCalls {
        const call = <T>(name: string, effect: () => T): Promise<T> =>
            fault.around(
                name,
                () => {
                    this.log.push(name);
                    return effect();
                },
                (milliseconds) => (this.now += milliseconds),
            );
        return {
            ...this.bucket.calls(call),
            account: () => call("account", () => this.account),
            encryptsByDefault: () => call("encryptsByDefault", () => this.encryptsByDefault),
            startSnapshot: (request) => call("startSnapshot", () => this.#start(request)),
            putBlock: ({ snapshot, index, bytes, sha256 }) =>
                call("putBlock", () => {
                    const error = this.putErrors.shift();
                    if (error !== undefined) throw error;
                    assert.equal(bytes.length, blockBytes);
                    assert(digestOf(bytes).equals(sha256), "another checksum than the block's");
                    const found = this.#snapshot(snapshot, "ResourceNotFoundException");
                    assert.equal(found.completedAt, undefined, "a put after the completion");
                    found.blocks.set(index, sha256);
                    this.put.push({ snapshot, index });
                }),
            completeSnapshot: (id, blocks, checksum) =>
                call("completeSnapshot", () => {
                    const found = this.#snapshot(id, "ResourceNotFoundException");
                    const ordered = [...found.blocks].toSorted(([one], [other]) => one - other);
                    const hash = createHash("sha256");
                    ordered.forEach(([, digest]) => hash.update(digest));
                    if (found.completedAt !== undefined) throw awsError("ConflictException");
                    if (blocks !== ordered.length || checksum !== hash.digest("base64")) {
                        throw awsError("ValidationException");
                    }
                    found.completedAt = this.now + completion;
                }),
            snapshots: (query) =>
                call("snapshots", () =>
                    [...this.snapshots.values()]
                        .filter((snapshot) => this.#isShown(snapshot.started) && fits(query, snapshot))
                        .map((snapshot) => ({
                            id: snapshot.id,
                            state: (snapshot.completedAt ?? Infinity) <= this.now ? "completed" : "pending",
                            account: this.account,
                            sizeGiB: snapshot.request.sizeGiB,
                            encrypted: snapshot.encrypted,
                            ...(snapshot.request.kmsKey === undefined ? {} : { kmsKey: snapshot.request.kmsKey }),
                            started: snapshot.started,
                            tags: snapshot.tags,
                        })),
                ),
            deleteSnapshot: (id) => call("deleteSnapshot", () => this.#delete(id)),
            registerImage: (request) => call("registerImage", () => this.#register(request)),
            copyImage: (request) => call("copyImage", () => this.#copy(request)),
            images: (query) =>
                call("images", () =>
                    [...this.images.values()]
                        .filter(
                            (image) =>
                                this.#isShown(image.created) && fits(query, { ...image, name: image.request.name }),
                        )
                        .map((image) => this.#described(image)),
                ),
            references: (id) => call("references", () => this.users.get(this.#image(id).id) ?? []),
            deregisterImage: (id, { snapshots }) => call("deregisterImage", () => this.#deregister(id, snapshots)),
            describe: (id, description) => call("describe", () => void (this.#image(id).description = description)),
            launchPermissions: (id) => call("launchPermissions", () => this.#image(id).permissions),
            changeLaunchPermissions: (id, add, remove) =>
                call("changeLaunchPermissions", () => {
                    const image = this.#image(id);
                    const merge = (key: "accounts" | "organizations" | "organizationalUnits"): string[] =>
                        [
                            ...image.permissions[key].filter((each) => !remove[key].includes(each)),
                            ...add[key],
                        ].toSorted();
                    image.permissions = {
                        accounts: merge("accounts"),
                        organizations: merge("organizations"),
                        organizationalUnits: merge("organizationalUnits"),
                        public: (image.permissions.public && !remove.public) || add.public,
                    };
                }),
            deprecate: (id, at) =>
                call("deprecate", () => {
                    const image = this.#image(id);
                    if (at === undefined) delete image.deprecateAt;
                    else image.deprecateAt = at;
                }),
            tag: (ids, tags) =>
                call("tag", () =>
                    ids.map((id) => this.#tagged(id)).forEach((thing) => (thing.tags = { ...thing.tags, ...tags })),
                ),
            untag: (ids, keys) =>
                call("untag", () =>
                    ids
                        .map((id) => this.#tagged(id))
                        .forEach((thing) => {
                            const kept = Object.entries(thing.tags).filter(([key]) => !keys.includes(key));
                            thing.tags = Object.fromEntries(kept);
                        }),
                ),
        };
    }

    /** Fill bytes of what a snapshot holds, with what it has of its parents. */
    contents(id: string): Map<number, string> {
        const { blocks, request } = this.snapshots.get(id) ?? assert.fail(`no snapshot ${id}`);
        const all = request.parent === undefined ? new Map<number, string>() : this.#former(request.parent);
        blocks.forEach((digest, index) => all.set(index, digest.toString("hex")));
        const zero = digestOf(filled(0)).toString("hex");
        return new Map([...all].filter(([, digest]) => digest !== zero).toSorted(([a], [b]) => a - b));
    }

    readonly #gone = new Map<string, StoredSnapshot>();

    /** A snapshot that is deleted lives on in its children. */
    #former(id: string): Map<number, string> {
        const gone = this.#gone.get(id);
        if (gone !== undefined) this.snapshots.set(id, gone);
        const contents = this.contents(id);
        if (gone !== undefined) this.snapshots.delete(id);
        return contents;
    }

    #start(request: SnapshotRequest): string {
        const former = [...this.snapshots.values()].find((snapshot) => snapshot.request.token === request.token);
        if (former !== undefined) {
            assert.deepEqual(request, former.request, "another request with the same token");
            return former.id;
        }
        const parent = request.parent === undefined ? undefined : this.#snapshot(request.parent, "ValidationException");
        assert(parent === undefined || request.encrypted === undefined, "a parent excludes Encrypted");
        if (parent !== undefined && this.encryptsByDefault && !parent.encrypted) throw awsError("ValidationException");
        const id = `snap-${this.#id()}`;
        const encrypted = parent?.encrypted ?? (request.encrypted === true || this.encryptsByDefault);
        const { now: started } = this;
        this.snapshots.set(id, { id, request, encrypted, started, blocks: new Map(), tags: request.tags });
        return id;
    }

    #delete(id: string): void {
        const found = this.#snapshot(id, "InvalidSnapshot.NotFound");
        const users = [...this.images.values()].filter(({ request }) => request.snapshot === id);
        if (users.length > 0) throw awsError("InvalidSnapshot.InUse", 400, `${id} is in use by ${users[0]?.id}`);
        this.#gone.set(id, found);
        this.snapshots.delete(id);
    }

    #register(request: RegisterRequest): string {
        const taken = [...this.images.values()].find((image) => image.request.name === request.name);
        if (taken !== undefined) throw awsError("InvalidAMIName.Duplicate");
        const snapshot = this.#snapshot(request.snapshot, "InvalidSnapshot.NotFound");
        assert((snapshot.completedAt ?? Infinity) <= this.now, "an image of a snapshot that is not completed");
        const id = `ami-${this.#id()}`;
        const { tags, description } = request;
        this.images.set(id, { id, request, created: this.now, tags, description, permissions: nobody });
        return id;
    }

    /** A token gives its image again, although it may be gone. */
    readonly #copied = new Map<string, { readonly id: string; readonly request: CopyRequest }>();

    #copy(request: CopyRequest): string {
        const { token, name, description, tags, snapshotTags } = request;
        const former = this.#copied.get(token);
        if (former !== undefined) {
            assert.deepEqual(request, former.request, "another request with the same token");
            return former.id;
        }
        const source = this.#image(request.source.id);
        const taken = [...this.images.values()].find((image) => image.request.name === name);
        if (taken !== undefined) throw awsError("InvalidAMIName.Duplicate");
        const from = this.#snapshot(source.request.snapshot, "InvalidSnapshot.NotFound");
        const snapshot = `snap-${this.#id()}`;
        const { now: started } = this;
        const blocks = new Map(
            [...this.contents(from.id)].map(([index, digest]) => [index, Buffer.from(digest, "hex")]),
        );
        this.snapshots.set(snapshot, {
            id: snapshot,
            request: { token, sizeGiB: from.request.sizeGiB, description, tags: snapshotTags },
            encrypted: from.encrypted || request.encrypted === true,
            started,
            blocks,
            tags: snapshotTags,
            completedAt: started + completion,
        });
        const id = `ami-${this.#id()}`;
        const registered = { ...source.request, name, description, snapshot, tags };
        const permissions = nobody;
        this.images.set(id, {
            id,
            request: registered,
            created: started,
            tags,
            description,
            permissions,
            copy: request,
        });
        this.#copied.set(token, { id, request });
        return id;
    }

    #deregister(id: string, snapshots: boolean): Readonly<Record<string, string>> {
        const image = this.#image(id);
        if (image.isProtected === true) {
            throw awsError("OperationNotPermitted", 400, "the AMI has deregistration protection");
        }
        this.images.delete(id);
        const snapshot = image.request.snapshot;
        if (!snapshots || !this.snapshots.has(snapshot)) return {};
        const code = this.codes.get(snapshot) ?? "success";
        if (code === "success") this.#delete(snapshot);
        return { [snapshot]: code };
    }

    #described(image: StoredImage): MachineImage {
        return {
            id: image.id,
            name: image.request.name,
            state: image.state ?? (image.created + completion <= this.now ? "available" : "pending"),
            description: image.description,
            architecture: image.request.architecture,
            snapshots:
                image.copy !== undefined && image.created + completion > this.now ? [] : [image.request.snapshot],
            created: image.created,
            tags: image.tags,
            ...(image.deprecateAt === undefined ? {} : { deprecateAt: image.deprecateAt }),
        };
    }

    #tagged(id: string): { tags: Tags } {
        const task = this.bucket.tagged(id);
        return task ?? (id.startsWith("ami-") ? this.#image(id) : this.#snapshot(id, "InvalidSnapshot.NotFound"));
    }

    #snapshot(id: string, code: string): StoredSnapshot {
        const found = this.snapshots.get(id);
        if (found === undefined || !this.#isShown(found.started)) throw awsError(code);
        return found;
    }

    #image(id: string): StoredImage {
        const found = this.images.get(id);
        if (found === undefined || !this.#isShown(found.created)) throw awsError("InvalidAMIID.NotFound");
        return found;
    }

    #isShown(since: number): boolean {
        return this.now >= since + unknown;
    }

    #id(): string {
        return (this.#ids++).toString(16).padStart(17, "0");
    }
}

function fits(query: ImageQuery, thing: { readonly id: string; readonly name?: string; readonly tags: Tags }): boolean {
    assert(query.ids?.length !== 0, "a filter without a value");
    return (
        (query.ids === undefined || query.ids.includes(thing.id)) &&
        (query.name === undefined || query.name === thing.name) &&
        (query.tagged === undefined || query.tagged in thing.tags) &&
        Object.entries(query.tags ?? {}).every(([key, value]) => thing.tags[key] === value)
    );
}
