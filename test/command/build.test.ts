import { execFile, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

import { temporaryFolder } from "../support/folder";
import { serveRegistry } from "../support/oci-registry";
import { imageOf, kernelImage, writeImages } from "../image/build/support/images";

const root = path.join(__dirname, "../..");
const main = path.join(root, "providers/command/main.ts");
const register = path.join(root, "test/qemu/support/register.cjs");

const folder = temporaryFolder();
const at = (name: string): string => path.join(folder(), name);

function command(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(process.execPath, ["-r", register, main, ...args], {
        cwd: folder(),
        encoding: "utf8",
        env: home(),
    });
}

function home(): NodeJS.ProcessEnv {
    const PATH = `${folder()}:${process.env["PATH"]}`;
    return { ...process.env, PATH, HOME: folder(), XDG_CACHE_HOME: at("cache") };
}

const images = {
    kernel: kernelImage([{ name: "lib/modules/6.12/modules.dep", body: "dep" }]),
    init: imageOf({}, [{ name: "sbin/init", body: "#!/bin/sh\n", mode: 0o755 }]),
    app: imageOf({ Cmd: ["/app"] }, [{ name: "app", body: "program".repeat(50_000), mode: 0o755 }]),
};

/** A module that exports an assembly of images of a layout. */
function writeModule(name: string, more = ""): void {
    writeImages(folder(), images);
    writeFileSync(
        at(name),
        `const linuxkit = require(${JSON.stringify(path.join(root, "sdk/index.ts"))});
        const image = (name) => linuxkit.oci.layout("layout", name);
        exports.os = new linuxkit.Assembly({
            kernel: { image: image("kernel") },
            init: [{ name: "init", image: image("init") }],
            services: [{ name: "app", image: image("app") }],
            ${more}
        });`,
    );
}

test("builds what a module exports, and shows what each component takes", () => {
    writeModule("machine.js");
    const { status, stdout, stderr } = command(
        "build",
        "machine.js",
        "--dir",
        "out",
        "--format",
        "kernel+initrd,kernel+erofs,tar",
    );
    expect({ status, stderr: stderr.replace(/^.* packed to .*\n/gm, "") }).toEqual({ status: 0, stderr: "" });
    expect(readdirSync(at("out")).toSorted()).toEqual([
        "machine-cmdline",
        "machine-erofs.img",
        "machine-initrd.img",
        "machine-kernel",
        "machine.tar",
    ]);
    expect(stdout).toMatch(/^component +in the initrd\nservices\.app +[\d.]+ kB\n/);
    expect(stdout).toMatch(/^out\/machine\.tar +[\d.]+ MB$/m);
});

test("an image without a kernel is built as tar and docker; the other formats say what is missing, before they write", () => {
    writeImages(folder(), images);
    const init = "!oci { from: layout, path: layout, reference: init }";
    writeFileSync(at("root.yml"), `init: [${init}]\n`);
    const built = command("build", "root.yml", "--format", "tar,docker", "--json");
    const { files } = JSON.parse(built.stdout) as { files: { path: string }[] };
    expect(files.map((file) => file.path)).toEqual(["root.tar", "root.docker"]);
    const { status, stderr } = command("build", "root.yml", "--dir", "out");
    expect({ status, stderr }).toEqual({
        status: 1,
        stderr: "kernel+initrd needs a kernel, and the assembly has none: give it a `kernel`, or use tar or docker\n",
    });
    expect(existsSync(at("out"))).toBe(false);
    writeFileSync(at("qemu-system-x86_64"), "#!/bin/sh\n", { mode: 0o755 });
    expect(command("run", "root.yml", "--accelerator", "tcg").stderr).toBe(
        "a machine needs a kernel, and the assembly has none: give it a `kernel`\n",
    );
});

test("a reader that does not wait for the table is no failure", () => {
    writeImages(folder(), images);
    writeFileSync(at("root.yml"), "init: [!oci { from: layout, path: layout, reference: init }]\n");
    const line = `{ "$0" -r "$1" "$2" build root.yml --format tar; echo $? > code; } 2>&1 | true`;
    spawnSync("sh", ["-c", line, process.execPath, register, main], { cwd: folder(), env: home() });
    expect(readFileSync(at("code"), "utf8")).toBe("0\n");
    expect(existsSync(at("root.tar"))).toBe(true);
});

test.each([
    ["commonjs", "machine.ts"],
    ["module", "machine.ts"],
    ["commonjs", "machine.mts"],
    ["module", "machine.cts"],
])("in a package of type %s, %s is taken as TypeScript", (type, name) => {
    writeImages(folder(), images);
    writeFileSync(at("package.json"), JSON.stringify({ type }));
    writeFileSync(
        at(name),
        `import * as linuxkit from ${JSON.stringify(path.join(root, "sdk/index.ts"))};
        const image: ReturnType<typeof linuxkit.oci.layout> = linuxkit.oci.layout("layout", "init");
        export const os = new linuxkit.Assembly({ init: [{ name: "init", image }] });`,
    );
    const { status, stderr } = command("build", name, "--format", "tar");
    expect({ status, stderr: stderr.replace(/^.* packed to .*\n/gm, "") }).toEqual({ status: 0, stderr: "" });
    expect(existsSync(at("machine.tar"))).toBe(true);
});

test("the same image twice has the same bytes, and the report for programs says which", () => {
    writeModule("machine.js");
    const build = (name: string): unknown => {
        const { stdout } = command("build", "machine.js", "--name", name, "--format", "tar", "--json");
        const { digest, files } = JSON.parse(stdout) as { digest: string; files: { path: string; sha256: string }[] };
        expect(files.map((file) => file.path)).toEqual([`${name}.tar`]);
        return [digest, files.map(({ sha256 }) => sha256)];
    };
    expect(build("one")).toEqual(build("other"));
});

test("an architecture that is asked for is built, and one that an image lacks is named", () => {
    writeModule("machine.js");
    const { status, stderr } = command("build", "machine.js", "--arch", "arm64", "--format", "tar");
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/arm64/) });
    expect(existsSync(at("machine.tar"))).toBe(false);
});

test.each([
    [["nothing.yml"], /nothing\.yml cannot be read/],
    [["--format", "qcow", "nothing.yml"], /"qcow" is not an output format; did you mean/],
    [
        ["--format", "aws,vhd,dynamic-vhd", "--dir", "out", "nothing.yml"],
        /^--format: vhd and dynamic-vhd are both written to out\/nothing\.vhd: build them apart, one with another --name\n$/,
    ],
    [["--format", "iso-bios,kernel+iso", "machine.js"], /iso-bios and kernel\+iso are both written to machine\.iso/],
    [["--format", "tar,rpi3", "--name", "pi", "machine.js"], /tar and rpi3 are both written to pi\.tar/],
    [
        ["--size", "1 GB", "--format", "tar,docker", "nothing.yml"],
        /^--size: tar, docker are as large as what they hold: leave the size out, it is for disks\n$/,
    ],
    [
        ["--format", "rpi3", "machine.js"],
        /^rpi3 is for arm64, and the image is for amd64: make the image for arm64 \(.*--arch.*\), or use tar, /,
    ],
    [["--size", "1 GB", "machine.js"], /^--size: kernel\+initrd is as large as what it holds: leave the size out/],
    [["--name", "", "machine.js"], /--name.*it is a file name, without "\/": the folder goes into --dir/],
    [["--name", "../up", "machine.js"], /--name.*it is a file name/],
    [
        ["--dir", "machine.js", "machine.js"],
        /^--dir: machine\.js cannot be made or written to: EEXIST.*: name a folder/,
    ],
    [["--dir", "/proc/none/out", "machine.js"], /^--dir: \S+proc\/none\/out cannot be made or written to: ENOENT/],
    [["wrong.ts"], /wrong\.ts cannot be loaded: [^]*wrong\.ts:2/],
    [["--size", "5", "machine.js"], /--size.*is not a size such as/],
    [["--param", "novalue", "machine.js"], /--param.*name=value/],
    [["--param", "a=b", "machine.js"], /machine\.js is a module, which takes no --param/],
    [["machine.js", "other.yml"], /machine\.js is a module, and modules are not merged/],
    [["empty.js"], /empty\.js exports no Assembly/],
    [["broken.js"], /broken\.js cannot be loaded: .*no such thing/],
    [["secret.js"], /holds outputs, which only `pulumi up` knows/],
])("build %j says what is wrong, and writes nothing", (args, message) => {
    writeModule("machine.js");
    const sdk = JSON.stringify(path.join(root, "sdk/index.ts"));
    writeModule("secret.js", `files: [{ path: "/a", contents: require("@pulumi/pulumi").secret("x") }],`);
    writeFileSync(
        at("secret.js"),
        readFileSync(at("secret.js"), "utf8").replace(
            '"@pulumi/pulumi"',
            JSON.stringify(require.resolve("@pulumi/pulumi")),
        ),
    );
    writeFileSync(at("empty.js"), `exports.linuxkit = require(${sdk});`);
    writeFileSync(at("wrong.ts"), "export const a: number = 1;\nexport const b = ;\n");
    writeFileSync(at("broken.js"), `throw new Error("no such thing");`);
    const before = readdirSync(folder());
    const { status, stdout, stderr } = command("build", ...args);
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: "", stderr: expect.stringMatching(message) });
    expect(readdirSync(folder()).filter((name) => name !== "cache")).toEqual(before);
});

test("images come from a private registry with the credentials that Docker keeps", async () => {
    const { kernel, init } = images;
    const registry = await serveRegistry({ "made/kernel:1": kernel, "made/init:1": init }, { auth: "basic" });
    try {
        const image = (name: string): string => `${registry.host}/made/${name}:1`;
        writeFileSync(at("private.yml"), `kernel: { image: "${image("kernel")}" }\ninit: ["${image("init")}"]\n`);
        const auth = Buffer.from("robot:secret").toString("base64");
        mkdirSync(at(".docker"));
        writeFileSync(at(".docker/config.json"), JSON.stringify({ auths: { [registry.host]: { auth } } }));
        const args = ["-r", register, main, "build", "private.yml", "--format", "tar"];
        await promisify(execFile)(process.execPath, args, {
            cwd: folder(),
            env: { ...home(), DOCKER_CONFIG: undefined },
        });
        expect(existsSync(at("private.tar"))).toBe(true);
    } finally {
        await registry.close();
    }
});

test("run hands the image to QEMU with the console on this terminal, and ends as QEMU does", () => {
    writeModule("machine.js");
    const qemu = at("qemu-system-x86_64");
    writeFileSync(qemu, `#!/bin/sh\nprintf '%s\\n' "$@"\nexit 7\n`);
    chmodSync(qemu, 0o755);
    const options = ["--accelerator", "tcg", "--memory", "320 MB", "--cpus", "2", "--publish", "8080:80"];
    const { status, stdout } = command("run", "machine.js", ...options);
    expect(status).toBe(7);
    const line = stdout.split("\n").join(" ");
    expect(line).toContain("-smp 2 -m 320M");
    expect(line).toContain("hostfwd=tcp:127.0.0.1:8080-:80");
    expect(line).toContain("-serial mon:stdio");
    expect(existsSync(/-initrd (\S+)/.exec(line)?.[1] ?? "")).toBe(true);
});

test("a port that is none is refused before anything is built", () => {
    writeModule("machine.js");
    expect(command("run", "machine.js", "--publish", "99999:80")).toMatchObject({
        status: 1,
        stderr: expect.stringContaining("ports from 1 to 65535"),
    });
    expect(existsSync(at("cache/pulumi-linuxkit"))).toBe(false);
});
