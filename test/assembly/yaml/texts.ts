/** YAMLs that together use every key of LinuxKit's schema, and every word of this project's own. */

export const minimal: string = `
kernel:
  image: linuxkit/kernel:6.12.59
init:
  - linuxkit/init:v1
`;

export const everyWord: string = `
kernel:
  image: linuxkit/kernel:6.12.59
  cmdline: "console=ttyS0"
  binary: vmlinuz
  tar: modules.tar
  ucode: intel-ucode.cpio
init:
  - linuxkit/init:v1
  - linuxkit/runc:v1
  - registry.example:5000/team/init@sha256:0000000000000000000000000000000000000000000000000000000000000001
onboot:
  - name: sysctl
    image: linuxkit/sysctl:v1
    capabilities.add: [CAP_SYS_ADMIN]
    binds.add:
      - /etc/sysctl.d:/etc/sysctl.d:ro
  - name: mount
    image: linuxkit/mount:v1
    command: ["/usr/bin/mountie", "/var/lib/a"]
  - name: mount
    image: linuxkit/mount:v1
    command: ["/usr/bin/mountie", "/var/lib/b"]
onshutdown:
  - name: bye
    image: busybox
    command: [echo, so long]
services:
  - name: full
    image: redis:7-alpine
    capabilities: [CAP_CHOWN, CAP_NET_ADMIN]
    ambient: [CAP_CHOWN]
    mounts:
      - type: cgroup
        options: [rw, nosuid]
      - destination: /data
        type: bind
        source: /var/data
        uidmappings: [{ hostID: 1000, containerID: 0, size: 10 }]
        gidmappings: [{ hostID: 1000, containerID: 0, size: 10 }]
    binds: ["blank:/blank", "/etc/resolv.conf:/etc/resolv.conf"]
    devices:
      - { path: /dev/console, type: c, major: 5, minor: 1, mode: "0666" }
      - { path: all, type: b }
    tmpfs: ["/tmp:size=64m"]
    command: [redis-server]
    env: ["A=1", "EMPTY="]
    cwd: /data
    net: new
    pid: host
    ipc: new
    uts: new
    userns: new
    readonly: true
    maskedPaths: [/proc/kcore]
    readonlyPaths: [/proc/sys]
    uid: 1000
    gid: redis
    additionalGids: [10, wheel]
    noNewPrivileges: true
    hostname: full
    oomScoreAdj: -500
    rootfsPropagation: shared
    cgroupsPath: /group/full
    resources:
      devices: [{ allow: true, type: c, major: 1, minor: 3, access: rwm }]
      memory: { limit: 100, reservation: 50, swap: -1, kernel: 10, kernelTCP: 10, swappiness: 0, disableOOMKiller: true }
      cpu: { shares: 512, quota: 50000, period: 100000, realtimeRuntime: 1, realtimePeriod: 2, cpus: "0-1", mems: "0" }
      pids: { limit: 64 }
      blockio:
        weight: 100
        leafWeight: 100
        weightDevice: [{ major: 8, minor: 0, weight: 100, leafWeight: 100 }]
        throttleReadBpsDevice: [{ major: 8, minor: 0, rate: 1 }]
        throttleWriteBpsDevice: [{ major: 8, minor: 0, rate: 2 }]
        throttleReadIOPSDevice: [{ major: 8, minor: 0, rate: 3 }]
        throttleWriteIOPSDevice: [{ major: 8, minor: 0, rate: 4 }]
      hugepageLimits: [{ pageSize: 2097152, limit: 4194304 }]
      network: { classID: 1, priorities: [{ name: eth0, priority: 2 }] }
    sysctl: { net.core.somaxconn: "512" }
    rlimits: ["nofile,1024,unlimited"]
    uidMappings: [{ hostID: 0, containerID: 0, size: 65536 }]
    gidMappings: [{ hostID: 0, containerID: 0, size: 65536 }]
    annotations: { org.example.key: value }
    runtime:
      cgroups: [group]
      mounts: [{ type: overlay, source: overlay, destination: inside, options: [rw, "lowerdir=/etc"] }]
      mkdir: [/var/data]
      interfaces: [{ name: v0, add: veth, peer: v1, createInRoot: false }]
      bindNS: { cgroup: /run/c, ipc: /run/i, mnt: /run/m, net: /run/n, pid: /run/p, user: /run/u, uts: /run/t }
      namespace: other
files:
  - { path: var/lib/docker, directory: true, mode: "0755", uid: 0, gid: root }
  - { path: etc/link, symlink: /proc/mounts }
  - { path: etc/config, metadata: yaml }
  - { path: etc/config.json, metadata: json }
  - path: etc/motd
    contents: |
      hello
      world
  - { path: root/.ssh/authorized_keys, source: ~/.ssh/id_rsa.pub, mode: "0600", optional: true }
volumes:
  - name: blank
  - { name: images, image: alpine:3.21, readonly: true, format: oci, platforms: [linux/amd64] }
  - { name: files, image: alpine:3.21, format: filesystem }
trust:
  image: [docker.io/library/alpine]
  org: [linuxkit]
`;

const armour = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

export const ownWords: string = `
architecture: arm64
kernel:
  image: !debian
    families: [qemu, aws]
    modules: [loop]
    suite: trixie
    mirror: http://mirror.example/debian
    securityMirror: http://mirror.example/security
    repositories:
      - { url: https://packages.example, suite: stable, components: [main, extra], key: "${armour}" }
    update: always
    documentation: false
  cmdline: quiet
init:
  - !debian { runtime: runc, getty: true }
  - { name: tools, image: !debian [strace, gdb] }
  - !folder ./overlay
  - !oci { from: layout, path: ./layout, reference: "tools:1" }
onboot:
  - name: dhcp
    image: !dhcp
    net: host
  - name: dhcp-of-one
    image: !dhcp { interface: eth1 }
  - name: address
    image: !static-address { interface: eth0, address: 10.0.0.2/24, gateway: 10.0.0.1, nameservers: [10.0.0.1] }
  - name: private-network
    image: !private-network
  - name: persistent-disk
    image: !debian { packages: [e2fsprogs], component: persistent-disk }
    command: [/persistent-disk, data, /data]
services:
  - name: private-names
    image: !private-names
  - name: dhcp-of-two
    image: !dhcp { interface: eth2, renew: true }
  - name: redis
    image: !debian { packages: [redis-server], documentation: true }
    command: [redis-server]
    seccomp: default
    restart: on-failure
    healthcheck: { tcp: 6379, interval: 500ms, timeout: 1s, retries: 3 }
    stopTimeout: 10s
    resources:
      unified: { memory.high: "100000000" }
  - name: web
    image: !folder ./web
    command: [/web]
    dependsOn: [redis]
    healthcheck: { http: "http://127.0.0.1/health" }
  - name: job
    image: !oci { from: registry, reference: "job:1", update: always }
    healthcheck: { command: ["true"] }
files:
  - { path: /etc/bytes, contents: AAEC, encoding: base64 }
volumes:
  - { name: data, image: !debian [ca-certificates] }
  - { name: site, image: !folder ./site }
`;
