import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withQmp } from "../../providers/qemu/qmp";

let directory: string;
let server: Server;
const sockets = new Set<Socket>();
beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "linuxkit-qmp-"));
});
afterEach(async () => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
    await rm(directory, { recursive: true });
});

async function serve(talk: (socket: Socket) => void): Promise<void> {
    server = createServer((socket) => {
        sockets.add(socket);
        talk(socket);
    });
    await new Promise<void>((resolve) => server.listen(join(directory, "qmp"), resolve));
}

const greeting = '{"QMP": {"version": {}, "capabilities": []}}\r\n';

test("commands get their answers, past events and however the bytes are cut", async () => {
    const heard: string[] = [];
    await serve((socket) => {
        socket.write(greeting.slice(0, 7));
        setTimeout(() => socket.write(greeting.slice(7)), 20);
        socket.on("data", (data) => {
            heard.push((JSON.parse(String(data)) as { execute: string }).execute);
            socket.write(`{"event": "RESUME"}\n{"return": {"n": ${heard.length}}}\n`);
        });
    });
    const answer = await withQmp(directory, 5000, (qmp) => qmp.execute({ execute: "query-status" }));
    expect(answer).toEqual({ n: 2 });
    expect(heard).toEqual(["qmp_capabilities", "query-status"]);
});

test("a refusal is an error with QEMU's own words", async () => {
    await serve((socket) => {
        socket.write(greeting);
        socket.on("data", () => socket.write('{"error": {"class": "GenericError", "desc": "no power button"}}\n'));
    });
    await expect(withQmp(directory, 5000, (qmp) => qmp.execute({ execute: "x" }))).rejects.toThrow("no power button");
});

test("silence and hanging up are errors, each of its kind", async () => {
    await serve(() => {});
    await expect(withQmp(directory, 100, (qmp) => qmp.execute({ execute: "x" }))).rejects.toMatchObject({
        code: "qmp-silent",
    });
    server.close();
    await rm(join(directory, "qmp"), { force: true });
    await expect(withQmp(directory, 100, (qmp) => qmp.execute({ execute: "x" }))).rejects.toMatchObject({
        code: "qmp-unreachable",
    });
    await serve((socket) => socket.end(greeting));
    await expect(withQmp(directory, 5000, (qmp) => qmp.execute({ execute: "x" }))).rejects.toMatchObject({
        code: "qmp-unreachable",
    });
});
