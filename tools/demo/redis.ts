import { connect } from "node:net";

const PATIENCE_MS = 10_000;

/** "PONG", from Redis at "host:port". */
export async function ping(address: string): Promise<string> {
    return (await ask(address, "PING")).replace(/^\+/, "");
}

/** Sends one command in RESP, the protocol of Redis, to "host:port"; gives the answer as it came. */
export function ask(address: string, ...words: readonly string[]): Promise<string> {
    const command = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    const { hostname, port } = new URL(`tcp://${address}`);
    return new Promise((resolve, reject) => {
        const socket = connect({ host: hostname, port: Number(port) });
        let answer = "";
        socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`${address} did not answer ${words[0]}`)));
        socket.on("connect", () => socket.write(`*${words.length}\r\n${command.join("")}`));
        socket.on("data", (chunk) => {
            answer += chunk.toString("utf8");
            if (answer.endsWith("\r\n")) {
                socket.end();
            }
        });
        socket.on("error", reject);
        socket.on("close", () => resolve(answer.trim()));
    });
}

/** True when nothing listens at "host:port". */
export function isClosed(address: string): Promise<boolean> {
    return ping(address).then(
        () => false,
        (error: unknown) => (error as NodeJS.ErrnoException).code === "ECONNREFUSED",
    );
}
