import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import { Assembly } from "../../sdk/assembly";
import { run } from "../../tools/process/run.ts";
import { temporaryFolder } from "../support/folder";
import { withLinuxkit } from "./support/linuxkit";

const folder = temporaryFolder();
const packages = ["clean", "changed", "grown", "shrunk", "linked", "further", "named"];
const yaml = [
    "kernel: {image: made/kernel:1}",
    "services:",
    ...packages.map((name) => `  - {name: ${name}, image: "@pkg:./pkg/${name}"}`),
    '  - {name: outside, image: "@pkg:../outside"}',
    '  - {name: top, image: "@pkg:../top"}',
    "",
].join("\n");

function git(at: string, ...args: readonly string[]): void {
    const who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    execFileSync("git", [...who, ...args], { cwd: at, stdio: "ignore" });
}

function writePackage(at: string, name: string, build = ""): void {
    mkdirSync(path.join(at, "src"), { recursive: true });
    writeFileSync(path.join(at, "build.yml"), `image: ${name}\n${build}`);
    writeFileSync(path.join(at, "Dockerfile"), "FROM scratch\n");
    writeFileSync(path.join(at, "src", "main"), name);
}

/** A repository of packages in every state, one beside it, and one that is a repository. */
function writePackages(root: string): string {
    const [repository, outside, top] = ["repository", "outside", "top"].map((name) => path.join(root, name));
    const place = (name: string) => path.join(repository ?? "", "pkg", name);
    const builds: Readonly<Record<string, string>> = {
        further: "extra-sources: [../clean/src:/src, ../changed:/x]\n",
        named: "org: example.org/team\nnetwork: true\narches: [amd64]\n",
    };
    packages.forEach((name) => writePackage(place(name), name, builds[name]));
    symlinkSync("main", path.join(place("linked"), "src", "link"));
    writePackage(outside ?? "", "outside");
    writePackage(top ?? "", "top");
    for (const each of [repository ?? "", top ?? ""]) {
        git(each, "init", "-q");
        git(each, "add", "-A");
        git(each, "commit", "-q", "-m", "first");
    }
    appendFileSync(path.join(place("changed"), "src", "main"), "more");
    writeFileSync(path.join(place("grown"), "src", "new"), "new");
    rmSync(path.join(place("shrunk"), "src", "main"));
    appendFileSync(path.join(place("linked"), "src", "main"), "more");
    writeFileSync(path.join(repository ?? "", "os.yml"), yaml);
    return repository ?? "";
}

interface Built {
    readonly services: readonly { readonly name: string; readonly image: string }[];
}

withLinuxkit((program) => {
    test("packages of every state have the tags that linuxkit gives them", async () => {
        const repository = writePackages(folder());
        const { code, output, stdout } = await run(program, ["build", "--dry-run", "os.yml"], {
            cwd: repository,
            env: { HOME: folder(), PATH: process.env["PATH"] },
        });
        expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
        const { services: theirs } = parse(stdout) as Built;
        const { services: ours } = Assembly.fromYaml(path.join(repository, "os.yml"), { workingDirectory: repository });
        const named = (services: readonly { readonly name: string; readonly image: unknown }[]) =>
            Object.fromEntries(services.map(({ name, image }) => [name, String(image).replace("docker.io/", "")]));
        expect(named(ours)).toEqual(named(theirs));
        expect(Object.values(named(ours)).filter((image) => !/:([0-9a-f]{40}|latest)/.test(image))).toEqual([]);
    });
});
