import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { temporaryFolder } from "../../support/folder";

const machine = path.join(__dirname, "../../../providers/image/base/rootfs/usr/lib/linuxkit/machine.sh");
const folder = temporaryFolder();

/** The name that the init would give the machine whose files are these, run on them in a folder. */
function hostname(files: Readonly<Record<string, string>>): string {
    for (const [name, text] of Object.entries({ "proc/sys/kernel/hostname": "", ...files })) {
        const file = path.join(folder(), name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
    }
    const script = readFileSync(machine, "utf8").replace(/(?<=[<>])\/(?=(etc|sys|proc)\/)/g, `${folder()}/`);
    execFileSync("sh", ["-c", `${script}\nset_hostname`]);
    return readFileSync(path.join(folder(), "proc/sys/kernel/hostname"), "utf8");
}

const eth0 = { "sys/class/net/eth0/address": "52:54:00:12:34:56\n" };

test.each<[string, Readonly<Record<string, string>>, string]>([
    ["/etc/hostname", { ...eth0, "etc/hostname": "guest\n" }, "guest"],
    ["/etc/hostname that ends without a newline", { ...eth0, "etc/hostname": "guest" }, "guest"],
    ["the first interface where the file is empty", { ...eth0, "etc/hostname": "" }, "linuxkit-525400123456"],
    ["the first interface where there is no file", eth0, "linuxkit-525400123456"],
    ["nothing where there is no interface", {}, "linuxkit"],
])("a machine is called after %s", (_, files, expected) => {
    expect(hostname(files)).toBe(`${expected}\n`);
});
