import { spawnSync } from "node:child_process";
import { type AddressInfo, createServer } from "node:net";
import path from "node:path";

const main = path.join(__dirname, "../../providers/command/main.ts");
const register = path.join(__dirname, "../qemu/support/register.cjs");

/** The module is not there, so only what is refused before it is read has another message. */
function command(...args: string[]): { status: number | null; stderr: string } {
    return spawnSync(process.execPath, ["-r", register, main, ...args], { encoding: "utf8", timeout: 30_000 });
}

test.each([
    ["--publish 300.1.1.1:8080:80", '"300.1.1.1" is not an IPv4 address'],
    ["--publish 8080:80 --publish 8080:81", "port 8080 is given twice: choose another"],
    ["--publish 192.0.2.1:8080:80", "--publish: 192.0.2.1 is not an address of this host: give one that it has"],
    ["--memory 4MB", '"4MB" is too little for a kernel to boot in: use "32 MB" or more'],
    ["--cpus 256", "256 is not a number of CPUs: use 1 to 255"],
    ["--cpus 1.5", '"1.5" is not a number of CPUs'],
])("run %s is refused before the module is read", (options, reason) => {
    const { status, stderr } = command("run", "machine.js", ...options.split(" "));
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(reason) });
});

test("a port that another program has is refused before the module is read", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
        const { port } = server.address() as AddressInfo;
        const { status, stderr } = command("run", "machine.js", "--publish", `${port}:80`);
        expect({ status, stderr }).toEqual({
            status: 1,
            stderr: `--publish: port ${port} is in use by another program on this host: choose another\n`,
        });
    } finally {
        server.close();
    }
});
