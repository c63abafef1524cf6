import { head } from "./common";
import { file, image, labelled, type Sample } from "./sample";

const tool = "image: made/tool:1";

const configured = image([file("run", "")], {
    Entrypoint: ["/run", "--quiet"],
    Cmd: ["one two", "<&>"],
    Env: ["PATH=/bin", "EMPTY=", "Q=\"'"],
    WorkingDir: "/work",
    User: "1000:1000",
    Labels: { "org.example": "kept out" },
});

const label = {
    capabilities: ["CAP_NET_ADMIN", "CAP_CHOWN"],
    binds: ["/dev:/dev", "/etc/resolv.conf:/etc/resolv.conf:ro"],
    command: ["/labelled"],
    env: ["LABEL=1"],
    cwd: "/label",
    net: "new",
    pid: "host",
    readonly: true,
    mounts: [{ type: "cgroup", options: ["rw"] }],
    tmpfs: ["/tmp:size=1m"],
    uid: 3,
    gid: 4,
    additionalGids: [5],
    maskedPaths: ["/proc/kcore"],
    sysctl: { "net.core.somaxconn": "10" },
    rlimits: ["nofile,1,2"],
    annotations: { from: "label" },
    resources: { pids: { limit: 7 } },
    runtime: { mkdir: ["/var/label"], cgroups: ["label"], namespace: "label" },
};

const whole = labelled([file("run", "")], label, { Entrypoint: ["/entry"], Env: ["IMAGE=1"], WorkingDir: "/image" });
const bare = labelled([file("run", "")], { capabilities: ["all"], "binds.add": ["/a:/b"] }, { Cmd: ["/cmd"] });

function container(name: string, ...lines: readonly string[]): string {
    return [`  - name: ${name}`, ...lines.map((line) => `    ${line}`), ""].join("\n");
}

export const containerSamples: readonly Sample[] = [
    {
        name: "what the image says of itself",
        images: { "made/configured:1": configured },
        yaml: `${head}services:\n${container("own", "image: made/configured:1")}${container("given", "image: made/configured:1", 'command: ["/other"]', "env: []", "cwd: /")}`,
    },
    {
        name: "labels, and what is said over them",
        images: { "made/whole:1": whole, "made/bare:1": bare },
        yaml: `${head}services:
${container("label", "image: made/whole:1")}
${container("replaced", "image: made/whole:1", "capabilities: [CAP_KILL]", "binds: ['/x:/y']", "command: [/yaml]", "env: [A=1]", "cwd: /yaml", "net: /run/netns/yaml", "readonly: false", "mounts: []", "tmpfs: []", "uid: 0", "additionalGids: []", "maskedPaths: []", "sysctl: {}", "rlimits: []", "annotations: {}", "runtime: {mkdir: []}")}
${container("added", "image: made/whole:1", "capabilities.add: [CAP_KILL, CAP_CHOWN]", "binds.add: ['/x:/y', '/dev:/dev:ro']", "resources: {memory: {limit: 1}}", "runtime: {cgroups: [yaml], bindNS: {net: /run/n}}")}
${container("all", "image: made/bare:1")}
${container("none", "image: made/bare:1", "capabilities: [none]", "ambient: [CAP_KILL]")}`,
    },
    {
        name: "containers of every section, some of one image",
        images: { "made/configured:1": configured },
        yaml: `${head}onboot:
${container("first", tool)}${container("second", tool, "readonly: true")}${container("own", "image: made/configured:1", "readonly: true")}
onshutdown:
${container("last", tool)}${container("ro", "image: made/configured:1", "readonly: true")}
services:
${container("same", tool)}${container("rw", "image: made/configured:1")}`,
    },
    {
        name: "containers with all that a name may have",
        yaml: `${head}onboot:
${container("_A.b--c+d", tool)}${container("'0'", tool, "readonly: true")}
onshutdown:
${container("Last.", tool)}
services:
${container("A.b-C_d.0", tool, "uid: A.b-C_d.0", "gid: _A.b--c+d")}${container("a.b-c_d.0", tool)}${container("7zip", tool, "uid: 7zip")}`,
    },
    {
        name: "onboot containers of one name",
        yaml: `${head}onboot:\n${container("again", tool, "command: [a]")}${container("again", tool, "command: [b]")}${container("again", tool, "command: [c]")}`,
    },
    {
        name: "names of users and groups",
        yaml: `${head}onboot:
${container("boot", tool, "uid: web", "gid: boot")}
onshutdown:
${container("down", tool, "uid: root", "gid: down", "additionalGids: [web, 5, root, db]")}
services:
${container("web", tool, "uid: web", 'gid: ""')}${container("db", tool, "uid: 70", "gid: web", "additionalGids: []")}
files:
  - {path: var/web, directory: true, uid: web, gid: db, mode: "0750"}
  - {path: etc/db.conf, contents: "", uid: db, gid: down}
`,
    },
    {
        name: "capabilities",
        yaml: `${head}services:
${container("all", tool, "capabilities: [ALL]")}
${container("none", tool, "capabilities: [none]", "ambient: [none]")}
${container("some", tool, "capabilities: [CAP_SYS_ADMIN, CAP_CHOWN, CAP_BPF]", "ambient: [CAP_NET_RAW, CAP_CHOWN]")}
${container("ambient", tool, "ambient: [all]")}
${container("empty", tool, "capabilities: []", "ambient: []")}
${container("added", tool, "capabilities.add: [CAP_KILL]")}`,
    },
    {
        name: "mounts",
        yaml: `${head}services:
${container("mounted", tool, 'tmpfs: ["/tmp", "/run:mode=0755,size=1m", "/proc"]', 'binds: ["/a:/b", "/c:/d:ro", "/dev:/dev:rw,nosuid"]')}
  - name: types
    ${tool}
    mounts:
      - {source: mqueue}
      - {type: cgroup, options: [rw, nosuid]}
      - {type: sysfs, options: []}
      - {destination: /dev, options: [mode=700]}
      - {type: ext4, source: /dev/sda1, destination: /mnt, options: [ro]}
      - {type: tmpfs, destination: /a/b}
      - {type: devpts, source: devpts}
      - {type: bind, source: /var/x, destination: /var/y, options: [rbind, ro]}
${container("readonly", tool, "readonly: true", "binds: []", "mounts: []", "tmpfs: []")}`,
    },
    {
        name: "devices and limits",
        yaml: `${head}services:
  - name: devices
    ${tool}
    devices:
      - {path: /dev/fuse, type: c, major: 10, minor: 229, mode: "0666"}
      - {path: all, type: b}
      - {path: /dev/sda, type: b, major: 8, minor: 0, mode: "660"}
      - {path: /dev/fifo, type: p, major: 0, minor: 0, mode: "0600"}
  - name: limits
    ${tool}
    resources:
      devices:
        - {allow: false, access: rwm}
        - {allow: true, type: c, major: 1, minor: 3, access: rw}
        - {allow: true, type: a}
      memory: {limit: 1048576, reservation: 2, swap: -1, kernel: 3, kernelTCP: 4, swappiness: 60, disableOOMKiller: true}
      cpu: {shares: 512, quota: 50000, period: 100000, realtimeRuntime: 1, realtimePeriod: 2, cpus: 0-1, mems: "0"}
      pids: {limit: 100}
      blockio:
        weight: 10
        leafWeight: 20
        weightDevice: [{major: 8, minor: 0, weight: 30, leafWeight: 40}, {major: 8, minor: 1, weight: 50}]
        throttleReadBpsDevice: [{major: 8, minor: 0, rate: 1}]
        throttleWriteBpsDevice: [{major: 8, minor: 0, rate: 2}]
        throttleReadIOPSDevice: [{major: 8, minor: 0, rate: 3}]
        throttleWriteIOPSDevice: [{major: 8, minor: 0, rate: 4}]
      hugepageLimits: [{pageSize: 2097152, limit: 5}]
      network:
        classID: 1048577
        priorities: [{name: eth0, priority: 500}]
    devices: [{path: all, type: c}]
  - name: unlimited
    ${tool}
    resources: {memory: {limit: -1, reservation: -1}, cpu: {quota: -1}, pids: {limit: -1}}
`,
    },
    {
        name: "namespaces",
        yaml: `${head}services:
${container("new", tool, "net: new", "pid: new", "ipc: new", "uts: new", "userns: new", "uidMappings: [{containerID: 0, hostID: 100000, size: 65536}]", "gidMappings: [{containerID: 0, hostID: 200000, size: 1000}, {containerID: 1000, hostID: 1, size: 1}]")}
${container("host", tool, "net: host", "pid: host", "ipc: host", "uts: host", "userns: host")}
${container("root", tool, "net: root", "pid: root", "ipc: root", "uts: root", "userns: root")}
${container("none", tool, "net: none")}
${container("path", tool, "net: /run/netns/a", "pid: /run/pidns/a", "ipc: /run/ipcns/a", "uts: /run/utsns/a", "userns: /run/userns/a")}`,
    },
    {
        name: "processes",
        yaml: `${head}services:
${container("odd", tool, 'command: ["/bin/sh", "-c", "echo <a> & echo \\u2028 \\"$HOME\\" \\\\ \\t"]', 'env: ["A=<b>&", "ü=ß", "TAB=\\t"]', "cwd: /a b", "uts: new", "hostname: a-host.example", "oomScoreAdj: -500", "noNewPrivileges: true")}
${container("limits", tool, 'rlimits: ["nofile,1024,4096", " RLIMIT_NPROC , unlimited , UNLIMITED", "memlock,0,18446744073709551615"]', "oomScoreAdj: 0", "noNewPrivileges: false")}
${container("paths", tool, "maskedPaths: [/proc/kcore, /a<b]", "readonlyPaths: [/proc/sys]", "rootfsPropagation: shared", "cgroupsPath: /init", "net: new", "ipc: new", "sysctl: {net.ipv4.ip_forward: '1', kernel.msgmax: '2'}", "annotations: {b: '<&>', a: 'ü', 'org.example/x': ''}")}`,
    },
    {
        name: "what happens before a container runs",
        yaml: `${head}onboot:
  - name: runtime
    ${tool}
    net: /run/netns/made
    runtime:
      cgroups: [one, two/three]
      mounts:
        - {type: bind, source: /a, destination: /b, options: [rw, bind]}
        - {type: tmpfs, source: tmpfs, destination: /c}
        - {destination: /d, options: [remount]}
      mkdir: [/var/lib/x, /e]
      interfaces:
        - {name: eth0}
        - {name: veth0, add: veth, peer: veth1}
        - {name: wg0, add: wireguard, createInRoot: true}
      bindNS: {cgroup: /run/c, ipc: /run/i, mnt: /run/m, net: /run/n, pid: /run/p, user: /run/u, uts: /run/t}
      namespace: made
services:
${container("ro", tool, "readonly: true", "runtime: {mkdir: [], cgroups: []}")}`,
    },
];
