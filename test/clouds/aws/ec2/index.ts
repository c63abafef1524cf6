import type { StateOf } from "../control/leaks.ts";
import type { Operations } from "../world/call.ts";
import { existingSnapshots } from "../world/snapshot-state.ts";
import { accountOperations } from "./account/index.ts";
import { existingImages, imageOperations } from "./images/index.ts";
import { existingImports, importOperations } from "./imports/index.ts";
import { existingInstances, instanceOperations } from "./instances/index.ts";
import { existingNetwork, networkOperations } from "./network/index.ts";
import { existingPlacementGroups, placementOperations } from "./placement/index.ts";
import { snapshotOperations } from "./snapshots/index.ts";
import { existingSpotRequests, spotOperations } from "./spot/index.ts";
import { tagOperations } from "./tags/index.ts";
import { existingVolumes, volumeOperations } from "./volumes/index.ts";

export const ec2Operations: Operations = {
    ...accountOperations,
    ...imageOperations,
    ...importOperations,
    ...instanceOperations,
    ...networkOperations,
    ...placementOperations,
    ...snapshotOperations,
    ...spotOperations,
    ...tagOperations,
    ...volumeOperations,
};

export const existingKinds: readonly StateOf[] = [
    existingSnapshots,
    existingImages,
    existingImports,
    existingInstances,
    existingVolumes,
    existingNetwork,
    existingPlacementGroups,
    existingSpotRequests,
];
