import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Assembly } from "../../../sdk";
import { refusals } from "./support";

const base = `
kernel: { image: k:1, cmdline: quiet, tar: a.tar, ucode: u.cpio }
init: [linuxkit/init:1]
onboot:
  - { name: mount, image: mount:1 }
services:
  - { name: a, image: a:1 }
files:
  - { path: etc/motd, contents: first }
  - { path: etc/issue, contents: first }
volumes:
  - { name: first }
`;
const layer = `
kernel: { cmdline: "", tar: "", ucode: "" , binary: vmlinuz }
init: [linuxkit/init:2]
onboot:
  - { name: mount, image: mount:2 }
services:
  - { name: b, image: b:1 }
files:
  - { path: /etc/motd, contents: second }
volumes:
  - { name: second }
`;

test("a later file's kernel counts, and its lists go on where the earlier one's end", () => {
    const { kernel, init, onboot, services, files, volumes } = Assembly.fromYaml([base, layer]);
    expect(kernel).toEqual({ image: "k:1", cmdline: "quiet", tar: "none", binary: "vmlinuz" });
    expect(init.map(({ name, image }) => [name, image])).toEqual([
        ["init", "linuxkit/init:1"],
        ["init-2", "linuxkit/init:2"],
    ]);
    expect(onboot.map(({ image }) => image)).toEqual(["mount:1", "mount:2"]);
    expect(services.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(files).toEqual([
        { path: "etc/issue", contents: "first" },
        { path: "/etc/motd", contents: "second" },
    ]);
    expect(volumes.map(({ name }) => name)).toEqual(["first", "second"]);
});

test("a service or a volume of a name that is there is an error, as upstream's", () => {
    expect(refusals([base, base])).toEqual([
        '7:13: services[0].name: "a" is also that of services at <text 1>:7',
        '12:13: volumes[0].name: "first" is also that of volumes at <text 1>:12',
    ]);
});

test("what is wrong is named with the file it is in", () => {
    const wrong = `services:\n  - { name: b, image: "B:1" }\n`;
    expect(() => Assembly.fromYaml([base, wrong])).toThrow(/\n {2}<text 2>:2:23: services\[0\]\.image: "B:1" has /);
});

test("files are read from paths, relative to the working directory", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "linuxkit-yaml-"));
    try {
        writeFileSync(path.join(folder, "base.yml"), base);
        writeFileSync(path.join(folder, "layer.yml"), "﻿" + layer.replaceAll("\n", "\r\n"));
        const read = Assembly.fromYaml(["base.yml", path.join(folder, "layer.yml")], { workingDirectory: folder });
        expect(read.services.map(({ name }) => name)).toEqual(["a", "b"]);
        writeFileSync(path.join(folder, "layer.yml"), "init: 1");
        expect(() => Assembly.fromYaml(["base.yml", "layer.yml"], { workingDirectory: folder })).toThrow(
            "layer.yml:1:7: init: must be a list, not a number",
        );
    } finally {
        rmSync(folder, { recursive: true });
    }
});

test("a file alone may leave the init to others", () => {
    expect(Assembly.fromYaml("kernel: { image: k:1 }").init).toEqual([]);
});
