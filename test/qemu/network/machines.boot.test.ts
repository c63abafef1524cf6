import { createSocket, type Socket } from "node:dgram";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type { Handler, Properties } from "../../../providers/lifecycle/handler";
import { findProcesses } from "../../../providers/lifecycle/process";
import { machineEnvironment, machineHandler, type Port } from "../../../providers/qemu";
import { macAddress, ownMacAddress } from "../../../providers/qemu/network/devices";
import { networkEnvironment, networkHandler } from "../../../providers/qemu/network";
import {
    Assembly,
    type ContainerArgs,
    debian,
    dhcp,
    privateNames,
    privateNetwork,
    type ServiceArgs,
} from "../../../sdk";
import { buildImage } from "../../image/base/build-image";
import { identity, image, undisturbed } from "../support/host";

const subnet = "10.77.0.0/24";
const shell = (script: string): string[] => ["/usr/bin/busybox", "sh", "-c", script];
const tools = debian.packages(["busybox-static"]);

/** Answers with the hardware address of the machine's interface on the network. */
const answering: ServiceArgs = {
    name: "answering",
    image: tools,
    command: shell("exec nc -ll -p 7000 -e cat /sys/class/net/eth1/address"),
};

/** Ends once the machine that is called "one", and then "two", answers to a ping and over TCP, by name. */
const asking: ServiceArgs = {
    name: "asking",
    image: tools,
    command: shell(
        `for peer in one two; do
            until ping -c 1 -W 2 $peer && answer=$(timeout 5 nc $peer 7000); do sleep 1; done
            answers="$answers $peer=$answer"
        done
        echo $(cat /proc/sys/kernel/hostname) heard $answers`,
    ),
    capabilities: ["CAP_NET_RAW"],
    binds: ["/etc/hosts:/etc/hosts"],
    dependsOn: ["private-names"],
    restart: "never",
};

const assembly = (...onboot: ContainerArgs[]): Assembly =>
    new Assembly({
        kernel: debian.kernel(),
        init: [debian.base()],
        onboot: [...onboot, privateNetwork()],
        services: [privateNames(), answering, asking],
    });

jest.setTimeout(600_000);

let directory: string;
let machines: Handler;
let networks: Handler;
const sockets: Socket[] = [];
const ids: string[] = [];

beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "linuxkit-network-"));
    process.env["XDG_STATE_HOME"] = directory;
    const images = { a: await buildImage(assembly(dhcp())), b: await buildImage(assembly()) };
    machines = machineHandler(
        await machineEnvironment({
            engine: { operation: (call) => call(undisturbed()) },
            ensureImage: async ({ digest }) => (digest.endsWith("b") ? images.b : images.a),
            findKernel: async () => undefined,
            progress: () => {},
            note: () => {},
        }),
    );
    networks = networkHandler(await networkEnvironment());
});
afterAll(async () => {
    sockets.forEach((socket) => socket.close());
    for (const id of ids) {
        for (const { pid } of await findProcesses(["-uuid", id])) {
            process.kill(pid, "SIGKILL");
        }
    }
    delete process.env["XDG_STATE_HOME"];
    await rm(directory, { recursive: true, force: true });
});

async function made(handler: Handler, news: Properties): Promise<{ id: string; inputs: Properties; outs: Properties }> {
    const { inputs, failures } = await handler.check({}, news);
    expect(failures).toEqual([]);
    const { id, outs } = await handler.create(inputs);
    ids.push(id);
    return { id, inputs, outs };
}

/** What goes over a multicast group on the loopback interface. */
async function listen(group: string, port: number): Promise<Buffer[]> {
    const frames: Buffer[] = [];
    const socket = createSocket({ type: "udp4", reuseAddr: true });
    sockets.push(socket);
    socket.on("message", (frame) => frames.push(frame));
    await new Promise<void>((resolve) => socket.bind(port, group, resolve));
    socket.addMembership(group, "127.0.0.1");
    return frames;
}

/** Ethernet and IPv4 headers without options: the protocol at 23, a port of the destination at 36. */
const isEcho = (frame: Buffer): boolean => frame.readUInt16BE(12) === 0x0800 && frame[23] === 1;
const asksForLease = (frame: Buffer): boolean =>
    frame.readUInt16BE(12) === 0x0800 && frame[23] === 17 && frame.readUInt16BE(36) === 67;

async function lineOf(id: string, pattern: RegExp): Promise<string> {
    for (;;) {
        const log = await readFile(join(directory, "pulumi-linuxkit", "machines", id, "console.log"), "latin1");
        const line = log.split("\r\n").find((candidate) => pattern.test(candidate));
        if (line !== undefined) {
            return line;
        }
        await delay(250);
    }
}

async function textFrom(port: number): Promise<string> {
    return text(connect({ port, host: "127.0.0.1" }));
}

test("machines on a network talk by name, also with one that came later, with dhcp() or without, and nobody else hears them; one without networks boots too", async () => {
    const network = await made(networks, { identity: identity("backend"), subnet });
    const group = network.outs["group"] as string;
    const [address = "", udpPort = ""] = group.split(":");
    const heard = await listen(address, Number(udpPort));
    const elsewhere = await listen(address === "239.192.0.1" ? "239.192.0.2" : "239.192.0.1", Number(udpPort));
    const declared = (name: string, at: string, byte?: string): Properties => ({
        identity: identity(name),
        image: image(byte),
        accelerator: "tcg",
        networks: [{ group, subnet, address: at, name }],
    });

    const one = await made(machines, declared("one", "10.77.0.2"));
    const two = await made(machines, { ...declared("two", "10.77.0.3", "b"), ports: [{ guest: 7000 }] });
    const { networks: _, ...alone } = declared("alone", "");
    const loner = await made(machines, alone);

    const macs = ["10.77.0.2", "10.77.0.3"].map((at) => macAddress({ group, address: at }));
    const answers = `heard one=${macs[0]} two=${macs[1]}`;
    for (const { id } of [one, two]) {
        const hostName = `linuxkit-${ownMacAddress(id).replaceAll(":", "")}`;
        expect(await lineOf(id, /service asking exited/)).toContain(`exited 0: ${hostName} ${answers}`);
    }
    const [port] = two.outs["ports"] as readonly Port[];
    expect(await textFrom(port?.host ?? 0)).toBe(`${macs[1]}\n`);
    expect(heard.filter(isEcho)).not.toEqual([]);
    expect(heard.filter(asksForLease)).toEqual([]);
    expect(elsewhere).toEqual([]);

    for (const { id, outs } of [one, two, loner]) {
        expect(await machines.read(id, outs)).toEqual({ id, outs });
        await machines.delete(id, outs);
    }
    expect(await networks.read(network.id, network.outs)).toEqual({ id: network.id, outs: network.outs });
    await networks.delete(network.id, network.outs);
    expect(await readdir(join(directory, "pulumi-linuxkit"), { recursive: true })).toEqual(
        expect.not.arrayContaining([expect.stringMatching(/^(machines|ports)\/./)]),
    );
});

test("a network's port that another program took is named", async () => {
    const network = await made(networks, { identity: identity("taken"), subnet });
    const group = network.outs["group"] as string;
    const port = Number(group.split(":")[1]);
    const squatter = createSocket("udp4");
    sockets.push(squatter);
    await new Promise<void>((resolve) => squatter.bind(port, resolve));
    const place = { group, subnet, address: "10.77.0.2", name: "late" };
    const news = { identity: identity("late"), image: image(), accelerator: "tcg", networks: [place] };
    await expect(made(machines, news)).rejects.toThrow(
        `UDP port ${port}, which a network of this machine has, is in use`,
    );
});
