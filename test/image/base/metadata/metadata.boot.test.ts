import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";

import { Assembly, type ContainerArgs, debian, dhcp, metadata } from "../../../../sdk";
import { guests } from "../../../support/boot";
import { temporaryFolder } from "../../../support/folder";
import { buildImage } from "../build-image";
import { type Holdings, MetadataServer } from "./server";

const boot = guests();
const temporary = temporaryFolder();
let server: MetadataServer;
beforeEach(async () => {
    server = await MetadataServer.start();
});
afterEach(() => server.close());

/** Tells on the console what has been found. */
function look(name: string): ContainerArgs {
    const commands = [
        "cd /run/config",
        'files=$(find . -type f | sort | while read -r file; do echo "$file:$(stat -c %a "$file"):$(sha256sum <"$file" | cut -c 1-8)"; done)',
        `echo "look ${name}:" $(cat /proc/sys/kernel/hostname) $files >/dev/console`,
    ];
    return {
        name: `look-${name}`,
        image: debian.packages(["busybox-static"]),
        command: ["/usr/bin/busybox", "sh", "-c", commands.join("\n")],
        binds: ["/run/config:/run/config:ro", "/dev/console:/dev/console"],
    };
}

const hash = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex").slice(0, 8);
const found = (files: Readonly<Record<string, readonly [mode: number, content: string | Buffer]>>): string =>
    Object.entries(files)
        .map(([name, [mode, content]]) => `./${name}:${mode}:${hash(content)}`)
        .sort()
        .join(" ");

/** What `qemu.Machine` gives QEMU. */
function userData(content: string): readonly string[] {
    const file = path.join(temporary(), "user-data");
    writeFileSync(file, content);
    return ["-fw_cfg", `name=opt/org.linuxkit/user-data,file=${file}`];
}

const aws = (more: Holdings): Holdings => ({ "/latest/meta-data/hostname": "web", ...more });

test("one guest asks QEMU's device, then a service of AWS's kind at 169.254.169.254 that is slow, gives all sorts, and knows v1 alone", async () => {
    const binary = randomBytes(16_384);
    const files = JSON.stringify({ ssh: { entries: { key: { perm: "0600", content: "x".repeat(16_200) } } } });
    const told = "plain text";
    server.turns = [
        { holdings: aws({ "/latest/user-data": files }), temper: { delayMs: 1500 } },
        { holdings: aws({ "/latest/user-data": binary }) },
        { holdings: aws({}) },
        { holdings: aws({ "/latest/user-data": "lost" }), temper: { refusesTokens: 405 } },
    ];
    const names = ["slow", "binary", "nothing", "refused"];
    const image = await buildImage(
        new Assembly({
            kernel: debian.kernel(),
            init: [debian.base()],
            onboot: [
                metadata(),
                look("qemu"),
                dhcp(),
                ...names.flatMap((name) => [metadata({ name, providers: ["aws"] }), look(name)]),
            ],
        }),
    );
    const relay = `"${process.execPath}" "${require.resolve("./relay.cjs")}" ${server.port}`;
    const guest = boot({
        ...image,
        network: [
            ...["net=169.254.0.0/16", "host=169.254.0.1", "dns=169.254.0.3", "dhcpstart=169.254.10.15"],
            `guestfwd=tcp:169.254.169.254:80-cmd:${relay}`,
        ],
        extra: userData(told),
    });
    const failed = await guest.waitFor(/^linuxkit: failed/);
    const lines = guest.lines.filter((line) => /^(look|linuxkit: metadata)/.test(line));

    const provider = [644, "AWS"] as const;
    const hostname = [644, "web"] as const;
    const own = lines[1]?.split(" ")[2] ?? "";
    expect(own).toMatch(/^linuxkit-[0-9a-f]{12}$/);
    expect(lines).toEqual([
        "linuxkit: metadata: QEMU: 10 bytes of user data",
        `look qemu: ${own} ${found({ provider: [644, "QEMU"], userdata: [644, told] })}`,
        `linuxkit: metadata: AWS: ${files.length} bytes of user data, 1 file, host name`,
        `look slow: web ${found({ provider, hostname, userdata: [644, files], "ssh/key": [600, "x".repeat(16_200)] })}`,
        "linuxkit: metadata: AWS: 16384 bytes of user data, host name",
        `look binary: web ${found({ provider, hostname, userdata: [644, binary] })}`,
        "linuxkit: metadata: AWS: no user data, host name",
        `look nothing: web ${found({ provider, hostname })}`,
    ]);
    expect(failed).toBe(
        "linuxkit: failed: onboot refused failed: exit 1: aws: 169.254.169.254 speaks no IMDSv2: it refuses a token (HTTP 405)",
    );
});

test("an arm64 guest without firmware, which has no SMBIOS, reads QEMU's device too", async () => {
    const image = await buildImage(
        new Assembly({
            architecture: "arm64",
            kernel: debian.kernel(),
            init: [debian.base()],
            onboot: [metadata(), look("qemu")],
        }),
    );
    const guest = boot({ ...image, architecture: "arm64", extra: userData('{"a":{"content":"b"}}') });
    await guest.waitFor(/^linuxkit: ready/);
    expect(guest.lines).toContain("linuxkit: metadata: QEMU: 21 bytes of user data, 1 file");
    expect(guest.lines.find((line) => line.startsWith("look qemu"))).toContain(`./a:644:${hash("b")}`);
});
