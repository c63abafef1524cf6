import { Assembly, debian, type ServiceArgs } from "../../../sdk";
import { type Guest, guests } from "../../support/boot";
import { buildImage } from "./build-image";
import { image, look, sandboxed, sandboxedSays, shell } from "./sandboxed";

const boot = guests();
/** Under emulation each call of containerd's client takes seconds, and half a dozen services start at once. */
const PATIENCE_MS = 400_000;

const politely = "trap 'exit 0' TERM\nwhile :; do sleep 0.2; done";
const slowly = { interval: "5s", timeout: "20s", retries: 60 } as const;

const running: readonly ServiceArgs[] = [
    {
        name: "asked",
        image,
        command: shell("sleep 1; touch /answer", politely),
        healthcheck: { command: shell("[ -e /answer ]"), ...slowly },
    },
    { name: "web", image, command: shell(politely), dependsOn: ["asked"], stopTimeout: "20s" },
    {
        name: "shaky",
        image,
        command: shell(
            'echo >>/runs; [ "$(wc -l </runs)" -gt 1 ] || { echo "not yet" >&2; exit 3; }',
            "ip addr add 10.9.0.2/24 dev v0 && ip link set v0 up && exec nc -ll -p 8080 -e true",
        ),
        capabilities: ["CAP_NET_ADMIN"],
        net: "new",
        restart: "on-failure",
        runtime: {
            interfaces: [{ name: "v0", add: "veth", peer: "v1" }],
            bindNS: { net: "/run/netns/shaky" },
            cgroups: ["made"],
            namespace: "own.space",
        },
        healthcheck: { tcp: 8080, ...slowly },
    },
];

/** What LinuxKit's users bind to speak to containerd; its client is the machine's own. */
const client: Partial<ServiceArgs> = { binds: ["/run:/run", "/usr:/usr:ro"], pid: "host" };
const listed = (what: string, namespace = "services.linuxkit") =>
    `$(ctr --connect-timeout 5m -n ${namespace} ${what} ls -q | sort)`;
const daemon = "/run/linuxkit/containerd.pid";

const looks: readonly ServiceArgs[] = [
    sandboxed,
    look(
        "limited",
        ["cd /sys/fs/cgroup/limited", "echo $(cat memory.max pids.max) $(wc -l <cgroup.procs) $(ls -d ../made)"],
        { resources: { memory: { limit: "16 MB" }, pids: { limit: 20 } } },
    ),
    look("absent", [], { command: ["/no/such/program"] }),
    look("lost", ["true"], { net: "new", runtime: { interfaces: [{ name: "eth7" }] } }),
    look(
        "client",
        [`echo ${listed("containers")} - ${listed("tasks")} - ${listed("tasks", "own.space")}, $(ls /run/netns)`],
        { ...client, dependsOn: ["web", "shaky", "mortal"] },
    ),
    look("mortal", ["until [ -e /run/killed ]; do sleep 0.1; done", "echo while it is away >&2", "exit 5"], {
        binds: ["/run:/run"],
    }),
    // Its own start may be cut off by what it does, and is then repeated.
    look(
        "killer",
        [
            `until [ -e /run/killed ] || ! echo " "${listed("containers")} | grep -q " client"; do sleep 1; done`,
            `[ -e /run/killed ] || { cp ${daemon} /run/victim && kill -KILL $(cat /run/victim) && touch /run/killed; }`,
            `until [ -s ${daemon} ] && [ "$(cat ${daemon})" != "$(cat /run/victim)" ]; do sleep 0.2; done`,
            `echo ${listed("tasks")} - ${listed("tasks", "own.space")}`,
        ],
        { ...client, dependsOn: ["client"] },
    ),
];

test("services on containerd run as declared, come back, outlive its end, and are stopped in order", async () => {
    const assembly = new Assembly({
        kernel: debian.kernel({ modules: ["veth"] }),
        init: [debian.base({ runtime: "containerd" })],
        onboot: [{ name: "prepare", image, command: shell("true") }],
        services: [...running, ...looks],
        onshutdown: [{ name: "last", image, command: shell("true") }],
    });
    const guest = boot({ ...(await buildImage(assembly)), memoryMegabytes: 1024 });
    const outcome = async (name: string) => {
        const start = `linuxkit: service ${name} exited `;
        return (await guest.waitFor(new RegExp(`^${start}`), PATIENCE_MS)).slice(start.length);
    };

    expect(await outcome("sandboxed")).toBe(`0: ${sandboxedSays}`);
    expect(await outcome("limited")).toMatch(/^0: 16777216 20 [1-9]\d* \.\.\/made$/);
    expect(await outcome("shaky")).toBe("3, restarting in 1s: not yet");
    expect(await outcome("absent")).toMatch(/\/no\/such\/program.*no such file/);
    expect(await outcome("lost")).toMatch(/can't find device 'eth7'/);
    expect(await outcome("client")).toMatch(/^0: (.*) - \1 - shaky, shaky$/);
    expect(await outcome("client")).toMatch(/^0: asked client mortal web /);
    expect(await outcome("containerd")).toMatch(/^137, restarting in 1s: /);
    expect(await outcome("mortal")).toMatch(/^(5|255): while it is away$/);
    expect(await outcome("killer")).toBe("0: asked killer web - shaky");

    await guest.powerDown();
    expect(await guest.ended(PATIENCE_MS)).toBe(0);
    const told = guest.lines.filter((line) => line.startsWith("linuxkit: "));
    expect(timesOf(told, "service asked started")).toBe(1);
    expect(timesOf(told, "service web started")).toBe(1);
    expect(timesOf(told, "service shaky started")).toBe(2);
    expect(position(told, "service containerd ready")).toBeLessThan(position(told, "service asked started"));
    expect(position(told, "service asked ready")).toBeLessThan(position(told, "service web started"));
    expect(position(told, "service web stopped")).toBeLessThan(position(told, "service asked stopped"));
    expect(position(told, "service asked stopped")).toBeLessThan(position(told, "service containerd stopped"));
    expect(position(told, "service containerd stopped")).toBeLessThan(position(told, "onshutdown last started"));
    expect(told.filter((line) => line.startsWith("linuxkit: failed: ")).sort()).toEqual([
        expect.stringContaining("service absent cannot start: "),
        expect.stringContaining("service lost cannot start: "),
    ]);
});

function timesOf(lines: Guest["lines"], start: string): number {
    return lines.filter((line) => line.startsWith(`linuxkit: ${start}`)).length;
}

/** Of the line that begins so; one that never came is after all others. */
function position(lines: Guest["lines"], start: string): number {
    const found = lines.findIndex((line) => line.startsWith(`linuxkit: ${start}`));
    return found < 0 ? Infinity : found;
}
