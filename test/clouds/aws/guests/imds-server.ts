import type { AddressInfo } from "node:net";
import { createServer } from "node:http";
import { Imds } from "./imds.ts";
import type { ImdsFacts } from "./imds.ts";

export interface ImdsServer {
    readonly port: number;
    close(): void;
}

/** The metadata service of one instance, on loopback; QEMU lends it the address that guests know. */
export async function imdsServer(facts: () => ImdsFacts): Promise<ImdsServer> {
    const imds = new Imds(facts);
    const server = createServer((request, response) => {
        const { method = "GET", url = "/", headers } = request;
        const answer = imds.answer({ method, path: url, headers });
        request.resume();
        const body = Buffer.from(answer.body ?? "");
        response.writeHead(answer.status, {
            ...answer.headers,
            "content-type": "text/plain",
            "content-length": body.length,
            server: "EC2ws",
            connection: "close",
        });
        response.end(method === "HEAD" ? undefined : body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
        port: (server.address() as AddressInfo).port,
        close: () => {
            server.close();
            server.closeAllConnections();
        },
    };
}
