import type { GetConsoleOutputRequest, GetConsoleOutputResult } from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { findOwn, INSTANCE } from "../query/find.ts";
import { typeFacts } from "./types.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html: the last 64 KB. */
const CONSOLE_BYTES = 65_536;

export function getConsoleOutput(call: Call, { InstanceId, Latest }: GetConsoleOutputRequest): GetConsoleOutputResult {
    const instance = findOwn(call, INSTANCE, call.world.tables.instances, InstanceId!);
    if (Latest === true && typeFacts(instance.instanceType).hypervisor !== "nitro") {
        const message = "This instance type does not support retrieving the latest console logs.";
        throw new Failure("UnsupportedOperation", message);
    }
    const output = call.world.guests.console(instance.id);
    return {
        InstanceId: instance.id,
        Timestamp: new Date(call.now),
        ...(output.length > 0 && { Output: output.subarray(-CONSOLE_BYTES).toString("base64") }),
    };
}
