import { availableParallelism } from "node:os";
import path from "node:path";
import { MessageChannel, type MessagePort } from "node:worker_threads";

import type { Piscina } from "piscina";
import type * as piscinaModule from "piscina";

import { LinuxKitError } from "../../../sdk/assembly/error";
import type { Chunks } from "./bytes";

type FromWorker =
    { readonly type: "want" } | { readonly type: "data"; readonly bytes: Uint8Array } | { readonly type: "end" };

const IDLE_MILLISECONDS = 1000;
/** Each holds some 30 MB. */
const MAX_THREADS = 4;
const isSource = __filename.endsWith(".ts");

let pool: Piscina<{ port: MessagePort }, void> | undefined;

/**
 * The content of one .xz stream, unpacked on a worker thread. A worker is taken when the first chunk is asked for and
 * held until the last one was read or the loop was left. A damaged or truncated stream is an error; what follows it is not read.
 */
export async function* xzDecompress(source: Chunks): AsyncGenerator<Buffer, void, undefined> {
    pool ??= openPool();
    const { port1: port, port2 } = new MessageChannel();
    const outbox = openOutbox(port, source);
    const task = pool
        .run({ port: port2 }, { transferList: [port2] })
        .catch((error: unknown) => outbox.fail(damaged(error)));
    try {
        for (let chunk = await outbox.next(); chunk !== undefined; chunk = await outbox.next()) {
            yield chunk;
            port.postMessage({ type: "taken" });
        }
    } finally {
        port.postMessage({ type: "cancel" });
        port.close();
        await outbox.close();
        await task;
    }
}

/** Loaded when first needed: most runs find all they want in the store. */
function openPool(): Piscina<{ port: MessagePort }, void> {
    const { Piscina } = require("piscina") as typeof piscinaModule;
    return new Piscina({
        filename: path.join(__dirname, isSource ? "xz-worker.mts" : "xz-worker.mjs"),
        minThreads: 0,
        maxThreads: Math.min(MAX_THREADS, Math.max(2, availableParallelism())),
        idleTimeout: IDLE_MILLISECONDS,
        ...(isSource ? { execArgv: ["--disable-warning=ExperimentalWarning"] } : {}),
    });
}

function damaged(cause: unknown): LinuxKitError {
    return new LinuxKitError("CodecDamaged", "an xz stream is damaged or truncated", { codec: "xz" }, { cause });
}

interface Outbox {
    /** The next chunk, undefined after the last. */
    next(): Promise<Buffer | undefined>;
    fail(error: unknown): void;
    close(): Promise<void>;
}

/** Answers the worker's wishes for input from `source`, in order, and queues what it sends back. */
function openOutbox(port: MessagePort, source: Chunks): Outbox {
    const input = (async function* () {
        yield* source;
    })();
    const received: Buffer[] = [];
    let failure: { readonly error: unknown } | undefined;
    let isFinished = false;
    let feeding = Promise.resolve();
    let wake = () => {};
    const fail = (error: unknown) => {
        failure ??= { error };
        wake();
    };
    const feed = async () => {
        const next = await input.next();
        port.postMessage(next.done === true ? { type: "end" } : { type: "data", bytes: next.value });
    };
    port.on("message", (message: FromWorker) => {
        if (message.type === "want") {
            feeding = feeding.then(feed).catch(fail);
        } else if (message.type === "data") {
            received.push(Buffer.from(message.bytes.buffer, message.bytes.byteOffset, message.bytes.byteLength));
        } else {
            isFinished = true;
        }
        wake();
    });
    return {
        async next() {
            while (received.length === 0 && !isFinished && failure === undefined) {
                await new Promise<void>((resolve) => (wake = resolve));
            }
            if (received.length === 0 && failure !== undefined) {
                throw failure.error;
            }
            return received.shift();
        },
        fail,
        async close() {
            await feeding;
            await input.return();
        },
    };
}
