import { randomInt } from "node:crypto";
import type { RunInstancesRequest } from "@aws-sdk/client-ec2";
import { Failure, notEmulated } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { newResource } from "../../world/call.ts";

/**
 * Holds a launch's market options together: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotMarketOptions.html
 * @returns whether it is one of spot instances
 */
export function checkMarket(input: RunInstancesRequest): boolean {
    const { MarketType, SpotOptions: options = {} } = input.InstanceMarketOptions ?? {};
    if (MarketType !== "spot") {
        return refuseSpotTags(input);
    }
    if (options.SpotInstanceType === "persistent") {
        throw notEmulated("persistent spot requests");
    }
    if ((options.InstanceInterruptionBehavior ?? "terminate") !== "terminate") {
        throw combination(`${options.InstanceInterruptionBehavior} is no interruption behavior of one-time requests`);
    }
    if (options.MaxPrice !== undefined && !(Number(options.MaxPrice) >= 0.001)) {
        throw new Failure("InvalidParameterValue", `Invalid value '${options.MaxPrice}' for spot price.`);
    }
    if (input.DisableApiTermination === true || input.DisableApiStop === true) {
        throw combination("Termination and stop protection cannot be enabled for Spot Instances");
    }
    return true;
}

function refuseSpotTags({ InstanceMarketOptions, TagSpecifications }: RunInstancesRequest): false {
    if (InstanceMarketOptions !== undefined) {
        throw notEmulated(`the market type ${InstanceMarketOptions.MarketType ?? "of nothing"}`);
    }
    if (TagSpecifications?.some(({ ResourceType }) => ResourceType === "spot-instances-request") === true) {
        const message =
            "You cannot specify tags for Spot instances requests if there are no Spot instances requests being created by the request.";
        throw new Failure("InvalidParameterValue", message);
    }
    return false;
}

const combination = (message: string): Failure => new Failure("InvalidParameterCombination", message);

/** Ids of spot requests are the short ones still, of letters and digits. */
export function newSpotRequestId(): string {
    const characters = "0123456789abcdefghijklmnopqrstuvwxyz";
    return `sir-${Array.from({ length: 8 }, () => characters[randomInt(characters.length)]).join("")}`;
}

export function makeSpotRequest(
    call: Call,
    input: RunInstancesRequest,
    id: string,
    instanceId: string,
    tags: Record<string, string>,
): void {
    call.world.tables.spotRequests.set(id, {
        ...newResource(call, id, tags),
        instanceId,
        instanceType: input.InstanceType!,
        maxPrice: input.InstanceMarketOptions?.SpotOptions?.MaxPrice,
    });
}
