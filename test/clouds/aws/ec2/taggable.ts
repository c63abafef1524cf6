import type { ResourceType } from "@aws-sdk/client-ec2";
import type { Resource } from "../world/tables.ts";
import type { World } from "../world/world.ts";
import type { Kind } from "./query/find.ts";
import {
    IMAGE,
    IMPORT_TASK,
    INSTANCE,
    NETWORK_INTERFACE,
    PLACEMENT_GROUP,
    SECURITY_GROUP,
    SNAPSHOT,
    SPOT_REQUEST,
    VOLUME,
} from "./query/find.ts";

/** Kinds of resources that have tags, and where they are. */
export const TAGGABLE: readonly {
    readonly type: ResourceType;
    readonly kind: Kind;
    table(world: World): ReadonlyMap<string, Resource>;
}[] = [
    { type: "snapshot", kind: SNAPSHOT, table: ({ tables }) => tables.snapshots },
    { type: "image", kind: IMAGE, table: ({ tables }) => tables.images },
    { type: "instance", kind: INSTANCE, table: ({ tables }) => tables.instances },
    { type: "volume", kind: VOLUME, table: ({ tables }) => tables.volumes },
    { type: "network-interface", kind: NETWORK_INTERFACE, table: ({ tables }) => tables.networkInterfaces },
    { type: "security-group", kind: SECURITY_GROUP, table: ({ tables }) => tables.securityGroups },
    { type: "spot-instances-request", kind: SPOT_REQUEST, table: ({ tables }) => tables.spotRequests },
    { type: "import-snapshot-task", kind: IMPORT_TASK, table: ({ tables }) => tables.importTasks },
    { type: "placement-group", kind: PLACEMENT_GROUP, table: ({ tables }) => tables.placementGroups },
];
