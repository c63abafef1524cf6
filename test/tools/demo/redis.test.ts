import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";
import { isClosed, ping } from "../../../tools/demo/redis.ts";

const closers: (() => void)[] = [];

afterEach(() => closers.splice(0).forEach((close) => close()));

async function serve(answer: (socket: Socket, request: string) => void): Promise<string> {
    const server = createServer((socket) => socket.on("data", (data) => answer(socket, data.toString("latin1"))));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closers.push(() => server.close());
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("PING is sent in RESP and the answer read, in however many pieces it comes", async () => {
    const requests: string[] = [];
    const address = await serve((socket, request) => {
        requests.push(request);
        socket.write("+PO");
        setImmediate(() => socket.write("NG\r\n"));
    });
    await expect(ping(address)).resolves.toBe("PONG");
    expect(requests.join("")).toBe("*1\r\n$4\r\nPING\r\n");
});

test("an error of the server is given as it is", async () => {
    const address = await serve((socket) => socket.write("-NOAUTH Authentication required.\r\n"));
    await expect(ping(address)).resolves.toBe("-NOAUTH Authentication required.");
});

test("an address is closed when nothing listens there", async () => {
    const address = await serve((socket) => socket.end());
    await expect(isClosed(address)).resolves.toBe(false);
    closers.splice(0).forEach((close) => close());
    await expect(isClosed(address)).resolves.toBe(true);
});
