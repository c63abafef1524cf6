import { makeImage, makeIndex, makeLayer } from "../../support/oci-image";
import { armKernelFile, head, kernelTar } from "./common";
import { file, folder, image, link, type Sample } from "./sample";

function service(...images: readonly string[]): string {
    return ["services:", ...images.map((name, index) => `  - {name: s${index}, image: "${name}"}`)].join("\n");
}

const command = { Entrypoint: ["/run"] };

const everyType = image(
    [
        folder("bin", { mode: 0o1777, uid: 1000, gid: 1001, mtime: 1_234_567_890 }),
        file("bin/first", "same\n", { mode: 0o4755, uid: 5 }),
        { name: "bin/second", type: "1", link: "bin/first", mode: 0o4755, uid: 5, mtime: 1_600_000_000 },
        link("bin/absolute", "/bin/first"),
        link("bin/relative", "../bin/first", { uid: 3, gid: 4, mtime: 1 }),
        link("bin/dangling", "no/such/thing"),
        file("bin/empty", "", { mode: 0 }),
        file("bin/group", "", { mode: 0o2750, gid: 1_000_000 }),
        { name: "bin/null", type: "3", mode: 0o666, major: 1, minor: 3, mtime: 7 },
        { name: "bin/disk", type: "4", mode: 0o660, gid: 6, major: 259, minor: 65_537, mtime: 7 },
        { name: "bin/pipe", type: "6", mode: 0o600, mtime: 7 },
    ],
    command,
);

const oddNames = image(
    [
        folder("with space"),
        file("with space/a\\b", "1"),
        file("with space/ümlaut-日本", "2"),
        folder("d".repeat(60)),
        file(`${"d".repeat(60)}/${"f".repeat(60)}`, "3"),
        link(`${"d".repeat(60)}/link`, `/${"t".repeat(120)}`),
        file("./dotted", "4"),
        folder("./dots"),
        file("dots/./inside", "5"),
        file("...", "6"),
        file("-rf", "7"),
    ],
    command,
);

const layered = makeImage({
    config: command,
    layers: [
        makeLayer([
            folder("a"),
            file("a/kept", "lower"),
            file("a/replaced", "lower", { mode: 0o600, uid: 1 }),
            file("a/removed", "lower"),
            folder("gone"),
            file("gone/inside", "lower"),
            folder("turned"),
            file("turned/inside", "lower"),
            file("becomes", "a file"),
            folder("mode", { mode: 0o755 }),
            file("mode/x", "x"),
        ]),
        makeLayer([
            file("a/replaced", "upper", { mode: 0o644, gid: 2 }),
            file("a/.wh.removed", ""),
            file(".wh.gone", ""),
            file("turned", "now a file"),
            folder("mode", { mode: 0o700, uid: 9 }),
        ]),
        makeLayer([
            folder("becomes"),
            file("becomes/inside", "a folder"),
            file("a/top", "top"),
            folder("gone"),
            file("gone/new", "3"),
        ]),
    ],
});

const opaque = makeImage({
    config: command,
    layers: [
        makeLayer([folder("data"), file("data/old", "old"), folder("data/sub"), file("data/sub/old", "old")]),
        makeLayer([folder("data"), file("data/.wh..wh..opq", ""), file("data/new", "new")]),
    ],
});

const attributed = image(
    [
        folder("bin", { xattrs: { "user.note": "of a folder" } }),
        file("bin/ping", "ELF", {
            mode: 0o755,
            xattrs: { "security.capability": Buffer.from("0100000200200000000000000000000000000000", "hex") },
        }),
        file("bin/two", "2", { xattrs: { "user.a": "1", "user.b": "ü" } }),
    ],
    command,
);

const dockers = image(
    [
        file(".dockerenv", ""),
        file("Dockerfile", "FROM scratch"),
        folder("dev", { mode: 0o700, uid: 9 }),
        { name: "dev/console", type: "3", mode: 0o600, major: 5, minor: 1 },
        { name: "dev/other", type: "3", mode: 0o600, major: 1, minor: 5 },
        folder("dev/pts", { mode: 0o711 }),
        folder("dev/shm", { mode: 0o1777 }),
        folder("etc", { mode: 0o750, gid: 3 }),
        file("etc/hostname", "built"),
        file("etc/hosts", "10.0.0.1 other\n", { mode: 0o600, uid: 4 }),
        file("etc/resolv.conf", "nameserver 10.0.0.1\n", { mode: 0o600, gid: 4 }),
        link("etc/mtab", "../proc/self/mounts"),
        folder("proc", { mode: 0o555 }),
        folder("sub"),
        file("sub/Dockerfile", "kept"),
        file("sub/hostname", "kept"),
        folder("sys", { mode: 0o555 }),
    ],
    command,
);

const fileMtab = image([folder("etc"), file("etc/mtab", "none\n", { mode: 0o644 })], command);

const other = makeImage({
    layers: [makeLayer([file("arm", "")])],
    config: command,
    platform: { architecture: "arm64" },
});
const indexed = makeIndex([other, image([file("run", "amd64")], command)]);
const dockered = makeImage({ layers: [makeLayer([file("run", "docker")])], config: command, docker: true });
const armKernel = makeImage({
    layers: [makeLayer([file("kernel", armKernelFile), file("kernel.tar", kernelTar)])],
    platform: { architecture: "arm64" },
});
const dockerList = makeIndex([dockered, other], { docker: true });

export const imageSamples: readonly Sample[] = [
    { name: "every type of entry", images: { "made/types:1": everyType }, yaml: head + service("made/types:1") },
    { name: "odd names", images: { "made/names:1": oddNames }, yaml: head + service("made/names:1") },
    { name: "layers over layers", images: { "made/layers:1": layered }, yaml: head + service("made/layers:1") },
    { name: "an opaque folder", images: { "made/opaque:1": opaque }, yaml: head + service("made/opaque:1") },
    { name: "extended attributes", images: { "made/xattrs:1": attributed }, yaml: head + service("made/xattrs:1") },
    {
        name: "what docker puts into containers",
        images: { "made/dockers:1": dockers, "made/mtab:1": fileMtab },
        yaml: head + service("made/dockers:1", "made/mtab:1"),
    },
    {
        name: "indexes and docker's own forms",
        images: { "made/index:1": indexed, "made/docker:1": dockered, "made/list:1": dockerList },
        yaml: head + service("made/index:1", "made/docker:1", "made/list:1"),
    },
    {
        name: "the other architecture",
        architecture: "arm64",
        images: {
            "made/kernel:1": makeIndex([armKernel]),
            "made/list:1": dockerList,
        },
        yaml: `kernel: {image: made/kernel:1, cmdline: quiet}\n${service("made/list:1")}`,
    },
    {
        name: "layers that leave out folders",
        images: { "made/orphans:1": image([file("a/b/c", "c", { uid: 3 })], command) },
        yaml: head + service("made/orphans:1"),
    },
    {
        name: "references in every form",
        images: {
            "library/short:1": image([file("a", "")], command),
            "made/deep/er/name:v1.2_3": image([file("b", "")], command),
        },
        yaml: head + service("short:1", "docker.io/made/deep/er/name:v1.2_3", "docker.io/made/tool:1"),
    },
    {
        name: "init images over one another",
        images: {
            "made/docker-init:1": dockers,
            "made/over:1": image([
                folder("bin", { mode: 0o700 }),
                file("bin/rc.init", "another\n", { uid: 3 }),
                file("new", ""),
            ]),
        },
        yaml: "kernel: {image: made/kernel:1}\ninit: [made/init:1, made/docker-init:1, made/over:1]\n",
    },
    {
        name: "databases of apk",
        images: Object.fromEntries(
            ["one", "two", "three"].map((name) => [
                `made/${name}:1`,
                image([
                    ...["lib", "lib/apk", "lib/apk/db"].map((each) => folder(each, { mode: 0o750, uid: 3 })),
                    ...(name === "two"
                        ? []
                        : [file("lib/apk/db/installed", `P:${name}\nV:1\n`, { mode: 0o640, uid: 2 })]),
                ]),
            ]),
        ),
        yaml: "kernel: {image: made/kernel:1}\ninit: [made/one:1, made/two:1, made/three:1]\n",
    },
];
