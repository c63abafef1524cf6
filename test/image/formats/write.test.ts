import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { ensureImage } from "../../../providers/image";
import { digestOfRequest, type FormatRequest, writeFormat } from "../../../providers/image/formats";
import type { ImagePlan } from "../../../providers/image/plan";
import type { ContainerSpec } from "../../../sdk/assembly/spec";
import { temporaryFolder } from "../../support/folder";
import { environment, files, planned, service, storedDeb, usual } from "../build/support/plan";
import { membersOf } from "./members";

const folder = temporaryFolder();

async function usualPlan(changes: Parameters<typeof usual>[1] = {}): Promise<ImagePlan> {
    const env = environment(folder());
    return planned(usual(env, changes), env);
}

async function planWithoutKernel(): Promise<ImagePlan> {
    const env = environment(folder());
    const { architecture, components } = usual(env);
    const { kernel: _, ...rest } = components;
    rmSync(env.storeDirectory, { recursive: true });
    return planned({ architecture, components: rest, order: Object.keys(rest) }, env);
}

async function write(plan: ImagePlan, format: string, changes: Partial<FormatRequest> = {}) {
    const env = environment(folder());
    const artifacts = await writeFormat(
        { plan, format, spdx: false, ...changes },
        (part) => path.join(folder(), `${format}.${part}`),
        env,
    );
    const read = (part: string) => readFileSync(path.join(folder(), `${format}.${part}`));
    for (const [part, artifact] of Object.entries(artifacts)) {
        const bytes = read(part);
        expect(artifact).toEqual({ sizeBytes: bytes.length, sha256: sha256(bytes) });
    }
    return { parts: Object.keys(artifacts), read };
}

function sha256(bytes: Buffer): string {
    return createHash("sha256").update(bytes).digest("hex");
}

/** A service whose package brings a file under two names. */
function linked(): ContainerSpec {
    const folders = ["usr", "usr/bin"].map((name) => ({ name: `./${name}/`, type: "5", mode: 0o755 }));
    const first = { name: "./usr/bin/a", body: "same", mode: 0o751 };
    const second = { name: "./usr/bin/b", type: "1", link: "./usr/bin/a" };
    const resolved = storedDeb(environment(folder()).storeDirectory, {
        name: "two",
        files: [...folders, first, second],
    });
    return { ...service("two"), ...resolved, command: ["/usr/bin/a"] };
}

function withComponent(plan: ImagePlan, key: string, component: ContainerSpec): ImagePlan {
    return { ...plan, components: { ...plan.components, [key]: component }, order: [...plan.order, key] };
}

test("kernel+initrd is three files, the store's own bytes", async () => {
    const plan = await usualPlan();
    const { parts, read } = await write(plan, "kernel+initrd");
    const image = await ensureImage(plan, environment(folder()));
    expect(parts).toEqual(["kernel", "initrd", "cmdline"]);
    expect(read("kernel").equals(readFileSync(image.kernelPath))).toBe(true);
    expect(read("initrd").equals(readFileSync(image.initrdPath))).toBe(true);
    expect(read("cmdline").toString()).toBe("quiet");
});

test("an assembly without a kernel is its files alone, in the formats that boot nothing", async () => {
    const plan = await planWithoutKernel();
    const members = membersOf((await write(plan, "tar")).read("tar")).map(({ path: name }) => name);
    expect(members).toContain("containers/services/web/lower/run");
    expect(members.filter((name) => name.startsWith("boot/"))).toEqual([]);
    const docker = membersOf((await write(plan, "docker")).read("tar")).map(({ path: name }) => name);
    expect(docker).toEqual([...members, "Dockerfile"]);
});

test.each(["kernel+initrd", "tar-kernel-initrd", "raw-bios", "iso-efi", "kernel+erofs", "gcp"])(
    "%s without a kernel is refused before anything is built",
    async (format) => {
        const plan = await planWithoutKernel();
        await expect(write(plan, format)).rejects.toThrow(
            `${format} needs a kernel, and the assembly has none: give it a \`kernel\`, or use tar or docker`,
        );
        expect(readdirSync(folder())).not.toContain("store");
    },
);

test("a machine without a kernel does not boot", async () => {
    const booted = ensureImage(await planWithoutKernel(), environment(folder()));
    await expect(booted).rejects.toMatchObject({ code: "PlanWithoutKernel", message: /a machine needs a kernel/ });
});

test("tar-kernel-initrd holds the three in LinuxKit's names and order", async () => {
    const plan = await usualPlan();
    const { read } = await write(plan, "tar-kernel-initrd");
    const entries = membersOf(read("tar"));
    expect(entries.map(({ path: name, mode, mtime }) => [name, mode, mtime])).toEqual([
        ["kernel", 0o644, 1_492_533_000],
        ["initrd.img", 0o644, 1_492_533_000],
        ["cmdline", 0o644, 1_492_533_000],
    ]);
    expect(entries[2]?.text).toBe("quiet");
});

test("a tar holds what boots, then the components in their order, each entry with its origin", async () => {
    const members = membersOf((await write(await usualPlan(), "tar")).read("tar"));
    expect(members.slice(0, 3).map(({ path: name }) => name)).toEqual(["boot", "boot/cmdline", "boot/kernel"]);
    const order = ["boot/kernel", "sbin/init", "containers/services/web/lower/run", "etc/motd"];
    const places = order.map((name) => members.findIndex(({ path: found }) => found === name));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    const originOf = (name: string) => members.find(({ path: found }) => found === name)?.records;
    const folderSource = expect.stringMatching(/^folder@sha256:[0-9a-f]{64}$/) as string;
    expect(originOf("boot/kernel")).toMatchObject({ "LINUXKIT.location": "kernel" });
    expect(originOf("sbin/init")).toEqual({ "LINUXKIT.source": folderSource, "LINUXKIT.location": "init[0]" });
    expect(originOf("containers/services/web/config.json")?.["LINUXKIT.location"]).toBe("services[0]");
    expect(originOf("etc/motd")).toEqual({ "LINUXKIT.source": "linuxkit.files", "LINUXKIT.location": "files[0]" });
    expect(members.filter(({ records }) => Object.keys(records).length < 2)).toEqual([]);
});

test("hard links are hard links again", async () => {
    const plan = await usualPlan();
    const { read } = await write(withComponent(plan, "services.two", linked()), "tar");
    const directory = "containers/services/two/lower/usr/bin";
    const entries = membersOf(read("tar")).filter(({ path: name }) => name.startsWith(`${directory}/`));
    expect(entries).toMatchObject([
        { type: "0", path: `${directory}/a`, mode: 0o751, text: "same" },
        { type: "1", path: `${directory}/b`, mode: 0o751, target: `${directory}/a`, text: "" },
    ]);
});

test("extended attributes are in the tar", async () => {
    const capability = Buffer.from("0100000200040000000000000000000000000000", "hex");
    const ping = { name: "./ping", body: "elf", mode: 0o755, xattrs: { "security.capability": capability } };
    const packaged = storedDeb(environment(folder()).storeDirectory, { name: "ping", files: [ping] });
    const plan = withComponent(await usualPlan(), "services.ping", { ...service("ping"), ...packaged });
    const tar = (await write(plan, "tar")).read("tar");
    const record = Buffer.concat([Buffer.from("SCHILY.xattr.security.capability="), capability, Buffer.from("\n")]);
    const at = tar.indexOf(record);
    expect(at).toBeGreaterThan(0);
    expect(tar.indexOf("containers/services/ping/lower/ping", at) - at).toBeLessThan(1024);
});

test("docker adds a Dockerfile after everything, and the SBOM is last where it is asked for", async () => {
    const plan = await usualPlan();
    const last = membersOf((await write(plan, "docker", { spdx: true })).read("tar")).slice(-2);
    expect(last.map(({ path: name }) => name)).toEqual(["Dockerfile", "sbom.spdx.json"]);
    expect(last[0]?.text.split("\n").filter(Boolean)).toEqual(["FROM scratch", "COPY . ./", 'ENTRYPOINT ["/init"]']);
    expect(JSON.parse(last[1]?.text ?? "")).toMatchObject({ spdxVersion: "SPDX-2.3" });
});

test("what was cached and what is made anew are the same bytes, whatever stands where they go", async () => {
    const plan = await usualPlan();
    const first = (await write(plan, "tar")).read("tar");
    rmSync(path.join(folder(), "store", "segments"), { recursive: true });
    rmSync(path.join(folder(), "store", "images"), { recursive: true });
    writeFileSync(path.join(folder(), "tar.tar"), Buffer.alloc(first.length + 1000));
    expect((await write(plan, "tar")).read("tar").equals(first)).toBe(true);
});

test("a segment that was damaged or removed since is made again", async () => {
    const plan = await usualPlan();
    const first = (await write(plan, "tar")).read("tar");
    const segments = path.join(folder(), "store", "segments");
    const [damaged = "", removed = ""] = readdirSync(segments);
    const bytes = readFileSync(path.join(segments, damaged));
    bytes.writeUInt8((bytes[10] ?? 0) ^ 1, 10);
    writeFileSync(path.join(segments, damaged), bytes);
    rmSync(path.join(segments, removed));
    expect((await write(plan, "tar")).read("tar").equals(first)).toBe(true);
});

test("the digest is of all that the bytes depend on, and of nothing else", async () => {
    const plan = await usualPlan();
    const request = { plan, format: "tar", spdx: false };
    const digest = digestOfRequest(request);
    const others: FormatRequest[] = [
        { ...request, format: "docker" },
        { ...request, spdx: true },
        { ...request, sizeBytes: 1 << 20 },
        { ...request, plan: { ...plan, compression: "smallest" } },
    ];
    expect(new Set([digest, ...others.map(digestOfRequest)]).size).toBe(5);
    const ordered = (...paths: readonly string[]) => {
        const given = Object.fromEntries(paths.map((name) => [name, { contents: name }]));
        return digestOfRequest({
            ...request,
            plan: { ...plan, components: { ...plan.components, files: files(given) } },
        });
    };
    expect(ordered("/a", "/b")).not.toBe(ordered("/b", "/a"));
    const initrd = { plan, format: "kernel+initrd", spdx: false };
    expect(digestOfRequest({ ...initrd, spdx: true })).toBe(digestOfRequest(initrd));
});
