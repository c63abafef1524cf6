import type { Properties } from "../../lifecycle/handler";
import { partitionOf } from "../resource/arn";
import { usersTags } from "../resource/tags";
import type { WantedVolume } from "../volume/attach";
import type { Instance } from "./calls";
import type { Attempt } from "./environment";

/** What state holds of a made instance: its inputs, and where it is. Its console is never in it. */
export function outputs({ account, settings }: Attempt, instance: Instance, inputs: Properties): Properties {
    const { region } = settings;
    return {
        ...inputs,
        ...placeOf(instance),
        status: "running",
        account,
        arn: `arn:${partitionOf(region)}:ec2:${region}:${account}:instance/${instance.id}`,
    };
}

/** And what a look at it found, in the place of what was declared. */
export function found(instance: Instance, isProtected: boolean, outs: Properties): Properties {
    const { privateIp: _, publicIp: __, privateDns: ___, publicDns: ____, ...rest } = outs;
    const volumes = (outs["volumes"] ?? []) as readonly WantedVolume[];
    const has = ({ id }: WantedVolume): boolean => instance.volumes.some((volume) => volume.id === id);
    const isStopped = instance.state === "stopped" || instance.state === "stopping";
    return {
        ...rest,
        ...placeOf(instance),
        instanceType: instance.type,
        ...(outs["vpcSecurityGroupIds"] === undefined ? {} : { vpcSecurityGroupIds: instance.groups }),
        disableApiTermination: isProtected,
        httpTokens: instance.requiresTokens ? "required" : "optional",
        volumes: volumes.filter(has),
        tagsAll: usersTags(instance.tags),
        status: isStopped ? "stopped" : "running",
    };
}

/** An instance has no public address where its subnet gives none, and none while it is stopped. */
function placeOf({ zone, privateIp, publicIp, privateDns, publicDns }: Instance): Properties {
    return {
        availabilityZone: zone,
        ...(privateIp === undefined ? {} : { privateIp }),
        ...(publicIp === undefined ? {} : { publicIp }),
        ...(privateDns === undefined ? {} : { privateDns }),
        ...(publicDns === undefined ? {} : { publicDns }),
    };
}
