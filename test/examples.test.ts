import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { plannedAssembly } from "../providers/command/build/planned";
import { ensureImage } from "../providers/image";
import type { BuildEnvironment } from "../providers/image/environment";
import { Assembly } from "../sdk";
import { typescriptOf } from "../sdk/assembly/yaml/program/typescript";
import { runProgram } from "./assembly/yaml/run-program";
import { environment } from "./image/build/support/plan";
import { imageOf, kernelImage, labelled } from "./image/build/support/images";
import { unpack } from "./image/build/support/unpack";
import { compile } from "./support/compile";
import { temporaryFolder } from "./support/folder";
import { type FakeRegistry, serveRegistry } from "./support/oci-registry";

const examples = path.join(__dirname, "../examples");
const folder = temporaryFolder();
const registries: FakeRegistry[] = [];
afterEach(() => Promise.all(registries.splice(0).map((registry) => registry.close())));

test("every example compiles", () => {
    const names = readdirSync(examples);
    expect(names).toContain("redis-os");
    const programs = names.map((name) => ({ name, code: readFileSync(path.join(examples, name, "index.ts"), "utf8") }));
    expect(compile(programs.map((program) => ({ ...program, line: 1 })))).toEqual([]);
});

/** Images in the place of LinuxKit's and Redis's: what matters to a plan and a build. */
const standIns = {
    "linuxkit/kernel:6.12.59": kernelImage([{ name: "lib/modules/6.12.59/modules.dep", body: "" }]),
    "linuxkit/init:b5506cc74a6812dc40982cacfd2f4328f8a4b12a": imageOf({}, [{ name: "init", body: "i", mode: 0o755 }]),
    "linuxkit/runc:9442aa234715e751a16144f1d4ae3fd1a00fd492": imageOf({}, [{ name: "usr/bin/runc", body: "r" }]),
    "linuxkit/containerd:ba19f64efd3331a8fd0a33e00eabd14f6ee1780e": imageOf({}, [
        { name: "usr/bin/containerd", body: "c" },
    ]),
    "linuxkit/sysctl:43ac1d39da329c3567fcb9689e5ca99de6d169b6": labelled(
        { readonly: true, capabilities: ["CAP_SYS_ADMIN"], pid: "host" },
        [{ name: "usr/bin/sysctl", body: "s" }],
        { Cmd: ["/usr/bin/sysctl"] },
    ),
    "linuxkit/dhcpcd:b87e9ececac55a65eaa592f4dd8b4e0c3009afdb": labelled(
        { capabilities: ["CAP_NET_ADMIN"] },
        [{ name: "dhcpcd.conf", body: "d" }],
        { Cmd: ["/sbin/dhcpcd"] },
    ),
    "linuxkit/rngd:984eb580ecb63986f07f626b61692a97aacd7198": imageOf({}, [{ name: "sbin/rngd", body: "n" }]),
    "linuxkit/sshd:08e5d4a46603eff485d5d1b14001cc932a530858": labelled(
        { capabilities: ["all"], binds: ["/etc/resolv.conf:/etc/resolv.conf"], pid: "host" },
        [{ name: "usr/sbin/sshd", body: "s" }],
        { Cmd: ["/usr/sbin/sshd"] },
    ),
    "library/redis:7-alpine": imageOf({ Env: ["PATH=/usr/local/bin"], WorkingDir: "/data" }, [
        { name: "usr/local/bin/redis-server", body: "redis" },
    ]),
};

async function loopback(): Promise<BuildEnvironment> {
    const registry = await serveRegistry(standIns);
    registries.push(registry);
    return environment(folder(), {
        fetch: globalThis.fetch,
        registries: { mirrors: { "docker.io": [registry.url] }, certificateDirectories: [], environment: {} },
    });
}

test("redis-os-linuxkit plans and builds out of a registry", async () => {
    const env = await loopback();
    const assembly = Assembly.fromYaml(path.join(examples, "redis-os-linuxkit/redis-os.yml"));
    const tree = await unpack(await ensureImage(await plannedAssembly(assembly, "fast", env), env));
    const redis = "containers/services/redis";
    expect(tree.get(`${redis}/lower/usr/local/bin/redis-server`)?.text).toBe("redis");
    const config = JSON.parse(tree.get(`${redis}/config.json`)?.text ?? "") as {
        process: { args: string[]; cwd: string; env: string[]; capabilities: { bounding: string[] } };
        mounts: { destination: string; source: string }[];
    };
    expect(config.process).toMatchObject({
        args: ["redis-server", "--protected-mode", "no", "--dir", "/data"],
        cwd: "/data",
        env: ["PATH=/usr/local/bin"],
        capabilities: { bounding: ["CAP_CHOWN", "CAP_SETGID", "CAP_SETUID"] },
    });
    expect(config.mounts).toContainEqual(
        expect.objectContaining({ destination: "/data", source: "/containers/volumes/data/merged" }),
    );
    expect(tree.get("containers/onboot/000-sysctl/rootfs/usr/bin/sysctl")?.text).toBe("s");
    expect(tree.get("containers/onboot/001-dhcpcd/lower/dhcpcd.conf")?.text).toBe("d");
    expect(["init", "usr/bin/runc", "usr/bin/containerd"].map((name) => tree.get(name)?.text)).toEqual(["i", "r", "c"]);
    expect(tree.get("etc/linuxkit.yml")?.text).toContain("image: docker.io/library/redis:7-alpine");
});

test("sshd-linuxkit is its YAML, converted, with a machine; its sshd has what its image says and the keys beside it", async () => {
    const at = (name: string) => path.join(examples, "sshd-linuxkit", name);
    const converted = typescriptOf([at("sshd.yml")], "sshd");
    const program = readFileSync(at("index.ts"), "utf8");
    expect(program.replace(", readiness: { tcp: 22 }", "").startsWith(converted)).toBe(true);
    expect(program).toContain("new linuxkit.qemu.Machine(");
    const { assembly } = runProgram(converted, { authorizedKeys: "ssh-ed25519 AAAA" });
    const env = await loopback();
    const tree = await unpack(await ensureImage(await plannedAssembly(assembly, "fast", env), env));
    const { process, mounts } = JSON.parse(tree.get("containers/services/sshd/config.json")?.text ?? "") as {
        process: { args: string[]; capabilities: { bounding: string[] } };
        mounts: { source: string }[];
    };
    expect(process.args).toEqual(["/usr/sbin/sshd"]);
    expect(process.capabilities.bounding).toContain("CAP_SYS_ADMIN");
    const binds = mounts.map(({ source }) => source).filter((source) => source.startsWith("/"));
    expect(binds).toEqual(["/etc/resolv.conf", "/root/.ssh"]);
    expect(tree.get("root/.ssh/authorized_keys")).toMatchObject({ text: "ssh-ed25519 AAAA", mode: "100600" });
    expect(tree.get("root/.ssh")?.mode).toBe("40700");
});
