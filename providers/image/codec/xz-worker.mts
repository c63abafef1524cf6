import type { MessagePort } from "node:worker_threads";

import xz from "xz-decompress";

const CHUNK_BYTES = 1 << 18;
/** Chunks on their way at once, so that neither side waits for the other's turn. */
const OUTPUT_WINDOW = 16;
const INPUT_WINDOW = 8;

type FromReader =
    | { readonly type: "data"; readonly bytes: Uint8Array }
    | { readonly type: "end" }
    | { readonly type: "taken" }
    | { readonly type: "cancel" };

/** Reads compressed chunks from the port and sends decompressed ones back, each side at most a few ahead of the other. */
export default async function decompress({ port }: { port: MessagePort }): Promise<void> {
    const inbox = openInbox(port);
    const input = new ReadableStream<Uint8Array>(
        {
            async pull(controller) {
                port.postMessage({ type: "want" });
                const bytes = await inbox.next();
                if (bytes === undefined) {
                    controller.close();
                } else {
                    controller.enqueue(bytes);
                }
            },
        },
        { highWaterMark: INPUT_WINDOW },
    );
    const output = new xz.XzReadableStream(input);
    try {
        await send(output, port, inbox);
    } finally {
        port.close();
    }
}

async function send(output: ReadableStream<Uint8Array>, port: MessagePort, inbox: Inbox): Promise<void> {
    let held: Uint8Array[] = [];
    let length = 0;
    const flush = async () => {
        await inbox.credit();
        const bytes = concat(held, length);
        port.postMessage({ type: "data", bytes }, [bytes.buffer as ArrayBuffer]);
        held = [];
        length = 0;
    };
    for await (const chunk of output) {
        if (inbox.cancelled()) {
            return;
        }
        held.push(chunk);
        length += chunk.length;
        if (length >= CHUNK_BYTES) {
            await flush();
        }
    }
    if (length > 0) {
        await flush();
    }
    port.postMessage({ type: "end" });
}

interface Inbox {
    next(): Promise<Uint8Array | undefined>;
    credit(): Promise<void>;
    cancelled(): boolean;
}

function openInbox(port: MessagePort): Inbox {
    let isCancelled = false;
    let credits = OUTPUT_WINDOW;
    const chunks: (Uint8Array | undefined)[] = [];
    let waiting: (() => void)[] = [];
    const changed = () => new Promise<void>((resolve) => waiting.push(resolve));
    const wake = () => {
        const woken = waiting;
        waiting = [];
        for (const resolve of woken) {
            resolve();
        }
    };
    const cancel = () => {
        isCancelled = true;
        wake();
    };
    port.on("close", cancel);
    port.on("message", (message: FromReader) => {
        if (message.type === "taken") {
            credits += 1;
        } else if (message.type === "cancel") {
            isCancelled = true;
        } else {
            chunks.push(message.type === "data" ? message.bytes : undefined);
        }
        wake();
    });
    return {
        async next() {
            while (chunks.length === 0 && !isCancelled) {
                await changed();
            }
            return chunks.shift();
        },
        async credit() {
            while (credits === 0 && !isCancelled) {
                await changed();
            }
            credits -= 1;
        },
        cancelled: () => isCancelled,
    };
}

function concat(parts: readonly Uint8Array[], length: number): Uint8Array {
    const [first] = parts;
    if (parts.length === 1 && first !== undefined) {
        return first;
    }
    const joined = new Uint8Array(length);
    let offset = 0;
    for (const part of parts) {
        joined.set(part, offset);
        offset += part.length;
    }
    return joined;
}
