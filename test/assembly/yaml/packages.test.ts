import { createHash } from "node:crypto";
import path from "node:path";
import type { GitResult, YamlEnvironment } from "../../../sdk/assembly/yaml/environment";
import { type LinuxKitError } from "../../../sdk/assembly/error";
import { judged, readYaml } from "../../../sdk/assembly/yaml/read";

const tree = "a".repeat(40);
const other = "b".repeat(40);
const yaml =
    'kernel: { image: "@pkg:./kernel" }\nservices:\n  - { name: a, image: "@pkg:../pkg/a", env: ["A=@pkg:./kernel"] }\n';

interface World {
    readonly files?: Readonly<Record<string, string>>;
    /** Answers of git, by "folder: arguments"; the first that the call begins with. */
    readonly git?: Readonly<Record<string, Partial<GitResult>>> | undefined;
}

function environment({ files = {}, git }: World): YamlEnvironment {
    return {
        workingDirectory: () => "/os",
        readFile: (file) => {
            const text = { "/os/os.yml": yaml, ...files }[file];
            if (text === undefined) {
                throw new Error(`ENOENT: ${file}`);
            }
            return text;
        },
        readBytes: (file) => (files[file] === undefined ? undefined : Buffer.from(files[file])),
        git: (folder, args) => {
            const call = `${folder}: ${args.join(" ")}`;
            const found = Object.entries(git ?? {}).find(([begin]) => call.startsWith(begin));
            return git && { status: 0, stdout: "", ...found?.[1] };
        },
    };
}

const clean = (folder: string, hash: string): Record<string, Partial<GitResult>> => ({
    [`${folder}: rev-parse --show-prefix`]: { stdout: "sub/\n" },
    [`${folder}: rev-parse HEAD:./`]: { stdout: `${hash}\n` },
    [`${folder}: ls-files --exclude-standard --others --error-unmatch`]: { status: 1 },
});

const builds = {
    "/os/kernel/build.yml": "image: kernel\n",
    "/pkg/a/build.yml": "image: a\norg: me.example/team\nnetwork: true\n",
};
const read = (world: World) => {
    const found = readYaml("os.yml", {}, environment({ files: builds, ...world }));
    return judged(found, () => found.args);
};

test("a package's folder stands for its image, tagged with its tree in git", () => {
    const { kernel, services } = read({ git: { ...clean("/os/kernel", tree), ...clean("/pkg/a", other) } });
    expect(kernel?.image).toBe(`linuxkit/kernel:${tree}`);
    expect(services?.[0]).toEqual({ name: "a", image: `me.example/team/a:${other}`, env: ["A=@pkg:./kernel"] });
});

test("the top of a repository is tagged with its commit's tree", () => {
    const top = { "/os/kernel: show --format=%T": { stdout: `${other}\n` }, ...clean("/os/kernel", tree) };
    const git = { ...top, "/os/kernel: rev-parse --show-prefix": { stdout: "\n" }, ...clean("/pkg/a", tree) };
    expect(read({ git }).kernel?.image).toBe(`linuxkit/kernel:${other}`);
});

test("changed and new files show in the tag", () => {
    const git = {
        "/os/kernel: diff": { status: 1 },
        "/os/kernel: ls-files --exclude-standard --others": { status: 1, stdout: "new\n" },
        "/os/kernel: ls-files": { stdout: "Dockerfile\ngone\n" },
        ...clean("/os/kernel", tree),
        ...clean("/pkg/a", tree),
    };
    const files = { ...builds, "/os/kernel/Dockerfile": "FROM scratch\n", "/os/kernel/new": "new" };
    const hash = createHash("sha256").update("FROM scratch\nnew").digest("hex").slice(0, 7);
    expect(read({ files, git }).kernel?.image).toBe(`linuxkit/kernel:${tree}-dirty-${hash}`);
});

test("further sources are part of the tag", () => {
    const files = {
        ...builds,
        "/os/kernel/build.yml": "image: kernel\nextra-sources: [../common:common, /more:more]\n",
    };
    const git = {
        ...clean("/os/kernel", tree),
        ...clean("/os/common", other),
        ...clean("/more", tree),
        ...clean("/pkg/a", tree),
    };
    const hash = createHash("sha1")
        .update(tree + other + tree)
        .digest("hex");
    expect(read({ files, git }).kernel?.image).toBe(`linuxkit/kernel:${hash}`);
});

test("outside git it is the latest", () => {
    const git = { "/os/kernel: rev-parse --is-inside": { status: 128 }, ...clean("/pkg/a", tree) };
    expect(read({ git }).kernel?.image).toBe("linuxkit/kernel:latest");
});

const uncommitted = { "/os/kernel: rev-parse HEAD:./": { status: 128 } };
const lone = (build: string) => ({
    files: { ...builds, "/os/kernel/build.yml": build },
    git: { ...clean("/os/kernel", tree), ...clean("/pkg/a", tree) },
});

test.each<readonly [string, World, string]>([
    [
        "no build.yml",
        { files: { "/pkg/a/build.yml": "image: a" }, git: clean("/pkg/a", tree) },
        "its build.yml cannot be read: ENOENT",
    ],
    ["no image", lone("org: a\n"), "its build.yml must have an image"],
    ["an unknown key", lone("imagee: a\n"), 'its build.yml has "imagee"; did you mean "image"?'],
    ["a build.yml that is a list", lone("[]\n"), "its build.yml is no object"],
    ["a source without a destination", lone("image: a\nextra-sources: [a]\n"), '"folder:destination"'],
    [
        "what no commit has",
        { git: { ...clean("/os/kernel", tree), ...clean("/pkg/a", tree), ...uncommitted } },
        "commit it first",
    ],
    ["no git", { files: { ...builds, "/pkg/a/build.yml": "image: a" } }, "git is not on PATH"],
])("%s is an error where the package is named", (_, world, reason) => {
    let message = "";
    try {
        read(world);
    } catch (error) {
        message = (error as LinuxKitError).message;
    }
    expect(message).toContain("os.yml:1:18: kernel.image: @pkg:./kernel names no package: ");
    expect(message).toContain(reason);
});

test("the paths of a text are relative to the working directory", () => {
    const git = clean(path.join("/os", "kernel"), tree);
    const { kernel } = readYaml('{ kernel: { image: "@pkg:kernel" } }', {}, environment({ files: builds, git })).args;
    expect(kernel?.image).toBe(`linuxkit/kernel:${tree}`);
});
