import type { ImportCalls } from "../image/import/calls";
import type { Query, ResourceCalls, Tags } from "../resource/calls";

/** What ending an import needs. */
export type EndingCalls = Pick<
    ImportCalls,
    "importTasks" | "cancelImport" | "unfinishedObjects" | "abortObject" | "deleteObject"
> &
    Pick<ResourceCalls, "untag">;

/** The few calls of AWS that cleaning up needs, in one account and region; tests hand in their own. */
export interface LeftoverCalls {
    /** Id of the account that the credentials are of. */
    account(): Promise<string>;
    /** The account's own things with these tags, without instances and imports that ended. */
    things(query: Required<Pick<Query, "tags">>): Promise<readonly Thing[]>;
    isThere(thing: Thing): Promise<boolean>;
    /** Begins to take it away, unless it is an import; an image goes without its snapshots. */
    remove(thing: Thing): Promise<void>;
    readonly imports: EndingCalls;
}

export interface Thing {
    readonly type: ThingType;
    readonly id: string;
    /** As AWS has it: `pending`, `available`, `running`... */
    readonly state: string;
    /** What it belongs to: images that hold a snapshot, instances that have a volume. */
    readonly partOf: readonly string[];
    readonly tags: Tags;
}

/** In the order in which they can go. */
export const thingTypes = ["instance", "image", "import", "snapshot", "volume"] as const;

export type ThingType = (typeof thingTypes)[number];
