import { RunInstancesCommand } from "@aws-sdk/client-ec2";
import { attachCalls } from "../../../../providers/aws/client/attach-calls";
import { openClients } from "../../../../providers/aws/client/clients";
import { volumeCalls } from "../../../../providers/aws/client/volume-calls";
import { ResourceJournal } from "../../../../providers/aws/resource/journal";
import type { Attaching } from "../../../../providers/aws/volume/attach";
import { volumeHandler } from "../../../../providers/aws/volume/handler";
import { VolumeWants } from "../../../../providers/aws/volume/wants";
import { type Clock, systemClock } from "../../../../providers/lifecycle/clock";
import type { Handler, Properties } from "../../../../providers/lifecycle/handler";
import { watchedSteps } from "../../../../providers/lifecycle/steps";
import type { Running } from "../../../clouds/aws/support/running";
import { block, registered, uploaded } from "../../../clouds/aws/support/upload";
import { identity } from "./world";

/** The emulator's time and ours run faster by this. */
export const scale = 20;
export const never: AbortSignal = new AbortController().signal;
export const clock: Clock = { now: () => Date.now(), sleep: (ms, stop) => systemClock.sleep(ms / scale, stop) };
export const workers = {
    self: { host: "here", process: { pid: process.pid, startTime: "now" } },
    identify: (): Promise<undefined> => Promise.resolve(undefined),
};

export function connectionTo({ endpoint }: Running): { endpoints: Readonly<Record<"ec2" | "sts", string>> } {
    return { endpoints: { ec2: endpoint, sts: endpoint } };
}

let draws = 0;

/** A volume's handler with the SDK's clients. */
export function sdkHandler(directory: string): Handler {
    return volumeHandler({
        calls: (connection, region) => volumeCalls(openClients(connection, region)),
        defaultRegion: () => Promise.resolve(undefined),
        journal: new ResourceJournal(directory),
        clock,
        workers,
        engine: { operation: (call) => call(watchedSteps({ interrupted: never, gone: never })) },
        progress: () => {},
        note: () => {},
        random: (digits) => `${Date.now().toString(16)}${(draws++).toString(16)}`.padStart(digits, "0").slice(-digits),
    });
}

export async function made(
    handler: Handler,
    news: Properties,
): Promise<{ id: string; inputs: Properties; outs: Properties }> {
    const { inputs, failures } = await handler.check({}, news);
    expect(failures).toEqual([]);
    return { inputs, ...(await handler.create(inputs)) };
}

/** Attaching as an instance does it. */
export function attaching(emulator: Running): Attaching {
    return {
        calls: attachCalls(openClients(connectionTo(emulator), "eu-central-1")),
        steps: watchedSteps({ interrupted: never, gone: never }),
        wait: { clock, signal: never, deadline: Date.now() + 30_000 },
        wants: new VolumeWants(),
        progress: () => {},
        recordLoss: () => Promise.resolve(),
        identity: identity("redis", "Instance"),
    };
}

/** An instance that nobody's resource is, in the zone of the volumes. */
export async function launched(emulator: Running, ami?: string): Promise<string> {
    const image = ami ?? (await registered(emulator.ec2(), await uploaded(emulator.ebs(), [block("a")])));
    const launch = { ImageId: image, MinCount: 1, MaxCount: 1, Placement: { AvailabilityZone: "eu-central-1a" } };
    const command = new RunInstancesCommand({ ...launch, InstanceType: "t3.micro" });
    return (await emulator.ec2().send(command)).Instances?.[0]?.InstanceId ?? "";
}
