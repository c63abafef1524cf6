import { head } from "./common";
import type { Sample } from "./sample";

export const fileSamples: readonly Sample[] = [
    {
        name: "files",
        files: { "source.txt": "from a file\n", "sub/script": "#!/bin/sh\n" },
        yaml: `${head}services:
  - {name: web, image: made/tool:1}
files:
  - {path: etc/plain, contents: "text"}
  - {path: /etc/absolute, contents: "", mode: "0644"}
  - {path: etc/deep/er/file, contents: "x", mode: "0640", uid: 5, gid: 6}
  - {path: etc/deep/other, contents: "y", mode: "0400"}
  - {path: var/folder, directory: true}
  - {path: var/open, directory: true, mode: "1777", uid: web, gid: web}
  - {path: var/open/inside, contents: "z", mode: "0755"}
  - {path: etc/link, symlink: ../usr/share/zoneinfo}
  - {path: etc/moved, symlink: /var/folder, mode: "0777", uid: 3}
  - {path: srv/copy, source: source.txt, mode: "0444"}
  - {path: srv/bin/script, source: sub/script, mode: "0755", optional: true}
  - {path: srv/missing, source: no/such/file, optional: true}
  - {path: "srv/a b/ü", contents: "ü"}
`,
    },
    {
        name: "files over what images bring",
        yaml: `${head}files:
  - {path: bin/rc.init, contents: "#!/bin/other\\n", mode: "0700"}
  - {path: etc/inittab, symlink: /run/inittab}
  - {path: init, contents: "a file, no link", mode: "0755"}
  - {path: etc/resolv.conf, contents: "nameserver 10.0.0.1\\n", mode: "0644"}
  - {path: dev/console, contents: ""}
  - {path: lib/modules, directory: true, mode: "0711"}
  - {path: etc/plain, contents: "first"}
`,
    },
    {
        name: "a file that is said twice",
        yaml: `${head}files:
  - {path: made/twice, contents: "first", mode: "0600"}
  - {path: /made/twice, contents: "second", mode: "0600"}
`,
    },
    {
        name: "metadata as JSON",
        pulled: true,
        yaml: `${head}onboot:
  - {name: boot, image: made/tool:1, runtime: {mkdir: [/a], bindNS: {net: /run/n}}}
onshutdown:
  - {name: down, image: made/tool:1, resources: {pids: {limit: 5}}, sysctl: {vm.swappiness: "1"}}
services:
  - name: tool
    image: made/tool:1
    capabilities: [CAP_KILL]
    env: ["A=<b>"]
files:
  - {path: etc/linuxkit.json, metadata: json, mode: "0644"}
  - {path: etc/other, contents: "x"}
`,
    },
    {
        name: "metadata as YAML",
        pulled: true,
        yaml: `${head}services:
  - {name: tool, image: made/tool:1, command: [a, "b: c"], readonly: true}
files:
  - {path: etc/linuxkit.yml, metadata: yaml}
`,
    },
    {
        name: "no more than a kernel, and trust",
        yaml: `kernel:
  image: made/kernel:1
init: []
onboot: []
services: []
files: []
trust:
  org: [linuxkit]
  image: ["made/tool:1"]
`,
    },
];
