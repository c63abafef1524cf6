import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import type { Protocol } from "../settings";

/** The system's error code for binding a port, such as EADDRINUSE; undefined when it is free. */
export async function bindError(protocol: Protocol, address: string, port: number): Promise<string | undefined> {
    try {
        await (protocol === "tcp" ? bindTcp(address, port) : bindUdp(address, port));
        return undefined;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? String(error);
    }
}

function bindTcp(address: string, port: number): Promise<void> {
    const server = createServer();
    return new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve()));
    });
}

function bindUdp(address: string, port: number): Promise<void> {
    const socket = createSocket("udp4");
    return new Promise((resolve, reject) => {
        socket.once("error", (error) => socket.close(() => reject(error)));
        socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve()));
    });
}
