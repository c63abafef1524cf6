import type { Query, ResourceCalls, Tags } from "../resource/calls";
import type { AttachCalls } from "../volume/attach-calls";

/** The few calls of AWS that an instance needs, in one account and region; tests hand in their own. */
export interface InstanceCalls extends ResourceCalls, AttachCalls {
    /** Undefined when there is no such image, or none that these credentials may use. */
    machineImage(id: string): Promise<LaunchImage | undefined>;
    /** Undefined when AWS has no such type in the region. */
    typeFacts(type: string): Promise<TypeFacts | undefined>;

    /** Answers with the id; a request that was answered before is answered alike. */
    runInstance(request: RunRequest): Promise<string>;
    /** The account's own instances, those that ended within the last hour too. */
    instances(query: InstanceQuery): Promise<readonly Instance[]>;
    startInstance(id: string): Promise<void>;
    terminateInstance(id: string): Promise<void>;
    /** What it printed on its serial console, the last 64 KiB; with `latest`, up to now. */
    console(id: string, latest: boolean): Promise<string>;

    /** Of an instance that is stopped. */
    changeType(id: string, type: string): Promise<void>;
    changeGroups(id: string, groups: readonly string[]): Promise<void>;
    changeProtection(id: string, isProtected: boolean): Promise<void>;
    /** Has its metadata service answer version 2 alone. */
    requireTokens(id: string): Promise<void>;
    /** Whether it is protected from termination. */
    isProtected(id: string): Promise<boolean>;
    /** As it was given to RunInstances. */
    userData(id: string): Promise<string>;

    /** Ids of volumes and network interfaces that go with the instance. */
    belongings(id: string): Promise<readonly string[]>;
    /** Those of these volumes and network interfaces that are there. */
    thoseThere(ids: readonly string[]): Promise<readonly string[]>;
}

export interface InstanceQuery extends Query {
    /** Of the request that made it. */
    readonly token?: string;
}

export interface RunRequest {
    /** At most 64 characters of ASCII. */
    readonly token: string;
    readonly ami: string;
    readonly type: string;
    readonly subnet?: string;
    readonly groups?: readonly string[];
    readonly publicIp?: boolean;
    readonly keyName?: string;
    /** Before base64. */
    readonly userData?: string;
    /** Name or ARN. */
    readonly profile?: string;
    readonly zone?: string;
    readonly tenancy?: Tenancy;
    readonly placementGroup?: string;
    readonly spot?: Spot;
    /** Devices of the image that would stay when the instance is gone. */
    readonly staying: readonly string[];
    readonly tags: Tags;
    /** Of its volumes and its network interface. */
    readonly tagsOfParts: Tags;
}

export type Tenancy = "default" | "dedicated" | "host";

export interface Spot {
    /** In US dollars an hour; absent: the price on demand. */
    readonly maxPrice?: string;
}

export interface Instance {
    readonly id: string;
    /** `pending`, `running`, `shutting-down`, `terminated`, `stopping`, `stopped`. */
    readonly state: string;
    readonly reason?: string;
    readonly type: string;
    /** When it was started last, in milliseconds since 1970. */
    readonly launched: number;
    readonly zone: string;
    /** Sorted. */
    readonly groups: readonly string[];
    readonly privateIp?: string;
    readonly publicIp?: string;
    readonly privateDns?: string;
    readonly publicDns?: string;
    /** Whether its metadata service answers version 2 alone. */
    readonly requiresTokens: boolean;
    /** All its volumes. */
    readonly volumes: readonly { readonly id: string; readonly device: string }[];
    readonly tags: Tags;
}

/** What of an image a launch depends on. */
export interface LaunchImage {
    readonly id: string;
    readonly state: string;
    /** `x86_64`, `arm64`... */
    readonly architecture: string;
    /** Absent: what the type has by default. */
    readonly bootMode?: string;
    readonly hasEna: boolean;
    /** Devices whose volumes would stay when the instance is gone. */
    readonly staying: readonly string[];
}

/** What of an instance type a launch depends on. */
export interface TypeFacts {
    readonly hypervisor: "nitro" | "xen";
    readonly architectures: readonly string[];
    readonly bootModes: readonly string[];
    readonly ena: "required" | "supported" | "unsupported";
}
