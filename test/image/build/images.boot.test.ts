import path from "node:path";

import { Assembly, debian, oci } from "../../../sdk";
import { guests } from "../../support/boot";
import { temporaryFolder } from "../../support/folder";
import type { LayerEntry } from "../../support/oci-image";
import { makeTar } from "../archive/make-tar";
import { buildImage } from "../base/build-image";
import { debianMachine } from "./support/debian-machine";
import { imageOf, writeImages } from "./support/images";

const boot = guests();
const folder = temporaryFolder();

/** Programs and libraries are the machine's own, by links into its /usr, which the image's label binds. */
const root: readonly LayerEntry[] = ["bin", "lib", "lib64", "sbin"].map((name) => ({
    name,
    type: "2",
    link: `usr/${name}`,
}));

const check = `#!/usr/bin/busybox sh
set -e
test "$PWD" = /srv
test "$FROM_IMAGE" = yes
test ! -e /gone
test ! -e /opaque/below
test "$(cat /opaque/above)" = above
test "$(cat second)" = content
test "$(cat /etc/hosts | head -n 1)" = "127.0.0.1       localhost"
test -d /proc/self
test "$(id -u)" = 1234
test "$1" = --now
`;

/** A kernel's image in LinuxKit's form, out of Debian's kernel and its modules. */
async function kernelImage() {
    const { kernel, modules } = await debianMachine(["loop"]);
    expect(modules.length).toBeGreaterThan(3);
    return imageOf({}, [
        { name: "kernel", body: kernel },
        { name: "kernel.tar", body: makeTar(...modules) },
    ]);
}

test("a machine of images boots: their kernel and its modules, their layers, labels and configurations", async () => {
    const label = { binds: ["/usr:/usr:ro"], uid: 1234, readonly: true, command: ["/check", "--now"] };
    const configured = { Env: ["PATH=/bin", "FROM_IMAGE=yes"], WorkingDir: "/srv", Cmd: ["/false"] };
    const layered = imageOf(
        { ...configured, Labels: { "org.mobyproject.config": JSON.stringify(label) } },
        [
            ...root,
            { name: "usr/", type: "5", mode: 0o755 },
            { name: "gone", body: "x" },
            { name: "opaque/below", body: "x" },
        ],
        [
            { name: "srv/first", body: "content" },
            { name: "srv/second", type: "1", link: "srv/first" },
        ],
        [
            { name: ".wh.gone" },
            { name: "srv/.wh.first" },
            { name: "opaque/.wh..wh..opq" },
            { name: "opaque/above", body: "above" },
            { name: "check", body: check, mode: 0o755 },
        ],
    );
    writeImages(folder(), { kernel: await kernelImage(), layered });
    const layout = path.join(folder(), "layout");
    const image = await buildImage(
        new Assembly({
            kernel: { image: oci.layout(layout, "kernel"), cmdline: "quiet" },
            init: [debian.base()],
            onboot: [
                { name: "check", image: oci.layout(layout, "layered") },
                {
                    name: "modules",
                    image: oci.layout(layout, "layered"),
                    command: ["/usr/bin/busybox", "modprobe", "loop"],
                    uid: 0,
                    "capabilities.add": ["CAP_SYS_MODULE"],
                },
            ],
        }),
    );
    const guest = boot({ ...image });
    await guest.waitFor(/^linuxkit: ready /);
    await guest.powerDown();
    expect(await guest.ended()).toBe(0);
});
