import { head } from "./assemblies/common";
import { oneFile, service } from "./assemblies/refused";
import type { FormatName } from "./support/built";
import type { Aspect } from "./support/compare";

/** A difference between what the real linuxkit builds and what we build that is meant to stay. */
export interface KnownDifference {
    readonly reason: string;
    /** The assemblies that show it. @default any of them */
    readonly samples?: readonly string[];
    readonly aspect: Aspect;
    readonly path: RegExp;
    readonly theirs: RegExp;
    readonly ours: RegExp;
}

const text = /^/;

/** Every difference that stays, and why. One that no assembly shows any more fails the test: take it out. */
export const knownDifferences: readonly KnownDifference[] = [
    // The linuxkit that is built for the tests is of 2024: the module proxy has no later one.
    {
        reason: "the runtime specification of LinuxKit in 2026, 1.2.1, not that of 2024",
        aspect: "content",
        path: /^containers\/.*\/config\.json$/,
        theirs: /^"ociVersion": "1\.0\.2-dev",$/,
        ours: /^"ociVersion": "1\.2\.1",$/,
    },

    // What debian.base() reads and LinuxKit's init does not look at.
    {
        reason: "debian.base() starts a container with this script",
        aspect: "presence",
        path: /^containers\/(onboot|onshutdown|services)\/[^/]+\/service\.sh$/,
        theirs: /^absent$/,
        ours: /^file$/,
    },
    {
        reason: "debian.base() runs a container with interfaces or bound namespaces from this second bundle",
        aspect: "presence",
        path: /^containers\/(onboot|onshutdown|services)\/[^/]+\/hooked(\/config\.json)?$/,
        theirs: /^absent$/,
        ours: /^(file|directory)$/,
    },

    // Forms that mean the same.
    {
        reason: "a link has no permissions of its own: Linux shows 0777 for every one",
        aspect: "mode of a link",
        path: text,
        theirs: /^\d{4}$/,
        ours: /^0777$/,
    },
    {
        reason: "the kernel and its microcode are data to a boot loader: the image's permissions for them are not kept",
        aspect: "mode",
        path: /^boot\/(kernel|ucode\.cpio)$/,
        theirs: /^06[04]0$/,
        ours: /^0644$/,
    },
    {
        reason: "the root itself, which a kernel's tar may bring, is not a member of our tars",
        samples: ["a kernel's tar with dots before its names"],
        aspect: "presence",
        path: /^$/,
        theirs: /^directory$/,
        ours: /^absent$/,
    },
    {
        reason: "every format has all of its files: an empty command line is an empty file, not a missing one",
        aspect: "presence",
        path: /^\(cmdline\)$/,
        theirs: /^absent$/,
        ours: /^0 bytes$/,
    },
    {
        reason: "a capability that the label has and capabilities.add adds is effective once, not twice",
        samples: ["labels, and what is said over them"],
        aspect: "content",
        path: /^containers\/services\/added\/config\.json$/,
        theirs: /^"CAP_KILL",\n"CAP_CHOWN"$/,
        ours: /^"CAP_KILL"$/,
    },
    {
        reason: "the union of apk's databases belongs to the last image that brought one, with the time of what is generated",
        samples: ["databases of apk"],
        aspect: "record",
        path: /^lib\/apk\/db\/installed$/,
        theirs: /^LINUXKIT\.(source=LINUXKIT\.apkinit|location=init)$/,
        ours: /^LINUXKIT\.(source=docker\.io\/made\/three:1|location=init\[2\])$/,
    },
    {
        reason: "the same, seen in the order of the components",
        samples: ["databases of apk"],
        aspect: "order",
        path: /^$/,
        theirs: / init\[2\] init( |$)/,
        ours: / init\[2\]( |$)/,
    },
    {
        reason: "the same, seen in the time: LinuxKit gives it none",
        samples: ["databases of apk"],
        aspect: "mtime",
        path: /^lib\/apk\/db\/installed$/,
        theirs: /^0$/,
        ours: /^1492533000$/,
    },

    {
        reason: "the same, seen in its folders: they are written again as they were, at the time of what is generated",
        samples: ["databases of apk"],
        aspect: "mtime",
        path: /^lib(\/apk(\/db)?)?$/,
        theirs: /^1600000000$/,
        ours: /^1492533000$/,
    },
    {
        reason: "metadata is the assembly in our words, which leave out what is not said; a test reads theirs and ours as the same",
        samples: ["metadata as JSON", "metadata as YAML"],
        aspect: "content",
        path: /^etc\/linuxkit\.(json|yml)$/,
        theirs: text,
        ours: text,
    },

    {
        reason: "a folder that a layer leaves out is there, with 0755 and root's: not every unpacker makes it up",
        samples: ["layers that leave out folders"],
        aspect: "presence",
        path: /^containers\/services\/s0\/lower\/a(\/b)?$/,
        theirs: /^absent$/,
        ours: /^directory$/,
    },
    {
        reason: "a path is one file: what is said of it later counts, in the place of what was said first",
        samples: ["a file that is said twice"],
        aspect: "record",
        path: /^made\/twice$/,
        theirs: /^LINUXKIT\.location=files\[1\]$/,
        ours: /^LINUXKIT\.location=files\[0\]$/,
    },

    // Where LinuxKit does not do what the image or the YAML says.
    {
        reason: "an opaque folder hides what lower layers have in it; LinuxKit lets that through",
        samples: ["an opaque folder"],
        aspect: "presence",
        path: /^containers\/services\/s0\/lower\/data\/(old|sub|sub\/old)$/,
        theirs: /^(file|directory)$/,
        ours: /^absent$/,
    },
    {
        reason: "a folder that a layer removes and a later one makes anew is empty; LinuxKit keeps what it had",
        samples: ["layers over layers"],
        aspect: "presence",
        path: /^containers\/services\/s0\/lower\/gone\/inside$/,
        theirs: /^file$/,
        ours: /^absent$/,
    },
    {
        reason: "LinuxKit reads keys of resources in lower case alone, and drops those that its schema spells otherwise",
        samples: ["devices and limits"],
        aspect: "content",
        path: /^containers\/services\/limits\/config\.json$/,
        theirs: /^$|^"(swappiness|weight)": \d+$/,
        ours: /"(kernelTCP|realtimeRuntime|leafWeight|hugepageLimits|classID)": /,
    },
    {
        reason: "the same with the ids of uidMappings and gidMappings",
        samples: ["namespaces"],
        aspect: "content",
        path: /^containers\/services\/new\/config\.json$/,
        theirs: /^("containerID": 0,\n)?"hostID": 0,$/,
        ours: /^("containerID": 1000,\n)?"hostID": \d+,$/,
    },
    {
        reason: "a file's folders that stand there keep their permissions; LinuxKit gives them the first file's",
        samples: ["files", "files over what images bring", "metadata as YAML", "names of users and groups"],
        aspect: "mode",
        path: /^(bin|dev|etc|lib)$/,
        theirs: /^07\d\d$/,
        ours: /^0755$/,
    },
    {
        reason: "the same, seen in their owner",
        samples: ["names of users and groups"],
        aspect: "owner",
        path: /^etc$/,
        theirs: /^103:101$/,
        ours: /^0:0$/,
    },
    {
        reason: "the first file of a folder is the first by its path: their order is no part of an assembly",
        samples: ["files"],
        aspect: "mode",
        path: /^srv$/,
        theirs: /^0555$/,
        ours: /^0700$/,
    },

    // Where we can do what LinuxKit cannot.
    {
        reason: "containers share an image by its content; LinuxKit by its name, and has it twice under two names",
        samples: ["indexes and docker's own forms"],
        aspect: "presence",
        path: /^containers\/services\/s2\/lower(\/|$)/,
        theirs: text,
        ours: /^absent$/,
    },
    {
        reason: "the same, seen in the overlay",
        samples: ["indexes and docker's own forms"],
        aspect: "content",
        path: /^containers\/services\/s2\/runtime\.json$/,
        theirs: /^"lowerdir=\/containers\/services\/s2\/lower",$/,
        ours: /^"lowerdir=\/containers\/services\/s1\/lower",$/,
    },
    {
        reason: "an image without LinuxKit's init has its own begin where there is no kernel",
        aspect: "content",
        path: /^Dockerfile$/,
        theirs: /^ENTRYPOINT \["\/bin\/rc\.init"\]$/,
        ours: /^ENTRYPOINT \["\/init"\]$/,
    },
];

/** YAML that one of the two takes and the other refuses, as it is meant to be. */
export interface KnownRefusal {
    readonly reason: string;
    readonly by: "theirs" | "ours";
    readonly yaml: string;
    /** @default "tar" */
    readonly format?: FormatName;
    /** What the message of the refusal says. */
    readonly says: RegExp;
}

const laterSchema = "a key of LinuxKit's schema of 2026";
const ownKey = "a key of our own";
const runtimeRefuses = "the runtime refuses it when the machine runs";

function ours(reason: string, yaml: string, says: RegExp): KnownRefusal {
    return { reason, by: "ours", yaml, says };
}

function theirs(reason: string, yaml: string, says = /invalid configuration file/): KnownRefusal {
    return { reason, by: "theirs", yaml, says };
}

/** Every refusal that stays, and why. One that no longer occurs fails the test: take it out. */
export const knownRefusals: readonly KnownRefusal[] = [
    theirs(laterSchema, `${head}volumes: [{name: a, image: "made/tool:1", readonly: true, format: filesystem}]\n`),
    theirs(laterSchema, `${head}volumes: [{name: a, image: "made/tool:1", format: oci, platforms: [linux/amd64]}]\n`),
    theirs(
        laterSchema,
        service(
            "mounts: [{type: ext4, source: /x, destination: /y, uidmappings: [{hostID: 1, containerID: 0, size: 1}], gidmappings: [{hostID: 1, containerID: 0, size: 1}]}]",
        ),
    ),
    theirs(
        laterSchema,
        service(
            "runtime: {mounts: [{type: ext4, source: /x, destination: /y, uidmappings: [{hostID: 1, containerID: 0, size: 1}], gidmappings: [{hostID: 1, containerID: 0, size: 1}]}]}",
        ),
    ),
    theirs(ownKey, `architecture: amd64\n${head}`),
    theirs(ownKey, "kernel: {image: made/kernel:1}\ninit: [{name: base, image: made/init:1}]\n"),
    theirs(ownKey, service("seccomp: unconfined")),
    theirs(ownKey, service('restart: never, dependsOn: [], stopTimeout: "5 s"')),
    theirs(ownKey, service('healthcheck: {tcp: 80, interval: "1 s", timeout: "1 s", retries: 3}')),
    theirs(ownKey, service('healthcheck: {http: "http://127.0.0.1:80/"}')),
    theirs(ownKey, service("healthcheck: {command: [/check]}")),
    theirs(ownKey, service("resources: {unified: {memory.high: max}}")),
    theirs(
        "the OCI specification's word for a page's size",
        service("resources: {hugepageLimits: [{pageSize: 2MB, limit: 1048576}]}"),
    ),
    theirs(ownKey, oneFile("path: a, contents: eA==, encoding: base64")),
    theirs("gzip is all that LinuxKit takes", service("", "a", "made/uncompressed:1"), /gzip: invalid header/),
    theirs("gzip is all that LinuxKit takes", service("", "a", "made/zstd:1"), /incomplete or invalid/),
    theirs("a slash behind a file's path means nothing", oneFile("path: a/, contents: x"), /write too long/),

    {
        reason: "what boots has a kernel; LinuxKit writes an empty file for it",
        by: "ours",
        yaml: "init: [made/init:1]\n",
        format: "kernel+initrd",
        says: /kernel\+initrd needs a kernel, and the assembly has none/,
    },
    ours("an image of nothing is a mistake", "# nothing yet\n", /assembly: declares nothing/),
    ours(
        "what is said of a kernel is said of one that is there",
        "kernel: {cmdline: quiet}\n",
        /kernel\.image: is required/,
    ),
    ours("a container runs something", service("", "a", "made/idle:1"), /command is required/),
    ours("a container runs something", service("command: []"), /must name a program/),
    ours("an image of another architecture does not run", service("", "a", "made/arm:1"), /no image for linux\/amd64/),
    ours(
        "what is asked for and is not there is not left out",
        "kernel: {image: made/kernel:1, ucode: nope.cpio}\ninit: [made/init:1]\n",
        /no file nope\.cpio/,
    ),
    ours("what has no effect is an error", service("binds: ['/a:/b'], binds.add: ['/c:/d']"), /which binds replaces/),
    ours(
        "what has no effect is an error",
        service("capabilities: [CAP_KILL], capabilities.add: [CAP_KILL]"),
        /which capabilities replaces/,
    ),
    ours("what has no effect is an error", oneFile("path: a, contents: x, symlink: y"), /exactly one of/),
    ours("a path leads nowhere else", oneFile("path: a/../b, contents: x"), /without "\.\."/),
    ours("names are parts of paths and of other names", service("", "a/b"), /must be a name/),
    ours(
        "names are parts of paths and of other names",
        `${head}onboot: [{name: "a,b", image: "made/tool:1"}]\n`,
        /must be a name/,
    ),
    ours("names are parts of paths and of other names", service("", "memory.stat"), /must not begin with "memory\."/),
    ours(runtimeRefuses, service("", "a--b"), /must be a name/),
    ours(runtimeRefuses, service("", "_a"), /must be a name/),
    ours(runtimeRefuses, service("", ".."), /must be a name/),
    ours(runtimeRefuses, service("hostname: x"), /add uts: "new"/),
    ours(runtimeRefuses, service("sysctl: {net.a: '1'}"), /add net: "new"/),
    ours(runtimeRefuses, service("sysctl: {kernel.msgmax: '1'}"), /add ipc: "new"/),
    ours(runtimeRefuses, service("userns: new"), /is required with userns/),
    ours(runtimeRefuses, service("rootfsPropagation: odd"), /rootfsPropagation: must be/),
    ours(runtimeRefuses, service("cwd: a"), /cwd: must be an absolute path/),
    ours(runtimeRefuses, service("tmpfs: [tmp]"), /absolute destination/),
    ours(runtimeRefuses, service("binds: ['/a:b']"), /must be an absolute path/),
    ours(runtimeRefuses, service("oomScoreAdj: 5000"), /from -1000 to 1000/),
    ours(runtimeRefuses, service("resources: {memory: {limit: 1048576, swap: 1024}}"), /must not be below limit/),
    ours(runtimeRefuses, service("resources: {pids: {limit: 0}}"), /a whole number from 1/),
    ours("4294967295 is nobody's number", service("uid: -1"), /from 0 to 4294967294/),
    ours("a variable has a name and a value", service("env: [A]"), /must be "NAME=value"/),
    ours(
        "a bound namespace is found from any folder",
        service("runtime: {bindNS: {net: relative}}"),
        /bindNS\.net: must be an absolute/,
    ),
];
