import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { BuiltImage } from "../../providers/image/plan";
import type { Handler, Properties } from "../../providers/lifecycle/handler";
import { findProcesses } from "../../providers/lifecycle/process";
import { machineEnvironment, machineHandler, type Port } from "../../providers/qemu";
import { Assembly, debian, folder } from "../../sdk";
import { buildImage } from "../image/base/build-image";
import { debianMachine } from "../image/build/support/debian-machine";
import { temporaryFolder } from "../support/folder";
import { image, machine, undisturbed } from "./support/host";
import { tinyGuest } from "./support/tiny-guest";
import { unknownKernel } from "../support/unknown-kernel";

const temporary = temporaryFolder();
const common = mkdtempSync(path.join(tmpdir(), "linuxkit-readiness-"));
afterAll(() => rmSync(common, { recursive: true, force: true }));
const applets = ["httpd", "ip", "modprobe", "mount", "nc", "sh"];

/** What boots: an init that is not ours, or a guest of a few bytes. */
let parts: Pick<BuiltImage, "kernelPath" | "initrdPath" | "cmdline" | "kernelFacts">;
/** Holds the guest's connection until the guest may listen. */
let gate: Server;
let held: Socket[];

beforeEach(async () => {
    held = [];
    gate = createServer((socket) => void held.push(socket.on("error", () => {})));
    await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
    for (const { pid } of await findProcesses(["-kernel", parts.kernelPath])) {
        process.kill(pid, "SIGKILL");
    }
    held.forEach((socket) => socket.destroy());
    gate.close();
});

/** Built once for the tests that boot it. */
async function otherInit(): Promise<BuiltImage> {
    const root = path.join(common, "root");
    if (!existsSync(root)) {
        ["bin", "dev", "proc", "sys", "srv"].forEach((name) => mkdirSync(path.join(root, name), { recursive: true }));
        cpSync(path.join(__dirname, "support/other-init"), path.join(root, "init"));
        writeFileSync(path.join(root, "bin/busybox"), (await debianMachine(["overlay"])).busybox, { mode: 0o755 });
        applets.forEach((name) => symlinkSync("busybox", path.join(root, "bin", name)));
        symlinkSync("usr/lib", path.join(root, "lib"));
        writeFileSync(path.join(root, "srv/index.html"), "answer");
    }
    const init = [{ name: "other", image: folder(root) }];
    return buildImage(new Assembly({ kernel: debian.kernel(), init }), path.join(common, "store"));
}

async function provider(): Promise<Handler> {
    return machineHandler(
        await machineEnvironment({
            engine: { operation: (call) => call(undisturbed()) },
            ensureImage: async () => parts,
            findKernel: async () => undefined,
            progress: () => {},
            note: () => {},
            stateDirectory: path.join(temporary(), "state"),
        }),
    );
}

async function declared(readiness: unknown, changes: Properties = {}): Promise<Properties> {
    const { inputs, failures } = await (
        await provider()
    ).check(
        {},
        machine({
            image: { ...image(), readiness },
            accelerator: "tcg",
            kernelArguments: [`gate=${(gate.address() as AddressInfo).port}`],
            ...changes,
        }),
    );
    expect(failures).toEqual([]);
    return inputs;
}

async function consoleText(): Promise<string> {
    const machines = path.join(temporary(), "state/machines");
    const names = await readdir(machines, { recursive: true }).catch(() => []);
    const logs = names.filter((name) => name.endsWith("console.log"));
    return (await Promise.all(logs.map((name) => readFile(path.join(machines, name), "utf8")))).join("");
}

/** What a request for a page gives; "" where the connection is taken and ended, as by QEMU for a guest that refuses. */
function request({ host, address }: Port): Promise<string> {
    return new Promise((resolve, reject) => {
        let text = "";
        const socket = connect(host, address, () => socket.write("GET / HTTP/1.0\r\n\r\n"));
        socket.on("data", (data) => (text += data.toString())).on("close", () => resolve(text));
        socket.on("error", (error) => (error.message.includes("ECONNRESET") ? resolve(text) : reject(error)));
    });
}

test("a port is ready when the guest listens, and not when QEMU takes connections for it", async () => {
    parts = await otherInit();
    const inputs = await declared({ tcp: 6379 });
    const [port] = inputs["ports"] as [Port];
    const over = new AbortController();
    const creating = (await provider()).create(inputs).finally(() => over.abort());
    creating.catch(() => {});
    while (!(await consoleText()).includes("the network is up") && !over.signal.aborted) {
        await sleep(200);
    }
    expect(await request(port)).toBe("");
    await sleep(3000);
    expect(over.signal.aborted).toBe(false);
    expect(held).toHaveLength(1);
    expect(await consoleText()).not.toContain("listening");

    held[0]?.end();
    const { id, outs } = await creating;
    expect(await request(port)).toContain("answer");
    const text = await consoleText();
    expect(text).toContain("other init: listening");
    expect(text).not.toContain("linuxkit: ready");
    await (await provider()).delete(id, { ...outs, timeouts: { delete: "100ms" } });
});

test("running asks for nothing of the guest but that it goes on", async () => {
    parts = await otherInit();
    const { id, outs } = await (await provider()).create(await declared("running", { ports: [] }));
    expect(await (await provider()).read(id, outs)).toEqual({ id, outs });
    await (await provider()).delete(id, { ...outs, timeouts: { delete: "100ms" } });
});

const panic = "[    1.0] Kernel panic - not syncing: No working init found.";

test.each([
    ["a panic", tinyGuest([panic]), "running", "No working init found"],
    ["a guest that ends", tinyGuest(["bye"], "off"), "running", "the guest powered off or rebooted"],
    ["a panic", tinyGuest([panic]), { tcp: 6379 }, "No working init found"],
    ["a guest that ends", tinyGuest(["bye"], "off"), { tcp: 6379 }, "the guest powered off or rebooted"],
    ["a guest without network", tinyGuest(["here"]), { tcp: 6379 }, "within timeouts.create (10 s)"],
])("%s is not ready, and its last lines are told", async (_, guest, readiness, reason) => {
    const kernelPath = path.join(temporary(), "kernel");
    parts = { kernelPath, initrdPath: path.join(temporary(), "initrd"), cmdline: "", kernelFacts: unknownKernel };
    writeFileSync(kernelPath, guest);
    writeFileSync(parts.initrdPath, "nothing");
    const inputs = await declared(readiness, { timeouts: { create: "10s" }, memory: "64 MB" });
    const error = (await (await provider()).create(inputs).catch((cause: unknown) => cause)) as Error;
    expect(error.message).toContain(reason);
    expect(error.message).toMatch(/\n {2}\| .*(No working init|bye|here)/);
    expect(await findProcesses(["-kernel", kernelPath])).toEqual([]);
});
