import { openClients } from "../../../providers/aws/client/clients";
import { imageCalls } from "../../../providers/aws/client/image-calls";
import type { ImageEnvironment } from "../../../providers/aws/image/environment";
import { imageHandler } from "../../../providers/aws/image/handler";
import { UploadStore } from "../../../providers/aws/image/store/store";
import { systemClock } from "../../../providers/lifecycle/clock";
import type { Handler, Properties } from "../../../providers/lifecycle/handler";
import { watchedSteps } from "../../../providers/lifecycle/steps";
import { type Blocks, diskOf } from "./blocks";
import { declared } from "./world";

/** What a program declares that reaches AWS at an endpoint. */
export function declaredAt(endpoint: string, changes: Properties): Properties {
    const connection = { endpoints: { ec2: endpoint, ebs: endpoint, s3: endpoint, sts: endpoint } };
    return declared({ connection, ...changes });
}

let draws = 0;

/** An image's handler with the SDK's clients, and waits that take a tenth of their time. */
export function sdkHandler(
    directory: string,
    signal: AbortSignal = new AbortController().signal,
    changes: Partial<ImageEnvironment> = {},
): Handler {
    return imageHandler({
        calls: (connection, region) => imageCalls(openClients(connection, region)),
        defaultRegion: () => Promise.resolve(undefined),
        disks: {
            resolve: ({ image: { digest } }) => Promise.resolve({ digest: String(digest) }),
            read: ({ image: { blocks } }, use) => use(diskOf(blocks as Blocks)),
        },
        store: new UploadStore(directory),
        clock: { now: () => Date.now(), sleep: (ms, stop) => systemClock.sleep(ms / 10, stop) },
        workers: {
            self: { host: "here", process: { pid: process.pid, startTime: "now" } },
            identify: () => Promise.resolve(undefined),
        },
        engine: {
            operation: (call) => call(watchedSteps({ interrupted: signal, gone: new AbortController().signal })),
        },
        progress: () => {},
        note: () => {},
        random: (digits) => `${Date.now().toString(16)}${(draws++).toString(16)}`.padStart(digits, "0").slice(-digits),
        parallel: 4,
        ...changes,
    });
}
