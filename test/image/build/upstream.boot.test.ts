import { readFileSync } from "node:fs";
import path from "node:path";

import { Assembly, oci } from "../../../sdk";
import { guests } from "../../support/boot";
import { temporaryFolder } from "../../support/folder";
import { buildImage } from "../base/build-image";
import { debianMachine } from "./support/debian-machine";
import { writeImages } from "./support/images";
import { upstreamImages } from "./upstream/images";

const boot = guests();
const folder = temporaryFolder();

/** Every key that upstream's init or its containers can tell something by. */
function assembly(): Assembly {
    const image = (name: string) => oci.layout(path.join(folder(), "layout"), name);
    return new Assembly({
        kernel: { image: image("kernel"), cmdline: "quiet", ucode: "ucode.cpio" },
        init: ["init", "runc"].map((name) => ({ name, image: image(name) })),
        onboot: [
            { name: "sysctl", image: image("tools"), command: ["/bin/check", "root", "sealed"] },
            {
                name: "format",
                image: image("tools"),
                readonly: false,
                env: ["NAME=format"],
                command: ["/bin/check", "writable"],
                net: "new",
                runtime: {
                    cgroups: ["format"],
                    mounts: [
                        { type: "tmpfs", source: "tmpfs", destination: "/var/format", options: ["nodev"] },
                        { type: "proc", source: "proc", destination: "/var/format/proc" },
                    ],
                    mkdir: ["/var/format/made"],
                    interfaces: [{ name: "wg0", add: "wireguard", createInRoot: true }],
                    bindNS: { net: "/run/netns/format" },
                    namespace: "other",
                },
            },
            { name: "own", image: image("own"), command: ["/bin/check"] },
        ],
        services: [
            {
                name: "app",
                image: image("app"),
                command: ["/bin/check", "root", "writable", "process", "volumes"],
                env: ["NAME=app", "VALUE=it's <&>"],
                cwd: "/srv",
                uid: "app",
                gid: "own",
                capabilities: ["CAP_NET_ADMIN", "CAP_CHOWN"],
                binds: ["data:/data", "seed:/seed:ro"],
                annotations: { a: "1" },
            },
        ],
        onshutdown: [{ name: "goodbye", image: image("goodbye"), command: ["/bin/check"] }],
        volumes: [{ name: "data" }, { name: "seed", image: image("seed") }],
        files: [
            { path: "etc/secret", contents: "secret" },
            { path: "srv/private", directory: true },
            { path: "srv/link", symlink: "target" },
            { path: "etc/both-and-files", contents: "from files" },
            { path: "srv/new/file", contents: "x", mode: "0640", uid: "own", gid: "own" },
            { path: "etc/linuxkit.json", metadata: "json" },
            { path: "containers/onboot/002-own/lower/etc/given", contents: "secret" },
        ],
    });
}

/** What a script of the guest looks at, in its words; "$NAME" is any container. */
function promisesOf(script: string): readonly string[] {
    const text = readFileSync(path.join(__dirname, "upstream", script), "utf8");
    return [...text.matchAll(/^ *promise "([^"]+)"/gm)].map(([, name = ""]) => name);
}

test("upstream's init finds everything where it looks for it, and so do its containers", async () => {
    writeImages(folder(), await upstreamImages(await debianMachine(["overlay"])));
    // An image of the shared store may be one that other sources than these have built.
    const guest = boot(await buildImage(assembly(), path.join(folder(), "store")));
    const verdict = await guest.waitFor(/^upstream's init: /);
    const kept = guest.lines.flatMap((line) => /^promise kept: (.*)$/.exec(line)?.[1] ?? []);
    expect(guest.lines.filter((line) => line.startsWith("promise broken: "))).toEqual([]);
    expect(kept).toEqual(expect.arrayContaining(["promises", "init"].flatMap(promisesOf)));
    expect(kept.map((name) => name.replace(/^(sysctl|format|app): /, "$NAME: "))).toEqual(
        expect.arrayContaining([...promisesOf("check")]),
    );
    expect(verdict).toBe("upstream's init: 81 promises kept, 0 other lines");
});
