import type { GetConsoleOutputRequest, GetConsoleOutputResult } from "@aws-sdk/client-ec2";
import type { Call } from "../../world/call.ts";
import { findOwn, INSTANCE } from "../query/find.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html: the last 64 KB. */
const CONSOLE_BYTES = 65_536;

export function getConsoleOutput(call: Call, { InstanceId }: GetConsoleOutputRequest): GetConsoleOutputResult {
    const instance = findOwn(call, INSTANCE, call.world.tables.instances, InstanceId!);
    const output = call.world.guests.console(instance.id);
    return {
        InstanceId: instance.id,
        Timestamp: new Date(call.now),
        ...(output.length > 0 && { Output: output.subarray(-CONSOLE_BYTES).toString("base64") }),
    };
}
