import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { debianEntries, resolveDebian } from "../../../providers/image/debian";
import type { BuildEnvironment } from "../../../providers/image/environment";
import { blobPath } from "../../../providers/image/store/blobs";
import type { DebianSource } from "../../../sdk/assembly/spec";
import { fakeEnvironment, fakeSource, removeTemporaryDirectories } from "./support/environment";
import { type FakeArchive, startArchive, trixie } from "./support/fake-archive";
import { type FakePackage, makeAr, sha256Of } from "./support/make-deb";
import { readTree, type TreeNode } from "./support/read-tree";
import { trustedKeys } from "./support/trusted-keys";

jest.mock(
    "../../../providers/image/debian/data/archive-keys",
    () => jest.requireActual("./support/trusted-keys").trustedKeys,
);
jest.setTimeout(60_000);

let archive: FakeArchive;

beforeAll(async () => {
    archive = await startArchive([]);
    trustedKeys.ARCHIVE_KEYS = archive.key;
});

afterEach(() => archive.misbehaviours.clear());

afterAll(async () => {
    await archive.close();
    removeTemporaryDirectories();
});

async function publish(packages: readonly FakePackage[], changes: Partial<DebianSource> = {}, env = fakeEnvironment()) {
    await archive.publish(trixie(packages));
    const source = fakeSource(archive, changes.packages ?? packages.map(({ name }) => name), changes);
    return { source, env, resolved: await resolveDebian(source, "amd64", undefined, env) };
}

async function build(packages: readonly FakePackage[], changes: Partial<DebianSource> = {}, env?: BuildEnvironment) {
    const published = await publish(packages, changes, env);
    const tree = await debianEntries(published.source, published.resolved, "amd64", published.env);
    return { nodes: await readTree(tree.entries), notes: tree.notes, ...published };
}

function at(nodes: readonly TreeNode[], path: string): TreeNode | undefined {
    const found = nodes.filter((node) => node.path === path);
    expect(found.length).toBeLessThanOrEqual(1);
    return found[0];
}

const program = (name: string, body = name) => ({ name: `./usr/bin/${name}`, mode: 0o755, body });

describe("debianEntries", () => {
    it.each(["gz", "zst", "none"] as const)("unpacks a package packed as %s", async (packing) => {
        const files = [
            program("hello"),
            { name: "./usr/bin/hi", type: "2", link: "hello" },
            { name: "./var/spool/x/", type: "5", mode: 0o2770, uid: 3, gid: 4 },
        ];
        const { nodes } = await build([{ name: "a", version: "1", packing, files }]);
        expect(at(nodes, "usr/bin/hello")).toMatchObject({ type: "file", mode: 0o755, text: "hello" });
        expect(at(nodes, "usr/bin/hi")).toMatchObject({ type: "symlink", target: "hello" });
        expect(at(nodes, "var/spool/x")).toMatchObject({ type: "directory", mode: 0o2770, uid: 3, gid: 4 });
    });

    it("brings parents before what is in them, each path once", async () => {
        const { nodes } = await build([
            { name: "b", version: "1", files: [{ name: "./opt/b/deep/file", body: "b" }] },
            {
                name: "a",
                version: "1",
                files: [
                    { name: "./opt/", type: "5", mode: 0o755 },
                    { name: "./opt/a", body: "a" },
                ],
            },
        ]);
        const paths = nodes.map(({ path }) => path);
        expect(new Set(paths).size).toBe(paths.length);
        nodes
            .filter(({ path }) => path.includes("/"))
            .forEach(({ path }, index, all) => {
                const parent = path.slice(0, path.lastIndexOf("/"));
                expect(paths.indexOf(parent)).toBeGreaterThanOrEqual(0);
                expect(paths.indexOf(parent)).toBeLessThan(paths.indexOf(all[index]?.path ?? ""));
            });
    });

    it("is the same whatever the order of names in the declaration", async () => {
        const packages = [
            { name: "b", version: "1", files: [program("b")] },
            { name: "a", version: "1", files: [program("a")] },
        ];
        const forward = await build(packages, { packages: ["a", "b"] });
        const backward = await build(packages, { packages: ["b", "a"] });
        expect(backward.nodes).toEqual(forward.nodes);
    });

    it("moves what a package ships in /bin, /sbin and /lib to the merged /usr", async () => {
        const files = [
            { name: "./bin/", type: "5", mode: 0o755 },
            { name: "./bin/old", body: "old" },
            { name: "./lib/x86_64-linux-gnu/libold.so", body: "so" },
            { name: "./sbin/link", type: "1", link: "./bin/old" },
        ];
        const { nodes } = await build([{ name: "a", version: "1", files }]);
        expect(at(nodes, "bin")).toMatchObject({ type: "symlink", target: "usr/bin" });
        expect(at(nodes, "lib64")).toMatchObject({ type: "symlink", target: "usr/lib64" });
        expect(at(nodes, "usr/bin/old")).toMatchObject({ type: "file", text: "old" });
        expect(at(nodes, "usr/lib/x86_64-linux-gnu/libold.so")).toMatchObject({ type: "file" });
        expect(at(nodes, "usr/sbin/link")).toMatchObject({ type: "hardlink", target: "usr/bin/old" });
    });

    describe("two packages with one path", () => {
        const other = { name: "b", version: "2", files: [program("same", "b's")] };

        it("are an error that names both and the path", async () => {
            const packages = [{ name: "a", version: "1", files: [program("same")] }, other];
            await expect(build(packages)).rejects.toMatchObject({
                code: "DebianConflict",
                fields: { path: "usr/bin/same", packages: ["a", "b"] },
            });
        });

        it.each([
            ["a", { a: "b (<< 3)", b: "" }, "a's"],
            ["b", { a: "", b: "a (<= 1)" }, "b's"],
        ])("are settled by Replaces: %s wins", async (_, { a, b }, winner) => {
            const fields = (text: string): Record<string, string> => (text === "" ? {} : { Replaces: text });
            const first = { name: "a", version: "1", files: [program("same", "a's")], fields: fields(a) };
            const { nodes } = await build([first, { ...other, fields: fields(b) }]);
            expect(at(nodes, "usr/bin/same")?.text).toBe(winner);
        });

        it("are an error where Replaces is for another version", async () => {
            const first = { name: "a", version: "1", files: [program("same")], fields: { Replaces: "b (<< 2)" } };
            await expect(build([first, other])).rejects.toMatchObject({ code: "DebianConflict" });
        });

        it("may share folders, and links that are the same", async () => {
            const files = [
                { name: "./etc/x/", type: "5" },
                { name: "./etc/x/link", type: "2", link: "there" },
            ];
            const { nodes } = await build([
                { name: "a", version: "1", files },
                { name: "b", version: "1", files },
            ]);
            expect(at(nodes, "etc/x/link")).toMatchObject({ target: "there" });
        });
    });

    it("leaves documentation out, but for licences, unless asked", async () => {
        const files = [
            "usr/share/doc/a/README",
            "usr/share/doc/a/copyright",
            "usr/share/man/man1/a.1.gz",
            "usr/share/locale/de/LC_MESSAGES/a.mo",
            "usr/lib/x86_64-linux-gnu/gconv/X.so",
            "usr/bin/a",
        ];
        const packages = [{ name: "a", version: "1", files: files.map((name) => ({ name: `./${name}`, body: "x" })) }];
        const kept = async (documentation: boolean): Promise<string[]> => {
            const { nodes } = await build(packages, { documentation });
            return files.filter((path) => nodes.some((node) => node.path === path));
        };
        expect(await kept(false)).toEqual(["usr/share/doc/a/copyright", "usr/bin/a"]);
        expect(await kept(true)).toEqual(files);
    });

    it("makes a large file that comes twice a hard link, where owner and mode are the same", async () => {
        const body = Buffer.alloc(100_000, "twice");
        const file = (name: string, mode = 0o755) => ({ name: `./usr/bin/${name}`, mode, body });
        const { nodes } = await build([
            { name: "a", version: "1", files: [file("one"), file("two"), file("three", 0o700)] },
        ]);
        expect(at(nodes, "usr/bin/two")).toMatchObject({ type: "hardlink", target: "usr/bin/one" });
        expect(at(nodes, "usr/bin/three")).toMatchObject({ type: "file", text: body.toString() });
    });

    it("links nothing that may be written to", async () => {
        const body = Buffer.alloc(100_000, "twice");
        const names = ["usr/bin/one", "usr/local/two", "var/lib/x/three", "etc/four"];
        const files = names.map((name) => ({ name: `./${name}`, mode: 0o755, body }));
        const { nodes } = await build([{ name: "a", version: "1", files }]);
        expect(names.map((name) => at(nodes, name)?.type)).toEqual(names.map(() => "file"));
    });
});

describe("what maintainer scripts would have made", () => {
    const script = "#!/bin/sh\nset -e\nadduser --system --group redis\nchown redis:redis /var/lib/redis\n";

    it("is there for a package that is known", async () => {
        const files = [
            { name: "./var/lib/redis/", type: "5", mode: 0o755 },
            { name: "./etc/redis/redis.conf", mode: 0o644, body: "conf" },
        ];
        const { nodes, notes } = await build([
            { name: "redis-tools", version: "5:8", files, scripts: { postinst: script } },
        ]);
        expect(at(nodes, "var/lib/redis")).toMatchObject({ type: "directory", mode: 0o750, uid: 101, gid: 101 });
        expect(at(nodes, "var/log/redis")).toMatchObject({ type: "directory", mode: 0o2750, uid: 101, gid: 4 });
        expect(at(nodes, "etc/redis/redis.conf")).toMatchObject({ mode: 0o640, uid: 101 });
        expect(at(nodes, "etc/passwd")?.text).toContain("redis:x:101:101:redis:/var/lib/redis:/usr/sbin/nologin\n");
        expect(at(nodes, "etc/group")?.text).toContain("redis:x:101:\n");
        expect(at(nodes, "etc/shadow")).toMatchObject({ mode: 0o640, gid: 42 });
        expect(notes).toEqual([]);
    });

    it("is told of for a package that is not", async () => {
        const { notes } = await build([{ name: "stranger", version: "1", scripts: { postinst: script } }]);
        expect(notes).toEqual([expect.stringMatching(/^package stranger 1 has a maintainer script that was not run/)]);
    });

    it("is not told of where scripts only do what debhelper writes", async () => {
        const section =
            "# Automatically added by dh_installsystemd/13\nif [ -d /run/systemd/system ]; then\n\tmkdir /x\nfi\n# End automatically added section\n";
        const postinst = `#!/bin/sh\nset -e\ncase "$1" in\n  configure)\n    ldconfig\n  ;;\n  *)\n    echo "postinst called with $1" >&2\n    exit 1\n  ;;\nesac\n${section}exit 0\n`;
        expect((await build([{ name: "stranger", version: "1", scripts: { postinst } }])).notes).toEqual([]);
    });

    it("is not told of for links that only keep dpkg's records straight", async () => {
        const preinst =
            "set -e\ndpkg-divert --package x --no-rename \\\n  --divert /lib/a.usr-is-merged --add /lib/a\n";
        expect((await build([{ name: "stranger", version: "1", scripts: { preinst } }])).notes).toEqual([]);
    });

    it("is read from sysusers.d and tmpfiles.d", async () => {
        const files = [
            { name: "./usr/lib/sysusers.d/x.conf", body: 'u _x - "X user" /var/lib/x /bin/sh\nm _x adm\ng xgroup -\n' },
            {
                name: "./usr/lib/tmpfiles.d/x.conf",
                body: "d /var/run/x 0750 _x xgroup -\nL /etc/x - - - - /usr/share/x\nx /tmp/x\nd /run/%i\n",
            },
        ];
        const { nodes } = await build([{ name: "x", version: "1", files }]);
        const [, uid] = /^_x:x:(\d+):\1:_x:\/var\/lib\/x:\/bin\/sh$/m.exec(at(nodes, "etc/passwd")?.text ?? "") ?? [];
        expect(Number(uid)).toBeGreaterThanOrEqual(100);
        expect(at(nodes, "run/x")).toMatchObject({ type: "directory", mode: 0o750, uid: Number(uid) });
        expect(at(nodes, "etc/x")).toMatchObject({ type: "symlink", target: "/usr/share/x" });
        expect(at(nodes, "etc/group")?.text).toMatch(/^adm:x:4:_x$/m);
        expect(nodes.some(({ path }) => path.includes("%"))).toBe(false);
    });

    it("links the best of several alternatives", async () => {
        const alternative = (target: string, priority: number): FakePackage => ({
            name: target,
            version: "1",
            files: [program(target)],
            scripts: {
                postinst: `update-alternatives --install /usr/bin/awk awk /usr/bin/${target} ${priority} \\\n --slave /usr/bin/nawk nawk /usr/bin/${target}\n`,
            },
        });
        const { nodes, notes } = await build([alternative("mawk", 5), alternative("gawk", 10)]);
        expect(at(nodes, "usr/bin/awk")).toMatchObject({ type: "symlink", target: "/usr/bin/gawk" });
        expect(at(nodes, "usr/bin/nawk")).toMatchObject({ type: "symlink", target: "/usr/bin/gawk" });
        expect(notes).toEqual([]);
    });

    it("tells of an interpreter that no package brings, but in a base, which has its own shell", async () => {
        const packages = [{ name: "a", version: "1", files: [program("script", "#!/bin/sh\n")] }];
        expect((await build(packages)).notes).toEqual([expect.stringMatching(/^\/usr\/bin\/script needs \/bin\/sh,/)]);
        expect((await build(packages, { role: "base" })).notes).toEqual([]);
    });

    it("puts certificates into one file", async () => {
        const files = ["b", "a"].map((name) => ({
            name: `./usr/share/ca-certificates/mozilla/${name}.crt`,
            body: `${name}\n`,
        }));
        const { nodes } = await build([{ name: "ca-certificates", version: "1", files }]);
        expect(at(nodes, "etc/ssl/certs/ca-certificates.crt")?.text).toBe("a\nb\n");
    });

    it("does not stand in the way of what a package ships", async () => {
        const { nodes } = await build([
            { name: "tzdata", version: "1", files: [{ name: "./etc/timezone", body: "Europe/Berlin\n" }] },
        ]);
        expect(at(nodes, "etc/timezone")?.text).toBe("Europe/Berlin\n");
    });
});

describe("downloads", () => {
    const packages = [{ name: "a", version: "1", files: [program("a")] }];

    it("say what to do when the mirror has moved on", async () => {
        const published = await publish(packages);
        const path = published.resolved.packages["a"]?.path ?? "";
        const file = archive.files.get(path);
        archive.files.delete(path);
        const outcome = debianEntries(published.source, published.resolved, "amd64", published.env);
        await expect(outcome).rejects.toMatchObject({
            code: "DebianVanished",
            message: expect.stringMatching(/package a 1 is no longer at the mirror.*update: "always".*snapshot mirror/),
        });
        archive.files.set(path, file ?? Buffer.alloc(0));
    });

    it("name the package whose content is another", async () => {
        const published = await publish(packages);
        const path = published.resolved.packages["a"]?.path ?? "";
        archive.files.set(path, Buffer.alloc(archive.files.get(path)?.length ?? 0));
        const outcome = debianEntries(published.source, published.resolved, "amd64", published.env);
        await expect(outcome).rejects.toMatchObject({ code: "DownloadHash", fields: { package: "a" } });
    });

    it("are not needed for what the store holds, and name what it does not", async () => {
        const published = await publish([...packages, { name: "b", version: "2", files: [] }]);
        await readTree((await debianEntries(published.source, published.resolved, "amd64", published.env)).entries);
        const offline = {
            ...published.env,
            fetch: () => Promise.reject(new TypeError("fetch failed", { cause: new Error("no network") })),
        };
        await readTree((await debianEntries(published.source, published.resolved, "amd64", offline)).entries);
        const { sha256 = "" } = published.resolved.packages["b"] ?? {};
        rmSync(blobPath(published.env.storeDirectory, sha256));
        const outcome = debianEntries(published.source, published.resolved, "amd64", offline);
        await expect(outcome).rejects.toThrow(
            new RegExp(`package b 2 cannot be fetched.*no network.*does not hold it: sha256 ${sha256}`),
        );
    });

    it.each([0, 60, 150, -100, -1])(
        "that were damaged in the store at %d are told from bad packages, and fetched again",
        async (position) => {
            const { source, resolved, env } = await publish(packages);
            const read = async () => readTree((await debianEntries(source, resolved, "amd64", env)).entries);
            const whole = await read();
            const file = blobPath(env.storeDirectory, resolved.packages["a"]?.sha256 ?? "");
            const bytes = readFileSync(file);
            bytes.set([~(bytes.at(position) ?? 0)], position < 0 ? bytes.length + position : position);
            writeFileSync(file, bytes);
            await expect(read()).rejects.toMatchObject({ code: "StoreDamaged" });
            expect(existsSync(file)).toBe(false);
            expect(await read()).toEqual(whole);
        },
    );

    it("tell how far they are", async () => {
        const told: number[] = [];
        const env = fakeEnvironment({
            progress: ({ message, fraction }) =>
                void (message.startsWith("fetching 1 packages") && told.push(fraction ?? -1)),
        });
        await build(packages, {}, env);
        expect(told.at(-1)).toBe(1);
    });
});

describe("a package that is no package", () => {
    it.each([
        ["something else", () => Buffer.from("something else entirely")],
        ["an archive without data", () => makeAr([["debian-binary", Buffer.from("2.0\n")]])],
        ["a packing that is not known", () => makeAr([["control.tar.lzma", Buffer.alloc(10)]])],
        ["a truncated one", (bytes: Buffer) => bytes.subarray(0, 200)],
    ])("is an error that names it: %s", async (_, spoil) => {
        const [deb] = (await publish([{ name: "a", version: "1" }]), archive.debs.slice(-1));
        const { source, resolved, env } = await publish([{ name: "a", version: "1", files: [program("a")] }]);
        const bytes = spoil(deb?.bytes ?? Buffer.alloc(0));
        archive.files.set("pool/spoilt.deb", bytes);
        const record = {
            ...resolved.packages["a"],
            path: "pool/spoilt.deb",
            sha256: sha256Of(bytes),
            sizeBytes: bytes.length,
        };
        const spoilt = { ...resolved, packages: { a: record as never } };
        await expect(debianEntries(source, spoilt, "amd64", env)).rejects.toMatchObject({
            code: expect.stringMatching(/DebianPackage|CodecDamaged|ArchiveRefused/),
            message: expect.stringContaining("The package a 1 cannot be read"),
        });
    });

    it.each([
        ["leaves the root", { name: "../../etc/passwd", body: "x" }],
        ["is a device", { name: "./dev/sda", type: "4", major: 8 }],
    ])("is refused where an entry %s", async (_, file) => {
        await expect(build([{ name: "a", version: "1", files: [file] }])).rejects.toMatchObject({
            code: "ArchiveRefused",
            message: expect.stringContaining("The package a 1 cannot be read"),
        });
    });

    it("cannot write through a link it brings", async () => {
        const files = [{ name: "./loop", type: "2", link: "loop" }];
        const through = [{ name: "./loop/file", body: "x" }];
        await expect(
            build([
                { name: "a", version: "1", files },
                { name: "b", version: "1", files: through },
            ]),
        ).rejects.toMatchObject({ code: "DebianConflict" });
    });
});
