import { connect } from "node:net";

const PATIENCE_MS = 10_000;

/** Sends PING in RESP, the protocol of Redis, to "host:port"; gives the answer's text ("PONG"). */
export function ping(address: string): Promise<string> {
    const { hostname, port } = new URL(`tcp://${address}`);
    return new Promise((resolve, reject) => {
        const socket = connect({ host: hostname, port: Number(port) });
        let answer = "";
        socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`${address} did not answer PING`)));
        socket.on("connect", () => socket.write("*1\r\n$4\r\nPING\r\n"));
        socket.on("data", (chunk) => {
            answer += chunk.toString("utf8");
            if (answer.includes("\r\n")) {
                socket.end();
            }
        });
        socket.on("error", reject);
        socket.on("close", () => resolve(answer.trim().replace(/^\+/, "")));
    });
}

/** True when nothing listens at "host:port". */
export function isClosed(address: string): Promise<boolean> {
    return ping(address).then(
        () => false,
        (error: unknown) => (error as NodeJS.ErrnoException).code === "ECONNREFUSED",
    );
}
