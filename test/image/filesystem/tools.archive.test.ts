import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { erofs, iso, squashfs } from "../../../providers/image/filesystem";
import { collect } from "../codec/collect";
import { noise } from "../virtual-disk/support/disks";
import { devices, folder as newFolder, link, stream, usualEntries } from "./support/entries";

const run = promisify(execFile);
const go = new AbortController().signal;

let folder: string;
beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "filesystem-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, name);

/** What both tools make of the usual entries. */
function checkExtracted(): void {
    const read = (name: string) => readFileSync(at(`out/${name}`));
    expect(readdirSync(at("out"))).toEqual(["bin", "empty", "etc", "many", "pipe", "sizes"]);
    expect(read("bin/same").equals(noise(70_001, 1))).toBe(true);
    for (const name of readdirSync(at("out/sizes"))) {
        expect(read(`sizes/${name}`).equals(noise(Number(name), Number(name)))).toBe(true);
    }
    expect(readdirSync(at("out/many"))).toHaveLength(401);
    expect(read("many/ünïcödé ").toString()).toBe("a name");
    expect(read("etc/replaced").toString()).toBe("the second, longer one");
    expect(read("etc/old").toString()).toBe("the first");
}

test("EROFS: fsck.erofs finds no error, and what it extracts is what was put in", async () => {
    writeFileSync(at("image"), await collect(erofs(stream([...usualEntries, ...devices]))));
    expect((await run("fsck.erofs", [at("image")])).stderr).not.toMatch(/error|warning/iu);
    writeFileSync(at("plain"), await collect(erofs(stream(usualEntries))));
    await run("fsck.erofs", [`--extract=${at("out")}`, "--no-preserve", at("plain")]);
    checkExtracted();
});

describe("ISO 9660 with Rock Ridge", () => {
    /** xorriso takes paths of links up to 1,024 bytes, Linux those of a page. */
    const entries = usualEntries.map((entry) =>
        entry.path === "bin/far" ? link(entry.path, `/${"x".repeat(500)}/../y/./${"z".repeat(300)}`) : entry,
    );
    const names = Array.from({ length: 12 }, (_, depth) => "deep/".repeat(depth) + "deep");
    const deep = names.map((name) => newFolder(name));

    test("what xorriso extracts is what was put in, folders of twelve levels too", async () => {
        writeFileSync(at("image"), await collect(iso(stream(entries))));
        await run("xorriso", ["-osirrox", "on", "-indev", at("image"), "-extract", "/", at("out")]);
        checkExtracted();
        expect(readlinkSync(at("out/bin/far"))).toBe(`/${"x".repeat(500)}/../y/./${"z".repeat(300)}`);
        writeFileSync(at("image"), await collect(iso(stream(deep))));
        await run("xorriso", ["-osirrox", "on", "-indev", at("image"), "-extract", "/", at("deep")]);
        expect(readdirSync(at("deep"), { recursive: true })).toEqual(names);
    });

    test("owners, modes and times are there; xorriso reads every block", async () => {
        writeFileSync(at("image"), await collect(iso(stream([...entries, ...devices]))));
        const { stdout, stderr } = await run("xorriso", [
            ...["-indev", at("image"), "-find", "/", "-exec", "lsdl", "--", "-check_media", "--"],
        ]);
        const lines = stdout.split("\n").map((line) => line.replaceAll(/ +/gu, " "));
        expect(lines).toEqual(
            expect.arrayContaining([
                "-rwsr-xr-x 1 70000 5 70001 Jul 14 2017 '/bin/tool'",
                "drwxr-x--- 1 0 0 0 Jul 14 2017 '/etc'",
                "prw--w--w- 1 0 0 0 Jul 14 2017 '/pipe'",
                expect.stringMatching(/^crw-------.*'\/dev\/console'$/u),
            ]),
        );
        expect(stderr + stdout).toMatch(/Media region : +0 , +\d+ , \+ good/u);
        expect(stderr).not.toMatch(/SORRY|FAILURE/u);
    });
});

test("squashfs: unsquashfs extracts what was put in", async () => {
    await squashfs(stream([...usualEntries, link("bin/odd", "/ünï")]), at("image"), go);
    const { stderr } = await run("unsquashfs", ["-dest", at("out"), "-no-progress", at("image")]);
    expect(stderr).toBe("");
    checkExtracted();
    expect(readlinkSync(at("out/bin/far"))).toBe(`/${"x".repeat(4000)}`);
    expect(readlinkSync(at("out/bin/odd"))).toBe("/ünï");
});

test("squashfs: owners, modes, times and devices are there, without privilege", async () => {
    await squashfs(stream([...usualEntries, ...devices]), at("image"), go);
    const { stdout } = await run("unsquashfs", ["-lln", "-d", "", at("image")], { env: { ...process.env, TZ: "UTC" } });
    const lines = stdout.split("\n").map((line) => line.replaceAll(/ +/gu, " ").trim());
    expect(lines).toEqual(
        expect.arrayContaining([
            expect.stringMatching(/^drwxr-xr-x 0\/0 \d+ 2017-07-14 02:40$/u),
            "-rwsr-xr-x 70000/5 70001 2017-07-14 02:40 /bin/tool",
            "-rwsr-xr-x 70000/5 70001 2017-07-14 02:40 /bin/same",
            expect.stringMatching(/^drwxr-x--- 0\/0 \d+ 2017-07-14 02:40 \/etc$/u),
            "crw------- 0/0 5, 1 2017-07-14 02:40 /dev/console",
            "prw--w--w- 0/0 0 2017-07-14 02:40 /pipe",
        ]),
    );
});

test("squashfs: the same bytes again", async () => {
    await squashfs(stream(usualEntries), at("one"), go);
    await squashfs(stream(usualEntries), at("two"), go);
    expect(readFileSync(at("two")).equals(readFileSync(at("one")))).toBe(true);
});

describe("squashfs without a mksquashfs that will do", () => {
    const { PATH } = process.env;
    afterEach(() => {
        process.env["PATH"] = PATH;
    });

    test("none is an error that names the package and the way round it", async () => {
        process.env["PATH"] = folder;
        await expect(squashfs(stream(usualEntries), at("image"), go)).rejects.toMatchObject({
            code: "ToolMissing",
            message: expect.stringMatching(/squashfs-tools.*kernel\+erofs/u),
        });
    });

    test("what one that fails said is in the error", async () => {
        writeFileSync(at("mksquashfs"), "#!/bin/sh\necho 'mksquashfs: invalid option' >&2\nexit 1\n", { mode: 0o755 });
        process.env["PATH"] = `${folder}:${PATH}`;
        await expect(squashfs(stream(usualEntries), at("image"), go)).rejects.toMatchObject({
            code: "ToolFailed",
            message: expect.stringMatching(/before 4\.5.*invalid option/u),
        });
    });
});

test("squashfs: an abort ends the program", async () => {
    const controller = new AbortController();
    let readings = 0;
    const cut = async function* () {
        yield* usualEntries;
        if (++readings === 2) {
            controller.abort(new Error("enough"));
        }
    };
    await expect(squashfs(cut, at("image"), controller.signal)).rejects.toThrow("enough");
    expect(readings).toBe(2);
});
