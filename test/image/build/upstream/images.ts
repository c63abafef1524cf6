import { readFileSync } from "node:fs";
import path from "node:path";

import { writeCpio } from "../../../../providers/image/cpio";
import { generatedDirectory } from "../../../../providers/image/tree/compose";
import { contentOf } from "../../../../providers/image/tree/content";
import type { LayerEntry, MadeImage } from "../../../support/oci-image";
import { makeTar } from "../../archive/make-tar";
import { collect } from "../../codec/collect";
import type { DebianMachine } from "../support/debian-machine";
import { imageOf } from "../support/images";

const script = (name: string): Buffer => readFileSync(path.join(__dirname, name));
const program = (name: string, mode = 0o755): LayerEntry => ({ name: `bin/${name}`, body: script(name), mode });
const directory = (name: string): LayerEntry => ({ name: `${name}/`, type: "5", mode: 0o755 });

/** Its shell finds others by itself only where /proc is mounted. */
const applets =
    "awk cat chroot cut env grep head ls mkdir modprobe mount paste readlink sed sh sleep stat tail tr uname xargs".split(
        " ",
    );

/** What Docker puts into a container's root, which is no part of an image. */
const dockers: readonly LayerEntry[] = [".dockerenv", "Dockerfile", "etc/hostname"].map((name) => ({
    name,
    body: "x",
}));

function shell({ busybox }: DebianMachine): readonly LayerEntry[] {
    return [
        directory("bin"),
        { name: "bin/busybox", body: busybox, mode: 0o755 },
        ...applets.map((name) => ({ name: `bin/${name}`, type: "2", link: "busybox" })),
        program("promise.sh", 0o644),
    ];
}

/** A kernel's image, whose tar brings a file, and what the machine was booted from. */
async function kernelImage({ kernel, modules }: DebianMachine): Promise<MadeImage> {
    const microcode = { type: "file", path: "kernel/x86/microcode/GenuineIntel.bin", mode: 0o644 } as const;
    const folders = ["kernel", "kernel/x86", "kernel/x86/microcode"].map((name) => generatedDirectory(name));
    async function* entries() {
        yield* folders;
        yield { ...microcode, uid: 0, gid: 0, mtime: 0, content: contentOf("microcode") };
    }
    const brought = [
        { name: "boot/System.map", body: "symbols" },
        { name: "etc/from-kernel", body: "kernel.tar" },
    ];
    return imageOf({}, [
        { name: "kernel", body: kernel },
        { name: "kernel.tar", body: makeTar(...brought, ...modules) },
        { name: "ucode.cpio", body: await collect(writeCpio(entries())) },
    ]);
}

/** Stands in for linuxkit/init, and for another image of init over it. */
function initImages(machine: DebianMachine): Readonly<Record<"init" | "runc", MadeImage>> {
    const common = (text: string): readonly LayerEntry[] => [
        { name: "lib/apk/db/installed", body: `P:${text}\n\n` },
        { name: "etc/resolv.conf", body: "nameserver 192.0.2.9\n" },
        { name: "etc/both", body: text },
    ];
    return {
        init: imageOf({}, [
            ...shell(machine),
            ...["promises", "values.awk"].map((name) => program(name)),
            { name: "init", body: script("init"), mode: 0o755 },
            { name: "etc/first", body: "first" },
            { name: "etc/both-and-files", body: "image" },
            { name: "etc/hosts", body: "192.0.2.9 image\n" },
            ...dockers,
            ...common("init"),
        ]),
        runc: imageOf({}, common("runc")),
    };
}

/** A container's image of two layers, which runs its checks. */
function containerImage(machine: DebianMachine, label?: object): MadeImage {
    const Labels = label === undefined ? {} : { "org.mobyproject.config": JSON.stringify(label) };
    return imageOf(
        { Cmd: ["/bin/check", "root"], Env: ["NAME=unnamed"], Labels },
        [
            ...shell(machine),
            directory("srv"),
            { name: "srv/first", body: "first" },
            { name: "srv/layered", body: "lower" },
            { name: "srv/below", body: "below" },
            { name: "etc/hosts", body: "192.0.2.9 image\n" },
            { name: "dev/console", type: "3", major: 5, minor: 1 },
            ...dockers,
        ],
        [
            program("check"),
            { name: "srv/layered", body: "upper" },
            { name: "srv/.wh.below" },
            { name: "srv/owned/", type: "5", mode: 0o2750, uid: 7, gid: 8, mtime: 1_000_000_000 },
            { name: "srv/linked", body: "linked" },
            { name: "srv/other", type: "1", link: "srv/linked" },
        ],
    );
}

/** Images laid out as LinuxKit's and their users' are, by the names that the test's assembly calls them by. */
export async function upstreamImages(machine: DebianMachine): Promise<Readonly<Record<string, MadeImage>>> {
    return {
        kernel: await kernelImage(machine),
        ...initImages(machine),
        tools: containerImage(machine, { capabilities: ["CAP_SYS_ADMIN"], readonly: true, env: ["NAME=sysctl"] }),
        own: containerImage(machine),
        app: containerImage(machine, { uid: 1 }),
        goodbye: containerImage(machine, { uid: 2 }),
        seed: imageOf({}, [{ name: "seed", body: "seed" }]),
    };
}
