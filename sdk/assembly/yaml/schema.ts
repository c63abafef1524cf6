import {
    flag,
    integer,
    list,
    map,
    object,
    type RecordShape,
    type Shape,
    type TaggedShape,
    text,
    textOrInteger,
    texts,
} from "./shapes";
import { sourceTags } from "./tags";

/**
 * LinuxKit's YAML, key by key: upstream's src/cmd/linuxkit/moby/schema.go, with its `additionalProperties: false`.
 * What upstream has no word for stands apart, in `own...`.
 */

const idMapping = object("an id mapping", { hostID: integer, containerID: integer, size: integer });

const mount = object("a mount", {
    destination: text,
    type: text,
    source: text,
    options: texts,
    uidmappings: list(idMapping),
    gidmappings: list(idMapping),
});

const device = object("a device", { path: text, type: text, major: integer, minor: integer, mode: text });

const deviceRule = object("a device rule", {
    allow: flag,
    type: text,
    major: integer,
    minor: integer,
    access: text,
});

const memory = object("memory", {
    limit: integer,
    reservation: integer,
    swap: integer,
    kernel: integer,
    kernelTCP: integer,
    swappiness: integer,
    disableOOMKiller: flag,
});

const cpu = object("cpu", {
    shares: integer,
    quota: integer,
    period: integer,
    realtimeRuntime: integer,
    realtimePeriod: integer,
    cpus: text,
    mems: text,
});

const weightDevice = object("a weight", { major: integer, minor: integer, weight: integer, leafWeight: integer });
const throttle = list(object("a limit on a device", { major: integer, minor: integer, rate: integer }));

const blockio = object("blockio", {
    weight: integer,
    leafWeight: integer,
    weightDevice: list(weightDevice),
    throttleReadBpsDevice: throttle,
    throttleWriteBpsDevice: throttle,
    throttleReadIOPSDevice: throttle,
    throttleWriteIOPSDevice: throttle,
});

/** Upstream's schema has bytes, where the OCI specification has "2MB". */
const hugepageLimit = object("a limit on huge pages", { pageSize: textOrInteger, limit: integer });

const network = object("network", {
    classID: integer,
    priorities: list(object("a priority", { name: text, priority: integer })),
});

const ownResources = { unified: map(text) };

const resources = object("resources", {
    devices: list(deviceRule),
    memory,
    cpu,
    pids: object("pids", { limit: integer }),
    blockio,
    hugepageLimits: list(hugepageLimit),
    network,
    ...ownResources,
});

const namespaces = { cgroup: text, ipc: text, mnt: text, net: text, pid: text, user: text, uts: text };

const runtime = object("runtime", {
    cgroups: texts,
    mounts: list(mount),
    mkdir: texts,
    interfaces: list(object("an interface", { name: text, add: text, peer: text, createInRoot: flag })),
    bindNS: object("bindNS", namespaces),
    namespace: text,
});

const debianArchive = {
    suite: text,
    mirror: text,
    securityMirror: text,
    repositories: list(
        object("a repository", { url: text, suite: text, components: texts, key: text }, ["url", "suite", "key"]),
    ),
    update: text,
    documentation: flag,
};

const folder: Readonly<Record<string, readonly Shape[]>> = { [sourceTags.folder]: [text] };

const oci: Readonly<Record<string, readonly Shape[]>> = {
    [sourceTags.oci]: [object("an image", { from: text, reference: text, path: text, update: text })],
};

const packages: Readonly<Record<string, readonly Shape[]>> = {
    [sourceTags.debian]: [
        texts,
        object("Debian packages", { packages: texts, component: text, ...debianArchive }, ["packages"]),
    ],
};

const builtin: Readonly<Record<string, readonly Shape[]>> = {
    [sourceTags.dhcp]: [object("!dhcp", { interface: text, renew: flag })],
    [sourceTags.privateNames]: [object("!private-names", {})],
    [sourceTags.privateNetwork]: [object("!private-network", {})],
    [sourceTags.staticAddress]: [
        object("!static-address", { interface: text, address: text, gateway: text, nameservers: texts }),
    ],
};

/** An image's reference, or one of this project's own sources. */
function image(tags: Readonly<Record<string, readonly Shape[]>>): TaggedShape {
    return { kind: "tagged", plain: text, tags: { ...oci, ...tags } };
}

const containerImage = image({ ...packages, ...folder, ...builtin });
const volumeImage = image({ ...packages, ...folder });

const kernelImage = image({
    [sourceTags.debian]: [object("a Debian kernel", { families: texts, modules: texts, ...debianArchive })],
});

const initImage = image({
    ...folder,
    [sourceTags.debian]: [
        texts,
        object("Debian's base, or packages", { packages: texts, runtime: text, getty: flag, ...debianArchive }),
    ],
});

const kernel = object("the kernel", { image: kernelImage, cmdline: text, binary: text, tar: text, ucode: text });

const ownContainer = { seccomp: text };

const containerKeys = {
    name: text,
    image: containerImage,
    capabilities: texts,
    "capabilities.add": texts,
    ambient: texts,
    mounts: list(mount),
    binds: texts,
    "binds.add": texts,
    devices: list(device),
    tmpfs: texts,
    command: texts,
    env: texts,
    cwd: text,
    net: text,
    pid: text,
    ipc: text,
    uts: text,
    userns: text,
    readonly: flag,
    maskedPaths: texts,
    readonlyPaths: texts,
    uid: textOrInteger,
    gid: textOrInteger,
    additionalGids: list(textOrInteger),
    noNewPrivileges: flag,
    hostname: text,
    oomScoreAdj: integer,
    rootfsPropagation: text,
    cgroupsPath: text,
    resources,
    sysctl: map(text),
    rlimits: texts,
    uidMappings: list(idMapping),
    gidMappings: list(idMapping),
    annotations: map(text),
    runtime,
    ...ownContainer,
};

const container = object("a container", containerKeys, ["name", "image"]);

const { name: _name, image: _image, seccomp: _seccomp, ...labelKeys } = containerKeys;

/** What the label `org.mobyproject.config` of an image may hold. */
export const labelSchema = object("the label", labelKeys);

const ownService = {
    restart: text,
    dependsOn: texts,
    healthcheck: object("a health check", {
        tcp: integer,
        http: text,
        command: texts,
        interval: text,
        timeout: text,
        retries: integer,
    }),
    stopTimeout: text,
};

const service = object("a service", { ...containerKeys, ...ownService }, ["name", "image"]);

const ownFile = { encoding: text };

const file = object(
    "a file",
    {
        path: text,
        directory: flag,
        symlink: text,
        contents: text,
        source: text,
        metadata: text,
        optional: flag,
        mode: text,
        uid: textOrInteger,
        gid: textOrInteger,
        ...ownFile,
    },
    ["path"],
);

const volume = object("a volume", { name: text, image: volumeImage, readonly: flag, format: text, platforms: texts }, [
    "name",
]);

/** An init entry of LinuxKit has no name; here it may be an object that gives it one. */
const initEntry: TaggedShape = {
    ...initImage,
    object: object("an init entry", { name: text, image: initImage }, ["name", "image"]),
};

/** A whole file. */
export const yamlSchema: RecordShape = object("an assembly", {
    architecture: text,
    kernel,
    init: list(initEntry),
    onboot: list(container),
    onshutdown: list(container),
    services: list(service),
    files: list(file),
    volumes: list(volume),
    trust: object("trust", { image: texts, org: texts }),
});
