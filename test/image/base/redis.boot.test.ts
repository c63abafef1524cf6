import { connect, createServer } from "node:net";

import { Assembly, debian, dhcp } from "../../../sdk";
import { guests } from "../../support/boot";
import { buildImage } from "./build-image";

const boot = guests();

const redis = {
    name: "redis",
    image: debian.packages(["redis-server"]),
    command: ["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no"],
    healthcheck: { tcp: 6379 },
};

test.each([
    ["crun", "amd64"],
    ["runc", "amd64"],
    ["crun", "arm64"],
] as const)("Redis answers on a machine that runs %s on %s", async (runtime, architecture) => {
    const image = await buildImage(
        new Assembly({
            architecture,
            kernel: debian.kernel(),
            init: [debian.base({ runtime })],
            onboot: [dhcp()],
            services: [redis],
        }),
    );
    const port = await freePort();
    const guest = boot({ ...image, architecture, ports: { [port]: 6379 } });
    await guest.waitFor(/^linuxkit: service redis started$/);
    await guest.waitFor(/^linuxkit: service redis ready \d+\.\d\ds$/);
    await guest.waitFor(/^linuxkit: ready [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} \d+\.\d\ds$/);
    expect(await ask(port, "PING\r\n")).toBe("+PONG\r\n");
    await guest.powerDown();
    expect(await guest.ended()).toBe(0);
    expect(guest.lines).toContain("linuxkit: service redis stopped");
});

function freePort(): Promise<number> {
    return new Promise((resolve) => {
        const server = createServer().listen(0, "127.0.0.1", () => {
            const address = server.address();
            server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
        });
    });
}

function ask(port: number, question: string): Promise<string> {
    return new Promise((resolve, reject) => {
        const socket = connect(port, "127.0.0.1", () => socket.write(question));
        socket.on("error", reject);
        socket.on("data", (answer) => {
            socket.destroy();
            resolve(answer.toString());
        });
    });
}
