import { Assembly, debian, dhcp, type ServiceArgs } from "../../../sdk";
import { type Guest, guests } from "../../support/boot";
import { buildImage } from "./build-image";
import { image, look, sandboxed, sandboxedSays, shell, status } from "./sandboxed";

const boot = guests();

const SECRET = "hunter2-and-more";

const mapping = [{ containerID: 0, hostID: 100_000, size: 65_536 }];

const looks: readonly ServiceArgs[] = [
    sandboxed,
    look(
        "open",
        [
            [
                `echo "$(id -u) ${status("Seccomp")} $(touch /x && echo writable) $(unshare -U true && echo namespaces)`,
                `$(hostname) $(touch /volume/x && echo kept) $(touch /sealed/x 2>&1)"`,
            ].join(" "),
        ],
        { binds: ["volume:/volume", "sealed:/sealed"] },
    ),
    look(
        "Limited-2.a_b",
        ["cd /sys/fs/cgroup/Limited-2.a_b && echo $(cat memory.max pids.max cpu.max) $(cat cgroup.procs | wc -l)"],
        {
            resources: { memory: { limit: "16 MB" }, pids: { limit: 20 }, cpu: { quota: 50_000, period: 100_000 } },
        },
    ),
    look("mapped", ["echo $(id -u) $(cat /proc/self/uid_map)"], {
        userns: "new",
        net: "new",
        uidMappings: mapping,
        gidMappings: mapping,
    }),
    look("words", ['echo "$ODD" "$(cat /shared/first)" "$(stat -c %t:%T /dev/odd)"; : "$SECRET"'], {
        env: [`ODD=it's "\\$HOME" \`id\``, `SECRET=${SECRET}`],
        binds: ["/var/lib/shared:/shared"],
        devices: [{ path: "/dev/odd", type: "c", major: 1, minor: 3, mode: "0666" }],
    }),
];

const stubbornly = "trap '' TERM; while :; do sleep 1; done";
const politely = (script: string) => `trap 'exit 0' TERM\n${script}\nwhile :; do sleep 0.2; done`;

const running: readonly ServiceArgs[] = [
    {
        name: "database",
        image,
        command: shell(politely("sleep 1; nc -ll -p 5432 -e cat &")),
        healthcheck: { tcp: 5432 },
    },
    {
        name: "web",
        image,
        net: "new",
        command: shell(politely("echo well >/index.html; httpd -p 8080 -h /")),
        dependsOn: ["database"],
        healthcheck: { http: "http://127.0.0.1:8080/index.html", timeout: "5s" },
    },
    {
        name: "asked",
        image,
        command: shell(politely("sleep 1; touch /answer")),
        healthcheck: { command: shell("[ -e /answer ]"), timeout: "10s" },
    },
    {
        name: "shaky",
        image,
        command: shell(
            `echo >>/runs; [ "$(wc -l </runs)" -gt 2 ] || { echo "not yet" >&2; exit 3; }; ${politely("touch /up")}`,
        ),
        restart: "on-failure",
        healthcheck: { command: shell("[ -e /up ]"), timeout: "10s" },
    },
    { name: "stubborn", image, command: shell(stubbornly), stopTimeout: "1s" },
    {
        name: "mute",
        image,
        command: shell(politely("")),
        healthcheck: { command: shell("mkdir /asked || sleep 1000"), timeout: "20m" },
    },
];

test("services run as declared, become ready, and are stopped in order by the power button", async () => {
    const assembly = new Assembly({
        kernel: debian.kernel(),
        init: [debian.base()],
        onboot: [
            dhcp(),
            {
                name: "prepare",
                image,
                command: shell("echo prepared >/shared/first"),
                runtime: { mkdir: ["/var/lib/shared"] },
                binds: ["/var/lib/shared:/shared"],
            },
        ],
        services: [...looks, ...running],
        onshutdown: [
            { name: "last", image, command: shell("echo last words >/dev/tty"), binds: ["/dev/console:/dev/tty"] },
        ],
        volumes: [{ name: "volume" }, { name: "sealed", readonly: true }],
        files: [{ path: "/etc/hostname", contents: "guest", mode: "0644" }],
    });
    const guest = boot(await buildImage(assembly));
    await guest.waitFor(/^linuxkit: ready /);
    for (const { name } of looks) {
        await guest.waitFor(new RegExp(`^linuxkit: service ${name} exited `));
    }

    expect(outcome(guest, "sandboxed")).toBe(`exited 0: ${sandboxedSays}`);
    expect(outcome(guest, "open")).toBe(
        "exited 0: 0 0 writable namespaces guest kept touch: /sealed/x: Read-only file system",
    );
    expect(outcome(guest, "Limited-2.a_b")).toMatch(/^exited 0: 16777216 20 50000 100000 [1-9]/);
    expect(outcome(guest, "mapped")).toBe("exited 0: 0 0 100000 65536");
    expect(outcome(guest, "words")).toBe('exited 0: it\'s "\\$HOME" `id` prepared 1:3');
    expect(guest.lines).toContain("linuxkit: service shaky exited 3, restarting in 1s: not yet");
    expect(guest.lines).toContain("linuxkit: service shaky exited 3, restarting in 2s: not yet");
    for (const { name } of running) {
        expect(guest.lines.filter((line) => line.startsWith(`linuxkit: service ${name} ready `))).toHaveLength(1);
    }
    expect(position(guest, "service database ready")).toBeLessThan(position(guest, "service web started"));

    await guest.powerDown();
    expect(await guest.ended()).toBe(0);
    expect(position(guest, "service web stopped")).toBeLessThan(position(guest, "service database stopped"));
    expect(position(guest, "service stubborn stopped")).toBeLessThan(guest.lines.indexOf("last words"));
    expect(guest.lines.filter((line) => / (failed|unhealthy)/.test(line) || line.includes(SECRET))).toEqual([]);
});

function outcome(guest: Guest, name: string): string | undefined {
    const start = `linuxkit: service ${name} `;
    return guest.lines
        .filter((line) => line.startsWith(start))
        .map((line) => line.slice(start.length))
        .find((line) => line.startsWith("exited "));
}

/** Of the line that begins so; one that never came is after all others. */
function position(guest: Guest, start: string): number {
    const found = guest.lines.findIndex((line) => line.startsWith(`linuxkit: ${start}`));
    return found < 0 ? Infinity : found;
}
