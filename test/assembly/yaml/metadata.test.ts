import * as fc from "fast-check";
import { Assembly } from "../../../sdk";
import { declaredOf } from "../../../sdk/assembly/yaml/declared";
import { metadataOf } from "../../../sdk/assembly/yaml/metadata";
import { redisArgs, specOf } from "../programs";
import { everyWord, minimal, ownWords } from "./texts";

test.each([
    ["the least there is", Assembly.fromYaml(minimal)],
    ["every word of LinuxKit's", Assembly.fromYaml(everyWord)],
    ["every word of our own", Assembly.fromYaml(ownWords)],
    ["the project's own program", new Assembly(redisArgs)],
])("what is normalized of %s goes back to what a program writes", (_, assembly) => {
    const spec = specOf(assembly);
    expect(specOf(new Assembly(declaredOf(spec)))).toEqual(spec);
});

test("what came from the building machine is named by its content", () => {
    const text = `
kernel: { image: !debian { mirror: "http://user:hunter2@mirror.example" } }
init: [!folder /home/me/init, !oci { from: archive, path: /home/me/a.tar }]
services:
  - { name: a, image: !oci { from: registry, reference: "a:1", update: always } }
files:
  - { path: a, source: /home/me/a }
  - { path: b, source: /home/me/b, optional: true }
`;
    const spec = specOf(Assembly.fromYaml(text));
    const resolved = {
        "init.init": { type: "folder", digest: "sha256:1" },
        "init.a": { type: "oci", declaration: "", digest: "sha256:2" },
        files: { type: "files", digests: { "/a": "3" } },
    };
    const components = Object.entries(spec.components).map(([key, each]) => [
        key,
        { ...each, ...(Object.hasOwn(resolved, key) ? { resolved: resolved[key as keyof typeof resolved] } : {}) },
    ]);
    const plan = { ...spec, components: Object.fromEntries(components) as typeof spec.components };
    expect(metadataOf(plan, "yaml")).toBe(`kernel:
  image: !debian {}
init:
  - name: init
    image: !folder sha256:1
  - name: a
    image: !oci
      from: archive
      reference: ""
      path: sha256:2
services:
  - name: a
    image: docker.io/library/a:1
files:
  - path: /a
    source: sha256:3
`);
});

test("it is in LinuxKit's words, with what was given and no more", () => {
    const text = `${minimal}services:\n  - { name: a, image: redis, capabilities: [all], readonly: false, runtime: { mkdir: [] } }\n`;
    expect(JSON.parse(metadataOf(specOf(Assembly.fromYaml(text)), "json"))).toEqual({
        kernel: { image: "docker.io/linuxkit/kernel:6.12.59" },
        init: ["docker.io/linuxkit/init:v1"],
        services: [
            {
                name: "a",
                image: "docker.io/library/redis:latest",
                capabilities: ["all"],
                readonly: false,
                runtime: { mkdir: [] },
            },
        ],
    });
    expect(metadataOf(specOf(Assembly.fromYaml(text)), "json")).toContain('\n    "kernel": {\n');
});

test("times come back to the millisecond", () => {
    const seconds = fc.integer({ min: 1, max: 10_000_000 }).map((each) => each / 1000);
    fc.assert(
        fc.property(seconds, seconds, (interval, stop) => {
            const milliseconds = (each: number) => `${Math.round(each * 1000)}ms` as const;
            const spec = specOf(
                Assembly.fromYaml(minimal).with({
                    services: [
                        {
                            name: "a",
                            image: "a:1",
                            healthcheck: { tcp: 1, interval: milliseconds(interval) },
                            stopTimeout: milliseconds(stop),
                        },
                    ],
                }),
            );
            expect(specOf(Assembly.fromYaml(metadataOf(spec, "yaml")))).toEqual(spec);
        }),
        { numRuns: 30 },
    );
});
