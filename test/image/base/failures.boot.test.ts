import { Assembly, type AssemblyArgs, debian } from "../../../sdk";
import { guests } from "../../support/boot";
import { buildImage } from "./build-image";

const boot = guests();

const image = debian.packages(["busybox-static"]);
const shell = (script: string) => ["/usr/bin/busybox", "sh", "-c", script];

function machine(args: Partial<AssemblyArgs>): Promise<ReturnType<typeof boot>> {
    const assembly = new Assembly({ kernel: debian.kernel(), init: [debian.base()], ...args });
    return buildImage(assembly).then(boot);
}

test("each service that cannot become ready is named, with the reason, and the machine is not ready", async () => {
    const guest = await machine({
        services: [
            { name: "absent", image, command: ["/no/such/program"] },
            {
                name: "refused",
                image,
                command: shell("sleep 9"),
                net: "new",
                sysctl: { "net.core.nonsense": "1" },
                restart: "never",
            },
            { name: "unbound", image, command: shell("sleep 9"), binds: ["/no/such/folder:/data"] },
            {
                name: "hungry",
                image,
                command: shell("dd bs=64M count=1 </dev/zero >/dev/null"),
                restart: "never",
                resources: { memory: { limit: "16 MB" } },
                healthcheck: { tcp: 81 },
            },
            { name: "silent", image, command: shell("sleep 1000"), healthcheck: { tcp: 80, retries: 20 } },
            {
                name: "unwell",
                image,
                command: shell("sleep 1000"),
                healthcheck: { command: shell("echo out of order >&2; exit 4"), retries: 20, timeout: "10s" },
            },
            { name: "quitter", image, command: shell("echo cannot go on >&2; exit 9"), restart: "never" },
            { name: "patient", image, command: shell("sleep 1000"), dependsOn: ["silent"] },
            { name: "sound", image, command: shell("sleep 1000") },
        ],
    });
    await guest.waitFor(/^linuxkit: failed: service absent cannot start: .*\/no\/such\/program.*not found/);
    await guest.waitFor(/^linuxkit: failed: service refused cannot start: .*net\/core\/nonsense/);
    await guest.waitFor(/^linuxkit: failed: service unbound cannot start: .*\/no\/such\/folder/);
    await guest.waitFor(/^linuxkit: failed: service hungry exited 137: /);
    await guest.waitFor(/^linuxkit: failed: service silent not ready after 20s: nothing listens on port 80$/);
    await guest.waitFor(/^linuxkit: failed: service unwell not ready after 20s: command check: exit 4: out of order$/);
    await guest.waitFor(/^linuxkit: failed: service quitter exited 9: cannot go on$/);
    await guest.waitFor(/^linuxkit: service sound ready /);
    expect(guest.lines.filter((line) => /^linuxkit: (ready|service patient)/.test(line))).toEqual([]);
    expect(guest.lines.filter((line) => line.startsWith("linuxkit: failed: service absent"))).toHaveLength(1);
});

test("a failed onboot is named, and nothing after it is started", async () => {
    const guest = await machine({
        onboot: [
            { name: "fine", image, command: shell("true") },
            { name: "disk", image, command: shell("echo no disk to format; exit 3") },
            { name: "after", image, command: shell("echo it ran >/dev/tty"), binds: ["/dev/console:/dev/tty"] },
        ],
        services: [{ name: "sound", image, command: shell("sleep 1000") }],
    });
    await guest.waitFor(/^linuxkit: failed: onboot disk failed: exit 3: no disk to format$/);
    await guest.powerDown();
    expect(await guest.ended()).toBe(0);
    expect(guest.lines).toContain("linuxkit: onboot disk failed: exit 3: no disk to format");
    expect(guest.lines.filter((line) => /^(it ran|linuxkit: (ready|service))/.test(line))).toEqual([]);
});

test("an onboot that hangs is the last one named, below a shell's prompt too, and the power button ends it", async () => {
    const guest = await machine({
        init: [debian.base({ getty: true })],
        onboot: [
            { name: "fine", image, command: shell("true") },
            { name: "hanging", image, command: shell("trap '' TERM; while :; do sleep 1; done") },
        ],
        services: [{ name: "sound", image, command: shell("sleep 1000") }],
    });
    await guest.waitFor(/^linuxkit: onboot hanging started$/);
    expect(guest.lines.filter((line) => /^\S* # /.test(line))).not.toEqual([]);
    expect(guest.lines.filter((line) => line.startsWith("linuxkit: "))).toEqual([
        "linuxkit: onboot fine started",
        "linuxkit: onboot hanging started",
    ]);
    await guest.powerDown();
    expect(await guest.ended()).toBe(0);
});
