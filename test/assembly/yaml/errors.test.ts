import * as pulumi from "@pulumi/pulumi";
import { Assembly } from "../../../sdk";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { refusals } from "./support";

const kernel = "kernel: { image: k:1 }\n";
const service = (lines: string) => `${kernel}services:\n  - name: a\n    image: a:1\n${lines}`;

const refused: readonly (readonly [string, string, string])[] = [
    [
        "a misspelt section",
        `${kernel}sevices: []\n`,
        '2:1: sevices: is no key of an assembly; did you mean "services"?',
    ],
    [
        "a misspelt key",
        service("    comand: [a]\n"),
        '5:5: services[0].comand: is no key of a service; did you mean "command"?',
    ],
    [
        "an object's name in a list",
        `${kernel}onboot:\n  - image: a:1\n`,
        "3:5: onboot[0].name: is required in a container",
    ],
    [
        "a list that is a string",
        service("    command: redis\n"),
        "5:14: services[0].command: must be a list, not a string",
    ],
    ["a list that is nothing", service("    env:\n"), "5:9: services[0].env: must be a list, not nothing"],
    [
        "a string that is a number",
        `${kernel}files:\n  - path: /a\n    contents: 5\n`,
        "4:15: files[0].contents: must be a string, not a number; in quotes it is a string",
    ],
    [
        "a mode that is octal",
        `${kernel}files:\n  - path: /a\n    contents: a\n    mode: 0644\n`,
        "5:11: files[0].mode: must be a string, not a number; in quotes it is a string",
    ],
    ["yes for true", service("    readonly: yes\n"), "5:15: services[0].readonly: must be true or false, not a string"],
    [
        "a fraction",
        service("    oomScoreAdj: 1.5\n"),
        "5:18: services[0].oomScoreAdj: must be a whole number, not a fraction",
    ],
    [
        "a key that is a number",
        service("    annotations: { 1: a }\n"),
        "5:20: services[0].annotations: a key must be a string, not a number",
    ],
    [
        "a capability that Linux has not",
        service("    capabilities:\n      - CAP_CHOWN\n      - CAP_NET_ADMN\n"),
        '7:9: services[0].capabilities[1]: "CAP_NET_ADMN" is no capability of Linux; did you mean "CAP_NET_ADMIN"?',
    ],
    [
        "what is missing beside what is there",
        `${kernel}services:\n  - name: a\n    image: !debian [a2ps]\n`,
        '3:5: services[0].command: is required: the program to run, such as ["redis-server"]',
    ],
    [
        "a value that LinuxKit calls otherwise",
        service("    resources:\n      blockio:\n        weight: 5\n"),
        "7:17: services[0].resources.blockio.weight: must be a whole number from 10 to 1000, not 5",
    ],
    ["a kernel of nothing", "kernel: {cmdline: a}\n", "1:9: kernel.image: is required: debian.kernel() gives it"],
    ["two keys of one name", "kernel: {}\nkernel: {}\n", "2:1: kernel: is there twice; the first is in line 1"],
    [
        "what is no YAML",
        "kernel: {\n  image: [a\n}\n",
        "3:1: : is no YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    ["a list", "- a\n", "1:1: : must be an assembly, an object, not a list"],
    ["a second document", `${kernel}---\n${kernel}`, "2:1: : is a second document; give each its own file, in a list"],
    [
        "an unknown tag",
        "kernel: { image: !debain {} }\n",
        '1:26: kernel.image: !debain is no tag of an assembly; did you mean "!debian"?',
    ],
    [
        "a tag where it means nothing",
        service("    command: !debian [a]\n"),
        "5:22: services[0].command: must be a list, not !debian",
    ],
    [
        "a source where it is none",
        `${kernel}volumes:\n  - name: a\n    image: !dhcp\n`,
        '4:17: volumes[0].image: takes a string, or "!oci", "!debian" or "!folder", not !dhcp',
    ],
    [
        "a lease that a service takes once",
        `${kernel}services:\n  - name: dhcp\n    image: !dhcp {}\n`,
        "4:18: services[0].image: ends when it is done, and as a service would be started again: put it among onboot, or add renew: true, which keeps the lease",
    ],
    [
        "a service among onboot",
        `${kernel}onboot:\n  - name: names\n    image: !private-names {}\n`,
        "4:27: onboot[0].image: makes it a service, which goes on as long as the machine: put it among services",
    ],
    ["an alias of nothing", "kernel: { image: *k }\n", "1:18: kernel.image: *k stands for nothing"],
    ["an alias of itself", "kernel: &k { image: *k }\n", "1:21: kernel.image: *k stands for what it is a part of"],
    [
        "two services of one name",
        `${kernel}services:\n  - { name: a, image: a:1 }\n  - { name: a, image: a:1 }\n`,
        '4:13: services[1].name: "a" is also that of services at <text>:3',
    ],
];

test.each(refused)("%s is refused, with its place", (_, text, expected) => {
    expect(refusals(text)).toEqual([expected]);
});

test("an error says everything that is wrong, as compilers do", () => {
    const text = service("    comand: [a]\n    readonly: 1\n");
    expect(() => Assembly.fromYaml(text)).toThrow(
        [
            "the YAML has 2 problems:",
            '  <text>:5:5: services[0].comand: is no key of a service; did you mean "command"?',
            "  <text>:6:15: services[0].readonly: must be true or false, not a number",
        ].join("\n"),
    );
});

test("what is wrong with a value is said beside what is wrong with a key, in the order of the lines", () => {
    const text = `${kernel}services:
  - name: redis
    image: redis
    comand: ["redis-server"]
    oomScoreAdj: 1.5
    capabilities:
      - CAP_NET_BIND_SERVICE
      - CAP_NET_ADMN
    cwd: data
  - { name: web, image: "Web:1", uid: 5, uid: 6, env: [!param user] }
  - { name: redis, image: redis }
`;
    expect(refusals(text)).toEqual([
        '5:5: services[0].comand: is no key of a service; did you mean "command"?',
        "6:18: services[0].oomScoreAdj: must be a whole number, not a fraction",
        '9:9: services[0].capabilities[1]: "CAP_NET_ADMN" is no capability of Linux; did you mean "CAP_NET_ADMIN"?',
        expect.stringMatching(/^10:10: services\[0\]\.cwd: must be an absolute path/),
        expect.stringMatching(/^11:25: services\[1\]\.image: /),
        "11:42: services[1].uid: is there twice; the first is in line 11",
        expect.stringMatching(/^11:63: services\[1\]\.env\[0\]: the parameter "user" is missing/),
        '12:13: services[2].name: "redis" is also that of services at <text>:3',
    ]);
});

test("problems of several files are reported together, file by file", () => {
    const texts = [`${kernel}onboot: [{ name: a }]\n`, "services: [{ name: b, image: 'B:1' }]\ninit: [5]\n"];
    expect(() => Assembly.fromYaml(texts)).toThrow(
        /^the YAML has 3 problems:\n {2}<text 1>:2:10: onboot\[0\]\.image: .*\n {2}<text 2>:1:30: .*\n {2}<text 2>:2:8: init\[0\]: .*$/,
    );
});

test.each([
    ["the key that was meant", "services:\n  - { name: a, image: !debian [a2ps], comand: [a] }\n"],
    ["the section that was meant", "sevices: [{ name: a, image: a:1 }]\n"],
    ["an entry that is none", "services: [5]\n"],
    ["a parameter that is missing", "services: [{ name: a, image: !param image }]\n"],
])("%s is not missed once more", (_, text) => {
    expect(refusals(text)).toHaveLength(1);
});

test.each(["", "# redis\n", "{}", "init: []\nservices: []\n", "trust: { org: [linuxkit] }\n"])(
    "%j declares nothing, and is refused",
    (text) => {
        const kinds = '"kernel", "init", "volumes", "onboot", "onshutdown", "services" or "files"';
        const source = { name: "empty.yml", text } as unknown as string;
        expect(refusals([source])).toEqual([`1:1: assembly: declares nothing: give it at least one of ${kinds}`]);
        expect(refusals([source, "init: [linuxkit/init:v1]\n"])).toEqual([]);
    },
);

test("what stands behind an anchor is reported once", () => {
    const text = `${kernel}services:\n  - { name: a, image: a:1, env: &env [a] }\n  - { name: b, image: b:1, env: *env }\n`;
    expect(refusals(text)).toEqual([expect.stringMatching(/^3:39: services\[0\]\.env\[0\]: must be "NAME=value"/)]);
});

test("aliases, merge keys and flow style are YAML like any other", () => {
    const text = `
kernel: { image: k:1 }
onboot:
  - &base { name: a, image: a:1, command: [a], env: [X=1] }
  - { <<: *base, name: b }
  - { <<: [*base, { cwd: /x }], name: c, command: [c] }
`;
    expect(Assembly.fromYaml(text).onboot).toEqual([
        { name: "a", image: "a:1", command: ["a"], env: ["X=1"] },
        { name: "b", image: "a:1", command: ["a"], env: ["X=1"] },
        { name: "c", image: "a:1", command: ["c"], env: ["X=1"], cwd: "/x" },
    ]);
});

test("aliases that multiply are refused before they fill the memory", () => {
    const levels = Array.from(
        { length: 30 },
        (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level}, `.repeat(10)}]`,
    );
    const text = ["a0: &a0 [x]", ...levels, ""].join("\n");
    expect(refusals(text)).toContainEqual(expect.stringContaining("aliases stand for more than 100000 values"));
});

test.each([100, 10_000, 200_000])("a text nested %d deep is refused", (depth) => {
    expect(() => Assembly.fromYaml(`a: ${"[".repeat(depth)}${"]".repeat(depth)}`)).toThrow(LinuxKitError);
});

test("many keys are read in a time that grows with their number, many problems are not all listed", () => {
    const keys = Array.from({ length: 30_000 }, (_, index) => `zz${index}: v\n`).join("");
    expect(() => Assembly.fromYaml(`${kernel}${keys}`)).toThrow(
        /^the YAML has 30000 problems:\n(.*\n){50} {2}and 29950 more$/,
    );
});

test("what is no path is not repeated at length", () => {
    expect(() => Assembly.fromYaml("[".repeat(10_000))).toThrow(
        /^\[{200}\.\.\. cannot be read: it is no path of a file$/,
    );
});

test("integers are those of linuxkit's YAML", () => {
    const uids = (value: string) => Assembly.fromYaml(service(`    uid: ${value}\n`)).services[0]?.uid;
    expect(["010", "0o10", "0x10", "0b11", "1_000", '"root"'].map(uids)).toEqual([8, 8, 16, 3, 1000, "root"]);
});

test("empty texts say nothing, as to linuxkit", () => {
    const text = `
kernel: { image: k:1, binary: "", tar: "", ucode: "" }
services:
  - { name: a, image: a:1, cwd: "", net: "", hostname: "", uid: "", additionalGids: [""] }
files:
  - { path: a/, directory: true, source: "", symlink: "", mode: "00755" }
  - { path: b, contents: "", optional: true }
`;
    const { kernel: found, services, files } = Assembly.fromYaml(text);
    expect(found).toEqual({ image: "k:1", tar: "none" });
    expect(services).toEqual([{ name: "a", image: "a:1", uid: 0, additionalGids: [0] }]);
    expect(files).toEqual([
        { path: "a", directory: true, mode: "0755" },
        { path: "b", contents: "" },
    ]);
});

test("an output has no place in a file: each is named, and no secret is written", () => {
    const secret = pulumi.secret("hunter2");
    const assembly = Assembly.fromYaml(service("")).with({
        files: [{ path: "/a", contents: secret }],
        services: [{ name: "a", image: "a:1", env: ["A=1", pulumi.output("B=2")], annotations: { "a.b": secret } }],
    });
    expect(() => assembly.toYaml()).toThrow(
        /a secret would lie open in it\):\n {2}services\[0\]\.env\[1\]\n {2}services\[0\]\.annotations\["a\.b"\]\n {2}files\[0\]\.contents$/,
    );
});

test.each([[[]], [[1]], [undefined], [{}]])("%j is nothing to read", (sources) => {
    expect(() => Assembly.fromYaml(sources as unknown as string)).toThrow("fromYaml takes the path of a file");
});

test("a file that is not there is named", () => {
    expect(() => Assembly.fromYaml("nowhere.yml")).toThrow(/^nowhere\.yml cannot be read: ENOENT/);
});
