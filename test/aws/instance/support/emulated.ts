import { openClients } from "../../../../providers/aws/client/clients";
import { instanceCalls } from "../../../../providers/aws/client/instance-calls";
import type { InstanceEnvironment } from "../../../../providers/aws/instance/environment";
import { instanceHandler } from "../../../../providers/aws/instance/handler";
import { ResourceJournal } from "../../../../providers/aws/resource/journal";
import { VolumeWants } from "../../../../providers/aws/volume/wants";
import { systemClock } from "../../../../providers/lifecycle/clock";
import type { Handler, Properties } from "../../../../providers/lifecycle/handler";
import { watchedSteps } from "../../../../providers/lifecycle/steps";
import type { Running } from "../../../clouds/aws/support/running";
import { block, registered, uploaded } from "../../../clouds/aws/support/upload";
import { declared } from "./world";

/** The emulator's time and ours run faster by this. */
export const scale = 20;

/** What a program declares that reaches AWS at an endpoint. */
export function declaredAt(endpoint: string, changes: Properties): Properties {
    return declared({ connection: { endpoints: { ec2: endpoint, ebs: endpoint, sts: endpoint } }, ...changes });
}

let draws = 0;

/** An instance's handler with the SDK's clients. */
export function sdkHandler(directory: string, changes: Partial<InstanceEnvironment> = {}): Handler {
    const never = new AbortController().signal;
    return instanceHandler({
        calls: (connection, region) => instanceCalls(openClients(connection, region)),
        defaultRegion: () => Promise.resolve(undefined),
        journal: new ResourceJournal(directory),
        wants: new VolumeWants(),
        findKernel: () => Promise.resolve(undefined),
        connects: () => Promise.resolve(false),
        clock: { now: () => Date.now(), sleep: (ms, stop) => systemClock.sleep(ms / scale, stop) },
        workers: {
            self: { host: "here", process: { pid: process.pid, startTime: "now" } },
            identify: () => Promise.resolve(undefined),
        },
        engine: { operation: (call) => call(watchedSteps({ interrupted: never, gone: never })) },
        progress: () => {},
        note: () => {},
        random: (digits) => `${Date.now().toString(16)}${(draws++).toString(16)}`.padStart(digits, "0").slice(-digits),
        ...changes,
    });
}

/** Instances of it are ready as soon as they run. */
export async function machineImage(emulator: Running): Promise<string> {
    await emulator.side("POST", "settings", { consistencyMs: 0, snapshotCompletionMs: 0, readyWithoutGuest: true });
    return registered(emulator.ec2(), await uploaded(emulator.ebs(), [block("a")]));
}

export async function made(handler: Handler, news: Properties): Promise<{ id: string; outs: Properties }> {
    const { inputs, failures } = await handler.check({}, news);
    expect(failures).toEqual([]);
    return handler.create(inputs);
}
