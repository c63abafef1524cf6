import type { ChildProcess } from "node:child_process";
import { EventEmitter, once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:net";
import { PassThrough } from "node:stream";
import { watchConsole } from "../../../tools/bench/boot/console.ts";
import { qemuArguments } from "../../../tools/bench/boot/guest.ts";
import { firstPong, freePort } from "../../../tools/bench/boot/pong.ts";
import type { Identity } from "../../../providers/lifecycle/handler";
import type { MachineEntry } from "../../../providers/qemu/journal/entry";
import { qemuArguments as machineArguments } from "../../../providers/qemu/machine/arguments";
import { readSettings } from "../../../providers/qemu/settings";

test("a guest of the bench is the machine that qemu.Machine would start", () => {
    const image = { kernelPath: "/kernel", initrdPath: "/initrd", cmdline: "quiet" };
    const identity: Identity = { project: "p", stack: "s", organization: "o", urn: "u::n" };
    const port = { protocol: "tcp", address: "127.0.0.1", host: 5, guest: 6379 } as const;
    const machine = machineArguments(
        { id: "1", architecture: "amd64", identity } as MachineEntry,
        readSettings({ identity, image: { digest: "", architecture: "amd64" }, memory: "256 MB", ports: [port] }),
        image,
        "tcg",
    );
    const started = machine.map((argument) => argument.replace(/,mac=[0-9a-f:]{17}/, ""));
    const ofTheBench = qemuArguments({ ...image, port: 5 });
    expect(ofTheBench.filter((argument) => !started.includes(argument))).toEqual(["stdio"]);
});

function fakeQemu() {
    const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
    const process = Object.assign(new EventEmitter(), streams) as unknown as ChildProcess & typeof streams;
    return { process, console: watchConsole(process), ...streams };
}

test("a line is found whether it comes before or after the question", async () => {
    const { console, stdout } = fakeQemu();
    stdout.write("one\n");
    await console.appears(/^one$/);
    await console.appears(/^one$/);
    const later = console.appears(/^two$/);
    stdout.write("two\n");
    await expect(later).resolves.toBeUndefined();
});

test.each(["[    1.0] Kernel panic - not syncing: no init", "linuxkit: failed service redis"])(
    "the guest has failed when it prints %j",
    async (line) => {
        const { console, stdout } = fakeQemu();
        stdout.write(`before\n${line}\n`);
        await expect(console.failed).rejects.toThrow(`the guest failed:\nbefore\n${line}`);
    },
);

test("the end of QEMU is a failure with what it said", async () => {
    const { console, process, stderr } = fakeQemu();
    stderr.write("no such kernel\n");
    await console.appears(/kernel/);
    process.emit("close", 1);
    await expect(console.failed).rejects.toThrow("QEMU ended:\nno such kernel");
});

describe("PONG", () => {
    const servers: Server[] = [];
    afterEach(() => servers.splice(0).forEach((server) => server.close()));

    async function listen(port: number, answers: readonly string[]): Promise<() => number> {
        let questions = 0;
        const server = createServer((socket) => {
            socket.on("error", () => {});
            socket.on("data", () => socket.end(answers[questions++] ?? "+PONG\r\n"));
        }).listen(port, "127.0.0.1");
        servers.push(server);
        await once(server, "listening");
        expect((server.address() as AddressInfo).port).toBe(port);
        return () => questions;
    }

    test("is waited for through refusals and other answers", async () => {
        const port = await freePort();
        const pong = firstPong(port, new AbortController().signal);
        const questions = await listen(port, ["-LOADING\r\n", "+PONG\r\n"]);
        await pong;
        expect(questions()).toBeGreaterThanOrEqual(2);
    });

    test("is no longer waited for when the guest has failed", async () => {
        const over = new AbortController();
        const pong = firstPong(await freePort(), over.signal);
        over.abort();
        await expect(pong).resolves.toBeUndefined();
    });
});
