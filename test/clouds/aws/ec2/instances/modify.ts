import type {
    DescribeInstanceAttributeRequest,
    InstanceAttribute,
    ModifyInstanceAttributeRequest,
} from "@aws-sdk/client-ec2";
import { Failure, notEmulated } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { instanceState } from "../../world/instance-state.ts";
import type { Instance } from "../../world/tables.ts";
import { checkGroups, groupIdentifiers } from "../network/groups.ts";
import { findOwn, INSTANCE } from "../query/find.ts";
import { volumesOf } from "../volumes/of-instance.ts";
import { checkUserData } from "./launch-checks.ts";
import { typeFacts } from "./types.ts";

type Change = (call: Call, instance: Instance, input: ModifyInstanceAttributeRequest) => void;

/** How each attribute is changed; those of STOPPED only while the instance is stopped. */
const CHANGES: Partial<Record<keyof ModifyInstanceAttributeRequest, Change>> = {
    InstanceType: (_call, instance, { InstanceType }) => {
        typeFacts(InstanceType!.Value!);
        instance.instanceType = InstanceType!.Value!;
    },
    UserData: (_call, instance, { UserData }) => {
        const text = Buffer.from(UserData!.Value!).toString("base64");
        checkUserData(text);
        instance.userData = text === "" ? undefined : text;
    },
    EbsOptimized: (_call, instance, { EbsOptimized }) => {
        instance.ebsOptimized = EbsOptimized!.Value!;
    },
    DisableApiTermination: (_call, instance, { DisableApiTermination }) => {
        instance.disableApiTermination = DisableApiTermination!.Value!;
    },
    DisableApiStop: (_call, instance, { DisableApiStop }) => {
        instance.disableApiStop = DisableApiStop!.Value!;
    },
    InstanceInitiatedShutdownBehavior: (_call, instance, { InstanceInitiatedShutdownBehavior }) => {
        const value = InstanceInitiatedShutdownBehavior!.Value;
        if (value !== "stop" && value !== "terminate") {
            throw new Failure("InvalidParameterValue", `Value (${value}) for parameter value is invalid.`);
        }
        instance.shutdownBehavior = value;
    },
    Groups: (call, instance, { Groups }) => {
        call.world.tables.networkInterfaces.get(instance.networkInterfaceId)!.groups = checkGroups(call, Groups);
    },
    BlockDeviceMappings: (call, instance, { BlockDeviceMappings }) => {
        for (const { DeviceName, Ebs } of BlockDeviceMappings!) {
            const volume = volumesOf(call.world, instance.id).find(
                ({ attachment }) => attachment.device === DeviceName,
            );
            if (volume === undefined) {
                const message = `No device is currently mapped at ${DeviceName}`;
                throw new Failure("InvalidInstanceAttributeValue", message);
            }
            volume.attachment.deleteOnTermination = Ebs?.DeleteOnTermination ?? volume.attachment.deleteOnTermination;
        }
    },
};
const STOPPED = ["InstanceType", "UserData", "EbsOptimized"];

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html: one attribute a call. */
export function modifyInstanceAttribute(call: Call, input: ModifyInstanceAttributeRequest): object {
    const instance = findOwn(call, INSTANCE, call.world.tables.instances, input.InstanceId!);
    const given = Object.keys(CHANGES).filter((name) => input[name as keyof typeof input] !== undefined);
    const [name] = given;
    if (given.length !== 1 || name === undefined) {
        throw new Failure("InvalidParameterCombination", "Fields for multiple attribute types specified, or for none");
    }
    const state = instanceState(instance, call.now);
    if (STOPPED.includes(name) && state !== "stopped") {
        const message = `The instance '${instance.id}' is not in the 'stopped' state.`;
        throw new Failure("IncorrectInstanceState", message);
    }
    if (state === "terminated" || state === "shutting-down") {
        throw new Failure("IncorrectInstanceState", `The instance '${instance.id}' is ${state}.`);
    }
    CHANGES[name as keyof ModifyInstanceAttributeRequest]!(call, instance, input);
    return {};
}

export const MODIFIABLE = Object.keys(CHANGES) as (keyof ModifyInstanceAttributeRequest)[];

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html */
export function describeInstanceAttribute(call: Call, input: DescribeInstanceAttributeRequest): InstanceAttribute {
    const instance = findOwn(call, INSTANCE, call.world.tables.instances, input.InstanceId!);
    const InstanceId = instance.id;
    switch (input.Attribute) {
        case "userData":
            return { InstanceId, UserData: instance.userData === undefined ? {} : { Value: instance.userData } };
        case "instanceType":
            return { InstanceId, InstanceType: { Value: instance.instanceType } };
        case "disableApiTermination":
            return { InstanceId, DisableApiTermination: { Value: instance.disableApiTermination } };
        case "disableApiStop":
            return { InstanceId, DisableApiStop: { Value: instance.disableApiStop } };
        case "instanceInitiatedShutdownBehavior":
            return { InstanceId, InstanceInitiatedShutdownBehavior: { Value: instance.shutdownBehavior } };
        case "ebsOptimized":
            return { InstanceId, EbsOptimized: { Value: instance.ebsOptimized } };
        case "groupSet": {
            const link = call.world.tables.networkInterfaces.get(instance.networkInterfaceId);
            return { InstanceId, Groups: groupIdentifiers(call, link?.groups ?? []) };
        }
        default:
            throw notEmulated(`the instance attribute ${input.Attribute}`);
    }
}
