import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import type { Port, Protocol } from "../settings";

/** The system's error code for binding a port, such as EADDRINUSE; undefined when it is free. */
export async function bindError(protocol: Protocol, address: string, port: number): Promise<string | undefined> {
    try {
        await (protocol === "tcp" ? bindTcp(address, port) : bindUdp(address, port));
        return undefined;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code ?? String(error);
    }
}

/** Why nothing of this host can listen on an address; undefined when it is one of this host. */
export async function addressProblem(protocol: Protocol, address: string): Promise<string | undefined> {
    return (await bindError(protocol, address, 0)) === "EADDRNOTAVAIL"
        ? `${address} is not an address of this host: give one that it has, or "0.0.0.0" for all`
        : undefined;
}

/**
 * Why a port of this host cannot be listened on now; undefined when it is free.
 * @param otherwise what helps beside another port, as the end of a sentence
 */
export async function bindProblem(
    { protocol, address, host }: Omit<Port, "guest">,
    otherwise: string = "",
): Promise<string | undefined> {
    const code = await bindError(protocol, address, host);
    const reasons: Readonly<Record<string, string>> = {
        EADDRINUSE: `port ${host} is in use by another program on this host: choose another${otherwise}`,
        EACCES: `port ${host} is not allowed for this user: choose one from 1024 on`,
    };
    return code === undefined ? undefined : (reasons[code] ?? `port ${host} cannot be bound: ${code}`);
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
