import assert from "node:assert/strict";
import type {
    Instance,
    InstanceCalls,
    InstanceQuery,
    LaunchImage,
    RunRequest,
    TypeFacts,
} from "../../../../providers/aws/instance/calls";
import type { Tags } from "../../../../providers/aws/resource/calls";
import type { Clock } from "../../../../providers/lifecycle/clock";
import { awsError, type Fault } from "../../support/fault";

type Phase = "on" | "off" | "ended";

export interface StoredInstance {
    readonly id: string;
    readonly request: RunRequest;
    readonly launched: number;
    type: string;
    groups: readonly string[];
    tags: Tags;
    isProtected: boolean;
    requiresTokens: boolean;
    phase: Phase;
    since: number;
    /** When each boot began. */
    boots: number[];
    /** What it printed before its last start, and what others print now. */
    printed: string;
    reason?: string;
}

interface StoredPart {
    readonly id: string;
    readonly instance: string;
    tags: Tags;
}

interface StoredVolume {
    readonly id: string;
    readonly zone: string;
    attachment?: { readonly instance: string; readonly device: string };
}

/** How long a fresh id is unknown, how long states take, and until a system is up, in milliseconds. */
const unknown = 3000;
const change = 2500;
const boot = 2500;
/** How long what goes with an instance outlives it. */
const lingering = 2000;

const nitro: TypeFacts = {
    hypervisor: "nitro",
    architectures: ["x86_64"],
    bootModes: ["legacy-bios", "uefi"],
    ena: "required",
};

/** The instances of a region of AWS in memory, with a clock that runs when somebody waits. */
export class FakeInstances {
    now = Date.UTC(2026, 0, 1);
    account = "111111111111";
    readonly instances = new Map<string, StoredInstance>();
    readonly parts = new Map<string, StoredPart>();
    readonly volumes = new Map<string, StoredVolume>();
    readonly images = new Map<string, LaunchImage>();
    readonly types = new Map<string, TypeFacts>([
        ["t3.micro", nitro],
        ["t3.small", nitro],
        ["t4g.micro", { ...nitro, architectures: ["arm64"], bootModes: ["uefi"] }],
        ["t2.micro", { hypervisor: "xen", architectures: ["x86_64"], bootModes: ["legacy-bios"], ena: "unsupported" }],
    ]);
    readonly log: string[] = [];
    /** What the next launches and starts are answered with. */
    readonly launchErrors: Error[] = [];
    /** Whether systems come up, by the type they run on. */
    readonly broken = new Set<string>();
    /** What AWS says of launches that it ends by itself. */
    failure: string | undefined;
    readonly #asked = new Map<string, { readonly request: RunRequest; readonly id: string }>();
    #ids = 0;

    constructor() {
        for (const id of ["ami-11111111", "ami-22222222"]) {
            const image = { id, state: "available", architecture: "x86_64", bootMode: "legacy-bios", hasEna: true };
            this.images.set(id, { ...image, staying: [] });
        }
        for (const id of ["vol-aaaaaaaa", "vol-bbbbbbbb"]) this.volumes.set(id, { id, zone: "eu-central-1a" });
    }

    readonly clock: Clock = {
        now: () => this.now,
        sleep: async (milliseconds, signal) => {
            signal?.throwIfAborted();
            this.now += milliseconds;
            await new Promise((resolve) => setImmediate(resolve));
        },
    };

    calls(fault: Fault): InstanceCalls {
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
            machineImage: (id) => call("machineImage", () => this.images.get(id)),
            typeFacts: (type) => call("typeFacts", () => this.types.get(type)),
            runInstance: (request) => call("runInstance", () => this.#run(request)),
            instances: (query) => call("instances", () => this.#describe(query)),
            startInstance: (id) => call("startInstance", () => this.#start(id)),
            stopInstance: (id) => call("stopInstance", () => this.#stop(id)),
            terminateInstance: (id) => call("terminateInstance", () => this.#terminate(id)),
            console: (id) => call("console", () => this.#console(id)),
            changeType: (id, type) =>
                call("changeType", () => {
                    const found = this.#instance(id);
                    if (this.stateOf(found) !== "stopped") throw awsError("IncorrectInstanceState");
                    found.type = type;
                }),
            changeGroups: (id, groups) =>
                call("changeGroups", () => {
                    if (groups.includes("sg-00000404")) throw awsError("InvalidGroup.NotFound");
                    this.#instance(id).groups = groups.toSorted();
                }),
            changeProtection: (id, is) => call("changeProtection", () => void (this.#instance(id).isProtected = is)),
            requireTokens: (id) => call("requireTokens", () => void (this.#instance(id).requiresTokens = true)),
            isProtected: (id) => call("isProtected", () => this.#instance(id).isProtected),
            userData: (id) => call("userData", () => this.#instance(id).request.userData ?? ""),
            belongings: (id) => call("belongings", () => this.partsOf(id)),
            thoseThere: (ids) =>
                call("thoseThere", () => ids.filter((id) => this.parts.has(id) && this.#isThere(this.parts.get(id)))),
            tag: (ids, tags) =>
                call("tag", () => ids.forEach((id) => (this.#tagged(id).tags = { ...this.#tagged(id).tags, ...tags }))),
            untag: (ids, keys) =>
                call("untag", () =>
                    ids.forEach((id) => {
                        const kept = Object.entries(this.#tagged(id).tags).filter(([key]) => !keys.includes(key));
                        this.#tagged(id).tags = Object.fromEntries(kept);
                    }),
                ),
            volumesById: (ids) => call("volumesById", () => ids.flatMap((id) => this.#volume(id))),
            holder: (id) =>
                call("holder", () => {
                    const found = this.instances.get(id);
                    return found && { id, state: this.stateOf(found), tags: found.tags };
                }),
            attachVolume: (id, instance, device) =>
                call("attachVolume", () => {
                    const found = this.#instance(instance);
                    if (!["running", "stopped"].includes(this.stateOf(found))) throw awsError("IncorrectState");
                    const volume = this.volumes.get(id) ?? assert.fail(`no volume ${id}`);
                    if (this.#holderOf(volume) !== undefined) throw awsError("VolumeInUse");
                    volume.attachment = { instance, device };
                }),
            detachVolume: (id) =>
                call("detachVolume", () => {
                    const volume = this.volumes.get(id) ?? assert.fail(`no volume ${id}`);
                    const holder = this.instances.get(volume.attachment?.instance ?? "");
                    assert.equal(holder && this.stateOf(holder), "stopped", "a volume is taken off what runs");
                    delete volume.attachment;
                }),
        };
    }

    stateOf({ phase, since }: StoredInstance): string {
        const isSettled = since + change <= this.now;
        if (phase === "on") return isSettled ? "running" : "pending";
        if (phase === "off") return isSettled ? "stopped" : "stopping";
        return isSettled ? "terminated" : "shutting-down";
    }

    /** Instances that are not on their way out. */
    alive(): StoredInstance[] {
        return [...this.instances.values()].filter(({ phase }) => phase !== "ended");
    }

    /** All that would cost something: instances, and what goes with them. */
    existing(): string[] {
        const instances = [...this.instances.values()].filter((each) => this.stateOf(each) !== "terminated");
        return [
            ...instances.map(({ id }) => id),
            ...[...this.parts.keys()].filter((id) => this.#isThere(this.parts.get(id))),
        ];
    }

    partsOf(instance: string): string[] {
        return [...this.parts.values()]
            .filter((part) => part.instance === instance && this.#isThere(part))
            .map(({ id }) => id);
    }

    attachedTo(instance: string): string[] {
        return [...this.volumes.values()].filter((each) => this.#holderOf(each) === instance).map(({ id }) => id);
    }

    /** As by a person, or by AWS. */
    end(id: string, reason?: string): void {
        const found = this.instances.get(id) ?? assert.fail(`no instance ${id}`);
        if (found.phase === "ended") return;
        found.phase = "ended";
        found.since = this.now;
        if (reason !== undefined) found.reason = reason;
    }

    #run(request: RunRequest): string {
        const former = this.#asked.get(request.token);
        if (former !== undefined) {
            try {
                assert.deepEqual(request, former.request);
            } catch {
                throw awsError("IdempotentParameterMismatch");
            }
            return former.id;
        }
        const error = this.launchErrors.shift();
        if (error !== undefined) throw error;
        assert(request.token.length <= 64);
        const id = `i-${this.#id()}`;
        this.#asked.set(request.token, { request, id });
        const made: StoredInstance = {
            id,
            request,
            launched: this.now,
            type: request.type,
            groups: request.groups ?? ["sg-00000000"],
            tags: request.tags,
            isProtected: false,
            requiresTokens: true,
            phase: "on",
            since: this.now,
            boots: [this.now],
            printed: "",
        };
        this.instances.set(id, made);
        for (const kind of ["vol", "eni"]) {
            const part = `${kind}-${this.#id()}`;
            this.parts.set(part, { id: part, instance: id, tags: request.tagsOfParts });
        }
        if (this.failure !== undefined) this.end(id, this.failure);
        return id;
    }

    #start(id: string): void {
        const found = this.#instance(id);
        const state = this.stateOf(found);
        if (state === "running" || state === "pending") return;
        if (state !== "stopped") throw awsError("IncorrectInstanceState");
        const error = this.launchErrors.shift();
        if (error !== undefined) throw error;
        found.printed = this.#console(id);
        Object.assign(found, { phase: "on", since: this.now, boots: [...found.boots, this.now] });
    }

    #stop(id: string): void {
        const found = this.#instance(id);
        const state = this.stateOf(found);
        if (state === "stopped" || state === "stopping") return;
        if (state !== "running") throw awsError("IncorrectInstanceState");
        if (found.request.spot !== undefined) throw awsError("UnsupportedOperation");
        found.printed = this.#console(id);
        Object.assign(found, { phase: "off", since: this.now });
    }

    #terminate(id: string): void {
        const found = this.#instance(id);
        if (found.isProtected) throw awsError("OperationNotPermitted");
        this.end(id);
    }

    /** AWS shows what earlier boots printed as long as there is nothing newer to push it out. */
    #console(id: string): string {
        const { printed, boots, type, phase } = this.#instance(id);
        const began = boots.at(-1) ?? 0;
        const isUp = phase === "on" && this.now >= began + change + boot;
        if (!isUp || printed.includes(`ready boot-${boots.length} `)) return printed;
        return this.broken.has(type)
            ? `${printed}linuxkit: failed: onboot dhcp\n`
            : `${printed}linuxkit: ready boot-${boots.length} 4.56s\n`;
    }

    #describe({ ids, tags = {}, tagged, token }: InstanceQuery): Instance[] {
        assert(ids?.length !== 0, "a filter without a value");
        return [...this.instances.values()]
            .filter(({ launched }) => this.now >= launched + unknown)
            .filter(
                (each) =>
                    (ids === undefined || ids.includes(each.id)) &&
                    (token === undefined || each.request.token === token) &&
                    (tagged === undefined || tagged in each.tags) &&
                    Object.entries(tags).every(([key, value]) => each.tags[key] === value),
            )
            .map((each) => this.#described(each));
    }

    #described(each: StoredInstance): Instance {
        const state = this.stateOf(each);
        const last = each.id.slice(-1);
        return {
            id: each.id,
            state,
            ...(each.reason === undefined ? {} : { reason: each.reason }),
            type: each.type,
            launched: each.boots.at(-1) ?? 0,
            zone: each.request.zone ?? "eu-central-1a",
            groups: each.groups,
            ...(each.phase === "ended"
                ? {}
                : { privateIp: `10.0.0.${Number.parseInt(last, 16)}`, privateDns: "inside" }),
            ...(state === "running" ? { publicIp: `203.0.113.${each.boots.length}`, publicDns: "outside" } : {}),
            requiresTokens: each.requiresTokens,
            volumes: [...this.volumes.values()].flatMap(({ id, attachment }) =>
                attachment?.instance === each.id ? [{ id, device: attachment.device }] : [],
            ),
            tags: each.tags,
        };
    }

    #volume(id: string) {
        const found = this.volumes.get(id);
        if (found === undefined) return [];
        const { zone, attachment } = found;
        const isHeld = this.#holderOf(found) !== undefined;
        return [
            {
                ...{ id, zone, sizeGiB: 1, type: "gp3", encrypted: false, created: 0, tags: {} },
                state: isHeld ? "in-use" : "available",
                attachments: isHeld && attachment !== undefined ? [{ ...attachment, state: "attached" }] : [],
            },
        ];
    }

    /** AWS takes volumes off what is terminated. */
    #holderOf({ attachment }: StoredVolume): string | undefined {
        const holder = this.instances.get(attachment?.instance ?? "");
        return holder !== undefined && this.stateOf(holder) !== "terminated" ? holder.id : undefined;
    }

    #isThere(part: StoredPart | undefined): boolean {
        const holder = this.instances.get(part?.instance ?? "");
        const isOver = holder?.phase === "ended" && holder.since + change + lingering <= this.now;
        return part !== undefined && !isOver;
    }

    #tagged(id: string): { tags: Tags } {
        return id.startsWith("i-") ? this.#instance(id) : (this.parts.get(id) ?? assert.fail(`no part ${id}`));
    }

    #instance(id: string): StoredInstance {
        const found = this.instances.get(id);
        if (found === undefined || this.now < found.launched + unknown) throw awsError("InvalidInstanceID.NotFound");
        return found;
    }

    #id(): string {
        return (this.#ids++).toString(16).padStart(17, "0");
    }
}
