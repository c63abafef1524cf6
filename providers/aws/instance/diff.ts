import canonicalize from "canonicalize";
import type { Properties } from "../../lifecycle/handler";
import { isSameUserData } from "../../lifecycle/user-data";
import type { InstanceEnvironment } from "./environment";

/** What an instance has for good. */
const fixed = [
    "ami",
    "region",
    "subnetId",
    "associatePublicIpAddress",
    "keyName",
    "iamInstanceProfile",
    "tenancy",
    "placementGroup",
    "spot",
];
/** What one has for good that cannot be stopped. */
const fixedOfSpot = ["instanceType", "volumes"];
const changeable = ["vpcSecurityGroupIds", "disableApiTermination", "tagsAll", "httpTokens", "status"];
/** Said of later operations, or, as another identity, marked; nothing else is done. */
const recorded = ["identity", "connection", "readiness", "timeouts"];

/**
 * Another image, and what AWS decides at the launch, is another instance; it is made before the old one goes. One whose deletion
 * was cut off is another one too, for there may be nothing left of it.
 */
export async function diff(
    { journal }: InstanceEnvironment,
    id: string,
    olds: Properties,
    news: Properties,
): Promise<{ changes: boolean; replaces: readonly string[]; deleteBeforeReplace: boolean }> {
    const differs = (key: string): boolean => canonicalize(olds[key]) !== canonicalize(news[key]);
    const isSpot = news["spot"] !== undefined;
    const replaces = [
        ...[...fixed, ...(isSpot ? fixedOfSpot : [])].filter(differs),
        ...(news["availabilityZone"] !== undefined && differs("availabilityZone") ? ["availabilityZone"] : []),
        ...(isSameUserData(olds["userData"], news["userData"]) ? [] : ["userData"]),
        ...((await journal.isDeleting(id)) ? ["arn"] : []),
    ];
    const isChanged = [...fixedOfSpot, ...changeable, ...recorded].some(differs);
    return {
        changes: replaces.length > 0 || isChanged || (await journal.change(id)) !== undefined,
        replaces,
        deleteBeforeReplace: false,
    };
}
