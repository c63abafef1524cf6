import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { Assembly, type AssemblyArgs, debian, dhcp, folder, type ServiceArgs, staticAddress } from "../../../sdk";
import { type Guest, guests } from "../../support/boot";
import { temporaryFolder } from "../../support/folder";
import { buildImage } from "./build-image";

const boot = guests();
const temporary = temporaryFolder();

const image = debian.packages(["busybox-static"]);
const shell = (...commands: string[]) => ["/usr/bin/busybox", "sh", "-c", commands.join("\n")];
const links = "$(ls /sys/class/net)";

/** Runs once; what it prints last stands on the console. */
function look(name: string, commands: readonly string[], keys: Partial<ServiceArgs> = {}): ServiceArgs {
    return { name, image, command: shell(...commands), restart: "never", ...keys };
}

let host: Server;

beforeEach(async () => {
    host = createServer((socket) => {
        socket.on("data", (question) => socket.end(`the host heard ${question.toString()}`));
        socket.on("error", () => socket.destroy());
    });
    await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
});

afterEach(() => new Promise((resolve) => host.close(resolve)));

/** QEMU's gateway leads to the host's loopback. */
const addressed = (): ServiceArgs =>
    look(
        "addressed",
        [
            "names=$(cat /etc/resolv.conf)",
            `answer=$(echo hello | nc -w 10 10.0.2.2 ${(host.address() as AddressInfo).port})`,
            `echo $(ip -4 -o addr show dev eth0) - $(ip route show) - $names - $answer`,
        ],
        { binds: ["/etc/resolv.conf:/etc/resolv.conf"] },
    );

const outcomeOfAddressed = (address: string, names: string) =>
    `exited 0: 2: eth0 inet ${address}/24 brd 10.0.2.255 scope global eth0\\ valid_lft forever preferred_lft forever ` +
    `- default via 10.0.2.2 dev eth0 onlink 10.0.2.0/24 dev eth0 scope link src ${address} ` +
    `- ${names} - the host heard hello`;

const names: readonly ServiceArgs[] = [
    look(
        "followed",
        [
            "first=$(cat /etc/resolv.conf)",
            "until grep -q 192.0.2.9 /etc/resolv.conf; do sleep 0.2; done",
            "echo $first then $(tail -n 1 /etc/resolv.conf)",
        ],
        { binds: ["/etc/resolv.conf:/etc/resolv.conf:ro"] },
    ),
    look("renamer", ["echo nameserver 192.0.2.9 >>/resolvconf/resolv.conf"], {
        binds: ["/run/resolvconf:/resolvconf"],
        dependsOn: ["addressed", "followed"],
    }),
];

/** It ends once, so that it gets its interfaces and binds its network a second time. */
const inner: ServiceArgs = {
    name: "inner",
    image,
    command: shell(
        `echo ${links} >>/runs`,
        "[ $(wc -l </runs) -gt 1 ] || { echo had $(cat /runs); exit 7; }",
        "ip addr add 10.9.0.2/24 dev v0 && ip link set v0 up",
        'exec nc -ll -p 8080 -e echo "inner of run $(wc -l </runs), $(tail -n 1 /runs)"',
    ),
    capabilities: ["CAP_NET_ADMIN"],
    net: "new",
    runtime: {
        interfaces: [
            { name: "v0", add: "veth", peer: "v1" },
            { name: "d0", add: "dummy" },
        ],
        bindNS: { net: "/run/netns/inner" },
    },
    healthcheck: { tcp: 8080 },
};

const networks: readonly ServiceArgs[] = [
    inner,
    look("lost", ["true"], { net: "new", runtime: { interfaces: [{ name: "eth7" }] } }),
    look("taken", ["true"], {
        net: "new",
        runtime: {
            interfaces: [
                { name: "t0", add: "veth", peer: "eth0" },
                { name: "t1", add: "dummy" },
            ],
        },
    }),
    look("moved", [`echo ${links}`], { net: "new", runtime: { interfaces: [{ name: "m0" }] } }),
    look(
        "joined",
        [
            "address=$(ip -4 -o addr show dev v0 | grep -o 'inet [^ ]*')",
            `echo ${links} - $address - $(nc -w 10 127.0.0.1 8080 </dev/null)`,
        ],
        { net: "/run/netns/inner", dependsOn: ["inner"] },
    ),
    look(
        "outer",
        [
            "ip addr add 10.9.0.1/24 dev v1 && ip link set v1 up",
            `echo $(cd /sys/class/net && ls -d d0 eth0 m0 v0 v1) - $(nc -w 10 10.9.0.2 8080 </dev/null)`,
        ],
        { capabilities: ["CAP_NET_ADMIN"], dependsOn: ["inner", "moved"] },
    ),
];

test("a lease brings address, route and name servers; containers get, create, pair and share networks, also over a restart", async () => {
    const pair = shell("ip link add m0 type veth peer name m1");
    const guest = await machine({
        kernel: debian.kernel({ modules: ["veth", "dummy"] }),
        onboot: [dhcp(), { name: "pair", image, command: pair, capabilities: ["CAP_NET_ADMIN"] }],
        services: [addressed(), ...names, ...networks, ...rejoining],
    });

    expect(await outcome(guest, "addressed")).toBe(outcomeOfAddressed("10.0.2.15", "nameserver 10.0.2.3"));
    expect(await outcome(guest, "followed")).toBe("exited 0: nameserver 10.0.2.3 then nameserver 192.0.2.9");
    expect(await outcome(guest, "moved")).toBe("exited 0: lo m0");
    expect(await outcome(guest, "joined")).toBe("exited 0: d0 lo v0 - inet 10.9.0.2/24 - inner of run 2, d0 lo v0");
    expect(await outcome(guest, "outer")).toBe("exited 0: eth0 v1 - inner of run 2, d0 lo v0");
    expect(await outcome(guest, "reunion")).toBe("exited 0: met in 2 networks");
    expect(told(guest, "inner")).toEqual(["started", "exited 7, restarting in 1s: had d0 lo v0", "started", "ready"]);
    expect(guest.lines.filter((line) => line.startsWith("linuxkit: failed")).sort()).toEqual([
        "linuxkit: failed: service lost cannot start: ip: can't find device 'eth7'",
        "linuxkit: failed: service taken cannot start: ip: SIOCSIFNAME: File exists",
    ]);
});

const shared = { binds: ["/run/shared:/shared"], runtime: { mkdir: ["/run/shared"] } } satisfies Partial<ServiceArgs>;

/** A network that its owner's restart ends, one who joined it, and one who sees them meet again. */
const rejoining: readonly ServiceArgs[] = [
    {
        name: "turning",
        image,
        command: shell(
            "echo >>/runs",
            "readlink /proc/self/ns/net >/shared/owner",
            "[ $(wc -l </runs) -gt 1 ] || { until [ -s /shared/member ]; do sleep 0.2; done; exit 9; }",
            "sleep 1000",
        ),
        net: "new",
        ...shared,
        runtime: { ...shared.runtime, bindNS: { net: "/run/netns/turning" } },
    },
    {
        name: "member",
        image,
        command: shell("readlink /proc/self/ns/net | tee -a /shared/members >/shared/member", "sleep 1000"),
        net: "/run/netns/turning",
        dependsOn: ["turning"],
        ...shared,
    },
    look(
        "reunion",
        [
            "until [ $(wc -l </shared/members) -gt 1 ] && [ $(cat /shared/owner) = $(cat /shared/member) ]; do sleep 0.5; done",
            "echo met in $(sort -u /shared/members | wc -l) networks",
        ],
        { dependsOn: ["member"], ...shared },
    ),
];

const binds = ["blank:/blank", "site:/site", "sealed:/sealed:rw", "tools:/tools"];

const sharing: readonly ServiceArgs[] = [
    look("writer", ["echo new >/blank/file && echo changed >/site/page && rm /site/old"], { binds }),
    look(
        "reader",
        [
            "read=$(cat /blank/file /site/page /sealed/page)",
            "refused=$(touch /sealed/x 2>&1; rm /tools/usr/bin/busybox 2>&1)",
            "echo $read $(ls /site /sealed) $refused, $(/tools/usr/bin/busybox echo it runs)",
        ],
        { binds, dependsOn: ["writer"] },
    ),
];

/** Ready, then unwell; well when it is started again. */
const fickle: ServiceArgs = {
    name: "fickle",
    image,
    command: shell(
        "touch /well",
        "echo >>/runs",
        "[ $(wc -l </runs) -gt 1 ] || { sleep 3; echo was well; : >/misses; rm /well; }",
        "sleep 1000",
    ),
    dependsOn: ["reader"],
    healthcheck: {
        command: shell("[ -e /well ] || { echo >>/misses; echo missed $(wc -l </misses) >&2; exit 5; }"),
        interval: "3s",
        retries: 6,
        timeout: "10s",
    },
};

const log = "/logs/talker.log";
const logging: readonly ServiceArgs[] = [
    {
        name: "talker",
        image,
        command: shell("yes at first | head -n 130000", "while :; do echo later; sleep 0.5; done"),
    },
    look(
        "archivist",
        [
            `until [ -e ${log}.1 ] && [ $(stat -c %s ${log}) -lt 65536 ] && grep -q later ${log}; do sleep 1; done`,
            `echo $(grep -c 'at first' ${log}.1) then $(sort -u ${log}), $(tr -dc '\\000' <${log} | wc -c) holes`,
        ],
        { binds: ["/run/log:/logs"] },
    ),
];

test("an address is set; volumes are shared or sealed; an unhealthy service comes back; a long log is rotated", async () => {
    writeFileSync(path.join(temporary(), "page"), "as built\n");
    writeFileSync(path.join(temporary(), "old"), "");
    const nameservers = ["10.0.2.3", "192.0.2.53"];
    const guest = await machine({
        onboot: [staticAddress({ interface: "eth0", address: "10.0.2.77/24", gateway: "10.0.2.2", nameservers })],
        services: [addressed(), ...sharing, fickle, ...logging],
        volumes: [
            { name: "blank" },
            { name: "site", image: folder(temporary()) },
            { name: "sealed", image: folder(temporary()), readonly: true },
            { name: "tools", image, readonly: true },
        ],
    });
    await guest.waitFor(/^linuxkit: ready /);

    expect(await outcome(guest, "addressed")).toBe(
        outcomeOfAddressed("10.0.2.77", "nameserver 10.0.2.3 nameserver 192.0.2.53"),
    );
    expect(await outcome(guest, "reader")).toBe(
        "exited 0: new changed as built /sealed: old page /site: page touch: /sealed/x: Read-only file system " +
            "rm: can't remove '/tools/usr/bin/busybox': Read-only file system, it runs",
    );
    expect(await outcome(guest, "archivist")).toBe("exited 0: 130000 then later, 0 holes");
    const course = [
        "started",
        "ready",
        "unhealthy: command check: exit 5: missed 6",
        "exited 137, restarting in 1s: was well",
        "started",
        "ready",
    ];
    for (let tries = 0; tries < 300 && told(guest, "fickle").length < course.length; tries++) {
        await sleep(200);
    }
    expect(told(guest, "fickle")).toEqual(course);
    expect(guest.lines.filter((line) => line.startsWith("linuxkit: failed"))).toEqual([]);
});

/** Boots what is declared, with this project's init. */
async function machine(args: Partial<AssemblyArgs>): Promise<Guest> {
    const assembly = new Assembly({ kernel: debian.kernel(), init: [debian.base()], ...args });
    return boot(await buildImage(assembly));
}

/** What the console says about a service, without times. */
function told(guest: Guest, name: string): readonly string[] {
    const start = `linuxkit: service ${name} `;
    return guest.lines
        .filter((line) => line.startsWith(start))
        .map((line) => line.slice(start.length).replace(/ready \S+$/, "ready"));
}

/** Of a service that is not started again. */
async function outcome(guest: Guest, name: string): Promise<string | undefined> {
    await guest.waitFor(new RegExp(`^linuxkit: service ${name} exited `));
    return told(guest, name).find((line) => line.startsWith("exited "));
}
