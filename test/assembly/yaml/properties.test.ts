import * as fc from "fast-check";
import { Assembly, capabilityNames } from "../../../sdk";
import { LinuxKitError } from "../../../sdk/assembly/error";
import { typescriptOf } from "../../../sdk/assembly/yaml/program/typescript";
import { specOf } from "../programs";
import { valueOf } from "./support";
import { everyWord, ownWords } from "./texts";

/** Words that YAML readers take for something else, and text of every kind. */
const awkward = [
    "",
    " ",
    "~",
    "null",
    "yes",
    "0644",
    "1_000",
    "1e3",
    "0x1F",
    "-",
    "- a",
    "a: b",
    "# c",
    "*a",
    "&a",
    "!a",
    "@a",
    "|",
    ">",
    "%",
    "a\n",
    "\n\na",
    " a\n  b",
    "\t",
    "a #b",
    "'",
    '"',
    "2001-01-01",
    "<<",
    "{}",
    "[]",
    "...",
    "---",
    "\u0000",
    "\u0085",
    "\u2028",
    "﻿",
    "x".repeat(200),
];
const text = fc.oneof(
    fc.constantFrom(...awkward),
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.string({ unit: "binary", maxLength: 6 }).map((each) => each.toWellFormed()),
);
const line = text.map((each) => each.replaceAll(/[\n\0]/g, ""));
const name = fc.stringMatching(/^[a-z0-9_][a-z0-9_-]{0,8}$/);
const runOnceName = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,8}$/);
const serviceName = fc.stringMatching(/^[A-Zb-f0-9]{1,4}([._-][A-Za-z0-9]{1,3}){0,2}$/);
const reference = fc.constantFrom(
    "redis",
    "redis:7-alpine",
    "linuxkit/init:v1",
    "registry.example:5000/a/b:c",
    "a/b@sha256:".padEnd(75, "0"),
);
const absolute = fc.stringMatching(/^(\/[a-z0-9 #:]{1,6}){1,3}$/);
const folder = absolute.map((each) => each.replaceAll(":", ""));
const words = fc.array(
    text.map((each) => each.replaceAll("\0", "")),
    { maxLength: 3 },
);
const number = fc.nat({ max: 2 ** 31 });
const mount = fc.record(
    {
        type: fc.constantFrom("tmpfs", "bind"),
        source: text.filter((each) => each !== ""),
        destination: absolute,
        options: fc.array(text, { maxLength: 2 }),
    },
    { requiredKeys: ["type", "destination"] },
);
const mapping = fc.record({ containerID: number, hostID: number, size: fc.integer({ min: 1, max: 1000 }) });

const keys = {
    capabilities: fc.oneof(
        fc.uniqueArray(fc.constantFrom(...capabilityNames), { maxLength: 3 }),
        fc.constant(["all"] as const),
    ),
    ambient: fc.uniqueArray(fc.constantFrom(...capabilityNames), { maxLength: 2 }),
    mounts: fc.array(mount, { maxLength: 2 }),
    binds: fc.array(
        fc.tuple(folder, folder).map((pair) => pair.join(":")),
        { maxLength: 2 },
    ),
    devices: fc.array(
        fc.record({
            path: absolute,
            type: fc.constantFrom("c" as const, "b" as const),
            major: number,
            minor: number,
            mode: fc.constantFrom("0666", "600"),
        }),
        { maxLength: 1 },
    ),
    tmpfs: fc.array(folder, { maxLength: 2 }),
    command: fc.tuple(fc.constantFrom("/bin/sh", "sh"), words).map(([first, rest]) => [first, ...rest]),
    env: fc.array(
        line.map((each) => `A=${each}`),
        { maxLength: 3 },
    ),
    cwd: absolute,
    net: fc.constantFrom("host", "new", "none", "/run/netns/a"),
    pid: fc.constantFrom("host", "new"),
    readonly: fc.boolean(),
    maskedPaths: fc.array(absolute, { maxLength: 2 }),
    uid: fc.oneof(number, fc.constantFrom("root", "redis")),
    additionalGids: fc.array(fc.oneof(number, fc.constant("wheel")), { maxLength: 2 }),
    noNewPrivileges: fc.boolean(),
    oomScoreAdj: fc.integer({ min: -1000, max: 1000 }),
    rootfsPropagation: fc.constantFrom("shared", "rprivate"),
    rlimits: fc.constant(["nofile,1024,unlimited"]),
    uidMappings: fc.array(mapping, { maxLength: 1 }),
    annotations: fc.dictionary(text, text, { maxKeys: 2 }),
    resources: fc.record(
        {
            memory: fc.record({ limit: fc.integer({ min: 1, max: 2 ** 40 }) }),
            pids: fc.record({ limit: fc.integer({ min: 1, max: 1000 }) }),
            hugepageLimits: fc.constant([{ pageSize: "2MB", limit: 2 ** 21 }]),
        },
        { requiredKeys: [] },
    ),
    runtime: fc.record(
        {
            cgroups: fc.array(text, { maxLength: 1 }),
            mounts: fc.array(mount, { maxLength: 1 }),
            mkdir: fc.array(absolute, { maxLength: 2 }),
            namespace: text,
            bindNS: fc.record({ net: absolute }, { requiredKeys: [] }),
        },
        { requiredKeys: [] },
    ),
};

const containerNamed = (arbitrary: fc.Arbitrary<string>) =>
    fc.record({ name: arbitrary, image: reference, ...keys }, { requiredKeys: ["name", "image"] });
const unique = { maxLength: 3, selector: (each: { readonly name: string }) => each.name };
const kind = fc.oneof(
    fc.record({ contents: text }),
    fc.constant({ directory: true }),
    fc.record({ symlink: text.filter((each) => each !== "" && !each.includes("\0")) }),
    fc.record({ source: text.filter((each) => each !== "" && !each.includes("\0")), optional: fc.boolean() }),
    fc.record({ metadata: fc.constantFrom("yaml" as const, "json" as const) }),
);
const file = fc
    .tuple(
        fc.record({ path: absolute, mode: fc.constantFrom("0644", "0755"), uid: number }, { requiredKeys: ["path"] }),
        kind,
    )
    .map(([file_, what]) => ({ ...file_, ...what }));

const assemblies = fc.record({
    kernel: fc.record(
        {
            image: reference,
            cmdline: line,
            binary: fc.constantFrom("kernel", "boot/vmlinuz"),
            tar: fc.constantFrom("none", "a.tar"),
        },
        { requiredKeys: ["image"] },
    ),
    init: fc.uniqueArray(fc.record({ name, image: reference }), unique),
    onboot: fc.array(containerNamed(runOnceName), { maxLength: 3 }),
    services: fc.uniqueArray(containerNamed(serviceName), unique),
    files: fc.uniqueArray(file, { maxLength: 3, selector: (each) => each.path }),
    volumes: fc.uniqueArray(
        fc.record({ name, image: reference, readonly: fc.boolean() }, { requiredKeys: ["name"] }),
        unique,
    ),
});

test("arbitrary assemblies of LinuxKit's words come back as they were", () => {
    fc.assert(
        fc.property(assemblies, (args) => {
            const assembly = new Assembly(args);
            const again = Assembly.fromYaml(assembly.toYaml());
            expect(valueOf(again)).toEqual(valueOf(assembly));
            expect(specOf(again)).toEqual(specOf(assembly));
        }),
        { numRuns: 150 },
    );
});

/** Whatever the text, an assembly or an error that says where; nothing else is thrown. */
function expectAnswer(read: () => unknown): void {
    let code = "invalid-yaml";
    try {
        read();
    } catch (error) {
        code = error instanceof LinuxKitError ? error.code : String(error);
    }
    expect(["invalid-yaml", "yaml-unreadable"]).toContain(code);
}

const pieces = [
    "kernel:",
    "init:",
    "services:",
    "files:",
    "- ",
    "\n",
    "\n  ",
    "\n    ",
    "name: a",
    "image: a:1",
    "path: /a",
    "contents: |",
    "&a ",
    "*a",
    "<<: *a",
    "!param p",
    "!debian ",
    "!oci ",
    "{",
    "}",
    "[",
    "]",
    ",",
    ": ",
    "'",
    '"',
    "#",
    "? ",
    "---\n",
    "%YAML 1.1\n",
    "!!binary ",
    "!!str ",
    "\t",
    "0644",
    "~",
    "@pkg:x",
];
const structured = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })), { maxLength: 40 });

test("arbitrary text is an assembly or a named error", () => {
    fc.assert(
        fc.property(
            fc.oneof(
                fc.string({ unit: "binary" }),
                structured.map((all) => all.join("")),
            ),
            (yaml) => expectAnswer(() => Assembly.fromYaml(`${yaml}\n`)),
        ),
        { numRuns: 1000 },
    );
});

test("a YAML with a value of another kind anywhere is an assembly or a named error", () => {
    const values = [
        "~",
        "[]",
        "{}",
        "1",
        "1.5",
        "true",
        "''",
        "[a]",
        "{ a: b }",
        "[{}]",
        "-1",
        ".nan",
        "1e99",
        "!param x",
    ];
    const place = /: [^\s{[][^\n,}\]]*/g;
    for (const yaml of [everyWord, ownWords]) {
        const places = [...yaml.matchAll(place)];
        expect(places.length).toBeGreaterThan(30);
        places.forEach(({ index, 0: found }, count) => {
            const value = values[count % values.length];
            const changed = `${yaml.slice(0, index)}: ${value}${yaml.slice(index + found.length)}`;
            expectAnswer(() => Assembly.fromYaml(changed));
        });
    }
});

test("an arbitrary assembly has a program", () => {
    fc.assert(
        fc.property(assemblies, (args) => {
            const yaml = new Assembly(args).toYaml();
            expect(typescriptOf([yaml], "os")).toContain("new linuxkit.Assembly(");
        }),
        { numRuns: 25 },
    );
});
