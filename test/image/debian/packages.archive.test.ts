import { debianEntries, debianKernel, findMirrors, resolveDebian } from "../../../providers/image/debian";
import type { BuildEnvironment } from "../../../providers/image/environment";
import type { Architecture, DebianSource } from "../../../sdk/assembly/spec";
import { fakeEnvironment, fakeSource, removeTemporaryDirectories } from "./support/environment";
import { readTree, type TreeNode } from "./support/read-tree";

jest.setTimeout(10 * 60_000);

let env: BuildEnvironment;

beforeAll(async () => {
    env = fakeEnvironment({ mirrors: await findMirrors({ environment: process.env }), now: () => new Date() });
});

afterAll(removeTemporaryDirectories);

function sourceOf(packages: readonly string[], changes: Partial<DebianSource> = {}): DebianSource {
    const { mirror: _, securityMirror: __, ...source } = fakeSource({ url: "" } as never, packages, changes);
    return source;
}

async function build(packages: readonly string[], architecture: Architecture) {
    const source = sourceOf(packages);
    const resolved = await resolveDebian(source, architecture, undefined, env);
    const { entries, notes } = await debianEntries(source, resolved, architecture, env);
    return { nodes: await readTree(entries), notes };
}

/** Machine of an ELF file (elf(5), e_machine). */
function machineOf(nodes: readonly TreeNode[], path: string): number | undefined {
    return nodes.find((node) => node.path === path)?.bytes?.readUInt16LE(0x12);
}

const ELF_MACHINES = { amd64: 62, arm64: 183 } as const;

describe.each(["amd64", "arm64"] as const)("Debian's archive, %s", (architecture) => {
    it("gives redis-server whole and no more than it needs", async () => {
        const { nodes, notes } = await build(["redis-server"], architecture);
        const paths = nodes.map((node) => node.path);
        expect(machineOf(nodes, "usr/bin/redis-check-aof")).toBe(ELF_MACHINES[architecture]);
        expect(paths).toEqual(
            expect.arrayContaining(["usr/bin/redis-server", "etc/redis/redis.conf", "var/lib/redis", "etc/passwd"]),
        );
        expect(paths.filter((path) => /debconf|adduser|\/man\/|\/gconv\//.test(path))).toEqual([]);
        expect(new Set(paths).size).toBe(paths.length);
        expect(notes).toEqual([]);
    });

    it("gives busybox and crun", async () => {
        const { nodes, notes } = await build(["busybox-static", "crun"], architecture);
        expect(machineOf(nodes, "usr/bin/busybox")).toBe(ELF_MACHINES[architecture]);
        expect(machineOf(nodes, "usr/bin/crun")).toBe(ELF_MACHINES[architecture]);
        expect(notes).toEqual([]);
    });

    it("gives a kernel with the modules of each family", async () => {
        const source = sourceOf([`linux-image-cloud-${architecture}`], {
            role: "kernel",
            families: ["qemu", "aws", "gcp", "azure"],
        });
        const resolved = await resolveDebian(source, architecture, undefined, env);
        const kernel = await debianKernel(source, resolved, architecture, env);
        const paths = (await readTree(kernel.modules)).map((node) => node.path);
        const names = paths
            .filter((path) => path.endsWith(".ko"))
            .map((path) => path.slice(path.lastIndexOf("/") + 1, -3));
        expect(names).toEqual(
            expect.arrayContaining(["overlay", "virtio_net", "failover", "ena", "gve", "hv_netvsc", "mana"]),
        );
        expect(kernel.config.isComplete).toBe(true);
        expect(kernel.config.options).toMatchObject({ RD_ZSTD: "y", RD_GZIP: "y" });
        expect(kernel.version).toMatch(new RegExp(`^6\\.12\\..*-cloud-${architecture}$`));
    });
});

it("loads a resolution from the store", async () => {
    const source = sourceOf(["redis-server"]);
    const first = await resolveDebian(source, "amd64", undefined, env);
    expect(await resolveDebian(source, "amd64", undefined, { ...env })).toEqual(first);
});

it("takes another suite", async () => {
    const source = sourceOf(["hello"], { suite: "bookworm" });
    expect((await resolveDebian(source, "amd64", undefined, env)).packages["hello"]?.version).toMatch(/^2\.10/);
});
