import { randomInt } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Handler, Properties } from "../../../providers/lifecycle/handler";
import { findProcesses } from "../../../providers/lifecycle/process";
import { machineEnvironment, machineHandler } from "../../../providers/qemu";
import { Assembly, type ContainerArgs, debian, dhcp, type ServiceArgs } from "../../../sdk";
import { buildImage } from "../../image/base/build-image";
import { identity, image, undisturbed } from "../support/host";

const group = `239.195.${randomInt(256)}.${randomInt(256)}:${randomInt(20_000, 32_768)}`;
const tools = debian.packages(["busybox-static"]);
const shell = (script: string): string[] => ["/usr/bin/busybox", "sh", "-c", script];

/** Gives 10.77.0.9 until that was renewed, and then nobody but 10.77.0.10; sixteen seconds are the least that udhcpc takes. */
const server: ServiceArgs = {
    name: "server",
    image: tools,
    command: shell(`
        ip addr add 10.77.0.2/24 dev eth1 && ip link set eth1 up
        serve() { # address, acknowledgements
            : >/leases
            printf '%s\\n' 'interface eth1' "start $1" "end $1" 'max_leases 1' 'min_lease 2' 'lease_file /leases' \\
                'pidfile /pid' 'opt subnet 255.255.255.0' 'opt lease 16' >/conf
            udhcpd -f /conf 2>>/log &
            until [ "$(grep -c "ACK to $1\\$" /log)" -ge "$2" ]; do sleep 1; done
            kill $! && wait $!
        }
        serve 10.77.0.9 4
        serve 10.77.0.10 2
        echo "gave $(grep -c ACK /log)"`),
    capabilities: ["CAP_NET_ADMIN", "CAP_NET_BIND_SERVICE", "CAP_NET_RAW"],
    restart: "never",
};

const addresses = "$(ip -4 -o addr show dev eth1 | grep -o 'inet [^ ]*')";
const watching: ServiceArgs = {
    name: "watching",
    image: tools,
    command: shell(`first="${addresses}"; until case "${addresses}" in *.10/24) ;; *) false ;; esac; do sleep 1; done
        echo "$first, then" ${addresses}`),
    dependsOn: ["dhcp"],
    restart: "never",
};

const assembly = (onboot: readonly ContainerArgs[], ...services: ServiceArgs[]): Assembly =>
    new Assembly({ kernel: debian.kernel(), init: [debian.base()], onboot: [...onboot], services });

jest.setTimeout(600_000);

let directory: string;
let machines: Handler;
const ids: string[] = [];

beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "linuxkit-lease-"));
    const [a, b] = [
        await buildImage(assembly([], server)),
        await buildImage(assembly([dhcp({ interface: "eth1" })], dhcp({ interface: "eth1", renew: true }), watching)),
    ];
    machines = machineHandler(
        await machineEnvironment({
            engine: { operation: (call) => call(undisturbed()) },
            ensureImage: async ({ digest }) => (digest.endsWith("b") ? b : a),
            findKernel: async () => undefined,
            progress: () => {},
            note: () => {},
            stateDirectory: directory,
        }),
    );
});
afterAll(async () => {
    for (const id of ids) {
        for (const { pid } of await findProcesses(["-uuid", id])) {
            process.kill(pid, "SIGKILL");
        }
    }
    await rm(directory, { recursive: true, force: true });
});

async function made(name: string, address: string, byte: string): Promise<string> {
    const networks = [{ group, subnet: "10.77.0.0/24", address, name }];
    const news: Properties = { identity: identity(name), image: image(byte), accelerator: "tcg", networks };
    const { inputs, failures } = await machines.check({}, news);
    expect(failures).toEqual([]);
    const { id } = await machines.create(inputs);
    ids.push(id);
    return id;
}

async function outcomeOf(id: string, service: string): Promise<string> {
    for (;;) {
        const log = await readFile(join(directory, "machines", id, "console.log"), "latin1");
        const line = log.split("\r\n").find((candidate) => candidate.includes(`service ${service} exited`));
        if (line !== undefined) {
            return line.slice(line.indexOf("exited"));
        }
        await delay(250);
    }
}

test("a lease of the boot is renewed, and one that the server takes back makes way for another", async () => {
    const giving = await made("giving", "10.77.0.2", "a");
    const asking = await made("asking", "10.77.0.3", "b");
    expect(await outcomeOf(asking, "watching")).toBe("exited 0: inet 10.77.0.9/24, then inet 10.77.0.10/24");
    expect(await outcomeOf(giving, "server")).toMatch(/^exited 0: gave [6-9]$/);
});
