import net from "node:net";

/** One RESP round trip. */
export function ask(address: string, command: string): Promise<string> {
    const [host = "", port = ""] = address.split(":");
    return new Promise((resolve, reject) => {
        const socket = net.connect({ host, port: Number(port), timeout: 10_000 });
        let answer = "";
        socket.on("connect", () => socket.write(`${command}\r\n`));
        socket.on("data", (chunk) => {
            answer += chunk.toString("utf8");
            if (answer.endsWith("\r\n")) socket.end();
        });
        socket.on("timeout", () => socket.destroy(new Error(`no answer from ${address}`)));
        socket.on("error", reject);
        socket.on("close", () => resolve(answer.trim()));
    });
}

export async function refused(address: string): Promise<boolean> {
    return ask(address, "PING").then(
        () => false,
        (error: unknown) => (error as NodeJS.ErrnoException).code === "ECONNREFUSED",
    );
}
