import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const LOOK_MS = 50;
/** An attempt that came too early may still be answered, but only after TCP's own pauses. */
const ATTEMPT_MS = 2_000;

/** A port of the loopback interface that nothing listens at. */
export async function freePort(): Promise<number> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    return port;
}

/** Asks PING anew every 50 ms until one attempt is answered PONG, or the signal ends it. */
export async function firstPong(port: number, signal: AbortSignal): Promise<void> {
    const answered = new AbortController();
    const over = AbortSignal.any([signal, answered.signal]);
    while (!over.aborted) {
        void askOnce(port, over).then((answer) => answer.startsWith("+PONG") && answered.abort());
        await delay(LOOK_MS, undefined, { signal: over }).catch(() => {});
    }
}

/** The beginning of the answer to PING; empty when there is none. */
function askOnce(port: number, over: AbortSignal): Promise<string> {
    return new Promise((resolve) => {
        const socket = connect({ port, host: "127.0.0.1", signal: over, timeout: ATTEMPT_MS });
        socket.on("connect", () => socket.write("PING\r\n"));
        socket.once("data", (answer) => {
            resolve(answer.toString("latin1"));
            socket.destroy();
        });
        socket.on("timeout", () => socket.destroy());
        socket.on("error", () => {});
        socket.on("close", () => resolve(""));
    });
}
