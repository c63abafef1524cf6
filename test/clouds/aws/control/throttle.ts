import type { Call } from "../world/call.ts";
import { Failure } from "../protocol/failure.ts";

interface Bucket {
    tokens: number;
    at: number;
}

interface Rate {
    readonly capacity: number;
    readonly perSecond: number;
}

/**
 * Token buckets of EC2: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 * and of EBS direct: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html
 */
const RATES: Readonly<Record<string, Rate>> = {
    RunInstances: { capacity: 5, perSecond: 2 },
    StartInstances: { capacity: 5, perSecond: 2 },
    StopInstances: { capacity: 50, perSecond: 5 },
    TerminateInstances: { capacity: 100, perSecond: 5 },
    CreateVolume: { capacity: 100, perSecond: 5 },
    DeleteVolume: { capacity: 100, perSecond: 5 },
    DeleteSnapshot: { capacity: 100, perSecond: 5 },
    StartSnapshot: { capacity: 10, perSecond: 10 },
    CompleteSnapshot: { capacity: 10, perSecond: 10 },
    PutSnapshotBlock: { capacity: 1_000, perSecond: 1_000 },
    GetSnapshotBlock: { capacity: 1_000, perSecond: 1_000 },
    ListSnapshotBlocks: { capacity: 50, perSecond: 50 },
    ListChangedBlocks: { capacity: 50, perSecond: 50 },
};
const READING: Rate = { capacity: 100, perSecond: 20 };
const CHANGING: Rate = { capacity: 50, perSecond: 5 };

/** Counts requests by account, region and operation. */
export class Throttle {
    readonly #buckets = new Map<string, Bucket>();

    /** @throws Failure where the bucket is empty */
    take(call: Call, readsOnly: boolean, resource: string): void {
        const perSnapshot = call.operation.endsWith("SnapshotBlock");
        const key = [call.account, call.region, call.operation, perSnapshot ? resource : ""].join("/");
        const { capacity, perSecond } = RATES[call.operation] ?? (readsOnly ? READING : CHANGING);
        const bucket = this.#buckets.get(key) ?? { tokens: capacity, at: call.now };
        const tokens = Math.min(capacity, bucket.tokens + ((call.now - bucket.at) / 1_000) * perSecond);
        this.#buckets.set(key, { tokens: Math.max(0, tokens - 1), at: call.now });
        if (tokens < 1) {
            throw throttled(call, perSnapshot);
        }
    }
}

function throttled({ service }: Call, perSnapshot: boolean): Failure {
    const Reason = perSnapshot ? "RESOURCE_LEVEL_THROTTLE" : "ACCOUNT_THROTTLED";
    return service === "ebs"
        ? new Failure("RequestThrottledException", "Rate exceeded", 400, { Reason })
        : new Failure("RequestLimitExceeded", "Request limit exceeded.", 503);
}
