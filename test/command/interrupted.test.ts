import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";

import { temporaryFolder } from "../support/folder";

const root = path.join(__dirname, "../..");
const main = path.join(root, "providers/command/main.ts");
const register = path.join(root, "test/qemu/support/register.cjs");

const folder = temporaryFolder();
const at = (name: string): string => path.join(folder(), name);

test("Ctrl-C while a download waits ends a build with the same line, whatever the download is for", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    writeFileSync(at("waits.yml"), `kernel: { image: "${host}/made/kernel:1" }\ninit: ["${host}/made/init:1"]\n`);
    const building = spawn(process.execPath, ["-r", register, main, "build", "waits.yml", "--dir", "out"], {
        cwd: folder(),
        env: { ...process.env, HOME: folder(), XDG_CACHE_HOME: at("cache"), XDG_STATE_HOME: at("state") },
        stdio: ["ignore", "ignore", "pipe"],
    });
    try {
        const ended = new Promise((resolve) => building.once("close", (code, signal) => resolve({ code, signal })));
        const said = text(building.stderr);
        await Promise.race([new Promise((resolve) => server.once("request", resolve)), ended]);
        building.kill("SIGINT");
        expect(await ended).toEqual({ code: 1, signal: null });
        expect((await said).trimEnd().split("\n").at(-1)).toBe("interrupted: no file was left half written");
    } finally {
        building.kill("SIGKILL");
        server.closeAllConnections();
        server.close();
    }
    expect(existsSync(at("out"))).toBe(false);
});
