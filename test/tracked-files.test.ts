import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { hostsIn, registryHosts } from "./support/machine";

const root = path.join(__dirname, "..");

const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" })
    .split("\0")
    .filter((file) => file !== "" && existsSync(path.join(root, file)));

const filesNaming = (text: string): string[] =>
    tracked.filter((file) => readFileSync(path.join(root, file)).includes(text));

test("no tracked file names a registry or mirror that this machine fetches from", () => {
    const hosts = registryHosts();
    expect(hosts).not.toEqual([]);
    expect(hosts.map((host) => [host, filesNaming(host)]).filter(([, files]) => files?.length !== 0)).toEqual([]);
});

test("no tracked file names the folder that this clone stands in", () => {
    expect(tracked).toContain("package.json");
    expect(filesNaming(`${root}${path.sep}`)).toEqual([]);
});

test("hosts are found in npm's, Go's and apt's ways of writing them", () => {
    expect(hostsIn("https://registry.example/npm/\n")).toEqual(["registry.example"]);
    expect(hostsIn("https://go.example,direct|http://user:word@other.example:8080/x")).toEqual([
        "go.example",
        "other.example",
    ]);
    expect(hostsIn("deb [arch=amd64] http://Apt.example/debian trixie main")).toEqual(["apt.example"]);
});
