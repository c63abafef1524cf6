import type { InstanceStateName } from "@aws-sdk/client-ec2";
import type { Instance } from "./tables.ts";

const STATES: Readonly<Record<Instance["phase"], readonly [before: InstanceStateName, after: InstanceStateName]>> = {
    starting: ["pending", "running"],
    stopping: ["stopping", "stopped"],
    terminating: ["shutting-down", "terminated"],
};

export function instanceState({ phase, settlesAt }: Instance, now: number): InstanceStateName {
    return STATES[phase][now < settlesAt ? 0 : 1];
}
