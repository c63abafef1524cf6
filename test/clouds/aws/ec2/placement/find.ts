import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { visible } from "../../world/call.ts";
import { instanceState } from "../../world/instance-state.ts";
import type { PlacementGroup } from "../../world/tables.ts";
import { typeFacts } from "../instances/types.ts";

export function findGroup(call: Call, name: string): PlacementGroup | undefined {
    return visible(call, call.world.tables.placementGroups).find(
        (group) => group.account === call.account && group.name === name,
    );
}

/** Running instances of a spread group in a zone: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-strategies.html */
const MOST_SPREAD = 7;

/** @throws Failure for a group that is not there, or does not take the type or so many */
export function checkPlacement(call: Call, name: string | undefined, type: string, zone: string, count: number): void {
    if (name === undefined) {
        return;
    }
    const group = findGroup(call, name);
    if (group === undefined) {
        throw new Failure("InvalidPlacementGroup.Unknown", `The Placement Group '${name}' is unknown.`);
    }
    const { strategy } = group;
    if (strategy === "cluster" && typeFacts(type).burstable) {
        const message = `Cluster placement groups are not supported by the '${type}' instance type. Specify a supported instance type or change the placement group strategy, and try again.`;
        throw new Failure("InvalidParameterCombination", message);
    }
    const members = [...call.world.tables.instances.values()].filter(
        (each) =>
            each.placementGroup === name &&
            each.account === call.account &&
            each.zone === zone &&
            ["pending", "running"].includes(instanceState(each, call.now)),
    );
    if (strategy === "spread" && members.length + count > MOST_SPREAD) {
        const message = `We currently do not have sufficient capacity to launch all of the additional requested instances into Placement Group '${name}'.`;
        throw new Failure("InsufficientInstanceCapacity", message, 500);
    }
}
