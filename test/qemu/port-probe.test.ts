import { createServer, type Server, type Socket } from "node:net";
import { isAnswered, PortProbe } from "../../providers/qemu/machine/port-probe";
import { loopback } from "./support/host";

/** `info usernet` of QEMU 7.2 while its guest has not answered, by the state of the connection. */
const usernet = (state: string, host: number = 20001, guest: number = 22): string =>
    [
        "Hub -1 (net0):",
        "  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ",
        `  TCP[${state}]      13       127.0.0.1 ${host}       10.0.2.15    ${guest}     0     0`,
        `  TCP[HOST_FORWARD]   8               * ${host}       10.0.2.15    ${guest}     0     0`,
        "  UDP[236 sec]       14       10.0.2.15 50371        10.0.2.3    53     0     0",
        "",
    ].join("\r\n");

test.each([
    ["ESTABLISHED", true],
    ["CLOSE_WAIT", true],
    ["SYN_SENT", false],
    ["CLOSED", false],
    ["HOST_FORWARD", false],
])("%s: %j", (state, answered) => {
    expect(isAnswered(usernet(state), { host: 20001, guest: 22 })).toBe(answered);
});

test("a connection to another port of the guest, or from another of this host, is none to this one", () => {
    expect(isAnswered(usernet("ESTABLISHED", 20001, 80), { host: 20001, guest: 22 })).toBe(false);
    expect(isAnswered(usernet("ESTABLISHED", 443, 22), { host: 20001, guest: 22 })).toBe(false);
    expect(isAnswered("", { host: 20001, guest: 22 })).toBe(false);
});

describe("a forwarded port", () => {
    let server: Server;
    let sockets: Socket[];
    beforeEach(async () => {
        sockets = [];
        server = createServer({ allowHalfOpen: true }, (socket) => void sockets.push(socket.on("error", () => {})));
        await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
    });
    afterEach(() => {
        sockets.forEach((socket) => socket.destroy());
        server.close();
    });

    const until = async (reached: () => boolean): Promise<void> => {
        while (!reached()) {
            await new Promise((resolve) => setTimeout(resolve, 5));
        }
    };

    function probe(told: () => string): PortProbe {
        const { port: host } = server.address() as { port: number };
        return new PortProbe({ address: loopback, host, guest: 22 }, async () => told());
    }

    test("that QEMU took a connection there proves nothing; that the guest did, does", async () => {
        const { port } = server.address() as { port: number };
        let state = "SYN_SENT";
        const probed = probe(() => usernet(state, port));
        expect(await probed.isAccepted()).toBe(false);
        await until(() => sockets.length === 1);
        expect(await probed.isAccepted()).toBe(false);
        state = "ESTABLISHED";
        expect(await probed.isAccepted()).toBe(true);
        expect(sockets).toHaveLength(1);
        let closed = false;
        sockets[0]?.resume().on("end", () => (closed = true));
        probed.close();
        await until(() => closed);
    });

    test("is tried again when the guest refused, which QEMU passes on as an end", async () => {
        const probed = probe(() => "");
        for (const count of [1, 2, 3]) {
            while (sockets.length < count) {
                expect(await probed.isAccepted()).toBe(false);
                await new Promise((resolve) => setTimeout(resolve, 5));
            }
            sockets.at(-1)?.destroy();
        }
        probed.close();
    });

    test("that the guest answers and ends at once was accepted", async () => {
        const { port } = server.address() as { port: number };
        let state = "SYN_SENT";
        const probed = probe(() => usernet(state, port));
        expect(await probed.isAccepted()).toBe(false);
        await until(() => sockets.length === 1);
        sockets[0]?.end("bye");
        state = "CLOSE_WAIT";
        await new Promise((resolve) => setTimeout(resolve, 50));
        expect(await probed.isAccepted()).toBe(true);
        probed.close();
    });

    test("that nothing forwards is not accepted, and does no harm", async () => {
        const probed = probe(() => "");
        await new Promise((resolve) => server.close(resolve));
        expect(await probed.isAccepted()).toBe(false);
        await new Promise((resolve) => setTimeout(resolve, 20));
        expect(await probed.isAccepted()).toBe(false);
        probed.close();
        await new Promise<void>((resolve) => server.listen(0, loopback, resolve));
    });
});
