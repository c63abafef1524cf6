import { once } from "node:events";
import type { Server } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { temporaryFolder } from "../../../support/folder.ts";
import { HotPlug } from "./hot-plug.ts";

const temporary = temporaryFolder();
let server: Server | undefined;
afterEach(() => server?.close());

/** QEMU's monitor, with the devices and drives that it was given; the guest lets go of a device when it is told. */
class Monitor {
    readonly devices = new Map<string, string>();
    readonly drives = new Set<string>();
    readonly words: string[] = [];

    async listen(file: string): Promise<void> {
        server = createServer((socket) => {
            createInterface({ input: socket }).on("line", (line) => {
                const { id, arguments: given } = JSON.parse(line) as {
                    id?: number;
                    arguments?: { "command-line": string };
                };
                const said = given === undefined ? {} : this.#say(given["command-line"]);
                socket.write(`${JSON.stringify({ return: said, id })}\n`);
            });
        }).listen(file);
        await once(server, "listening");
    }

    #say(line: string): string {
        const [command, ...rest] = line.split(" ");
        const id = /\bid=([^,]*)/.exec(line)?.[1] ?? "";
        switch (command) {
            case "drive_add":
                this.drives.add(id);
                return "OK\r\n";
            case "device_add":
                this.devices.set(id, /\bbus=(\w*)/.exec(line)![1]!);
                return "";
            case "qom-list":
                return ["type (string)", ...[...this.devices.keys()].map((name) => `${name} (child<nvme>)`)].join(
                    "\r\n",
                );
            case "drive_del":
                return this.drives.delete(rest[0]!) ? "" : `Error: Device '${rest[0]}' not found`;
            default:
                this.words.push(line);
                return "";
        }
    }
}

async function until(condition: () => boolean): Promise<void> {
    while (!condition()) {
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

describe("volumes of a running guest", () => {
    const disk = (volumeId: string): Promise<string> => Promise.resolve(`/s/${volumeId}.raw`);

    test("a volume is the guest's until the guest has let go of it, and its drive goes then", async () => {
        const monitor = new Monitor();
        const socket = join(temporary(), "qmp");
        await monitor.listen(socket);
        const hotPlug = new HotPlug(socket, [{ file: "/s/root.raw", volumeId: "vol-root" }]);
        hotPlug.reconcile(["vol-root", "vol-1"], disk);
        await until(() => hotPlug.holds("vol-1"));
        expect([...monitor.devices]).toEqual([["vol-1", "hot0"]]);

        hotPlug.reconcile(["vol-root"], disk);
        await until(() => monitor.words.includes("device_del vol-1"));
        expect(hotPlug.holds("vol-1")).toBe(true);
        expect([...monitor.drives]).toEqual(["drive-vol-1"]);
        monitor.devices.delete("vol-1");
        await until(() => !hotPlug.holds("vol-1"));
        expect([...monitor.drives]).toEqual([]);

        hotPlug.reconcile(["vol-root", "vol-1"], disk);
        await until(() => hotPlug.holds("vol-1"));
        expect([...monitor.devices]).toEqual([["vol-1", "hot0"]]);
    });

    test("volumes that have no slot from the start stay until the guest's end", async () => {
        const names = Array.from({ length: 10 }, (_value, index) => `vol-${index}`);
        const monitor = new Monitor();
        const socket = join(temporary(), "qmp");
        await monitor.listen(socket);
        const hotPlug = new HotPlug(
            socket,
            names.map((volumeId) => ({ file: `/s/${volumeId}.raw`, volumeId })),
        );
        names.slice(1, 9).forEach((name) => monitor.drives.add(`drive-${name}`));
        hotPlug.reconcile([], disk);
        await until(() => monitor.drives.size === 0);
        expect(names.filter((name) => hotPlug.holds(name))).toEqual(["vol-0", "vol-9"]);
    });
});
