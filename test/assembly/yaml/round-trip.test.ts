import { Assembly, debian, dhcp, folder, oci, privateNames } from "../../../sdk";
import { itemsOf, type Located } from "../../../sdk/assembly/yaml/located";
import { parseYaml } from "../../../sdk/assembly/yaml/parse";
import { YamlProblems } from "../../../sdk/assembly/yaml/problems";
import { yamlSchema } from "../../../sdk/assembly/yaml/schema";
import type { Shape } from "../../../sdk/assembly/yaml/shapes";
import { redisArgs, specOf } from "../programs";
import { valueOf } from "./support";
import { everyWord, minimal, ownWords } from "./texts";

const read = (text: string) => Assembly.fromYaml(text);

test.each([
    ["an assembly without a kernel", "init: [linuxkit/init:v1]\n"],
    ["the least that boots", minimal],
    ["every word of LinuxKit's", everyWord],
    ["every word of our own", ownWords],
])("a round trip keeps %s", (_, text) => {
    const assembly = read(text);
    const again = read(assembly.toYaml());
    expect(valueOf(again)).toEqual(valueOf(assembly));
    expect(specOf(again)).toEqual(specOf(assembly));
    expect(again.toYaml()).toBe(assembly.toYaml());
});

test("what is read means what a program says", () => {
    const { kernel, init, services, onboot, volumes } = read(ownWords);
    expect(kernel?.image).toMatchObject({ type: "debian", role: "kernel", families: ["qemu", "aws"] });
    expect(init).toEqual([
        debian.base({ runtime: "runc", getty: true }),
        { name: "tools", image: debian.packages(["strace", "gdb"]) },
        { name: "overlay", image: folder("./overlay") },
        { name: "tools-2", image: oci.layout("./layout", "tools:1") },
    ]);
    expect(onboot[0]).toEqual({ name: "dhcp", image: dhcp().image, net: "host" });
    expect(services.map(({ image }) => image)).toEqual([
        privateNames().image,
        dhcp({ interface: "eth2", renew: true }).image,
        debian.packages(["redis-server"], { documentation: true }),
        folder("./web"),
        oci.image("job:1", { update: "always" }),
    ]);
    expect(volumes.map(({ image }) => image)).toEqual([debian.packages(["ca-certificates"]), folder("./site")]);
});

test("LinuxKit's words become a program's", () => {
    const { init, services, kernel, onboot } = read(everyWord);
    expect(init.map(({ name }) => name)).toEqual(["init", "runc", "init-2"]);
    expect(kernel).toMatchObject({ image: "linuxkit/kernel:6.12.59", binary: "vmlinuz", tar: "modules.tar" });
    expect(onboot.map(({ name }) => name)).toEqual(["sysctl", "mount", "mount"]);
    expect(services[0]).toMatchObject({
        mounts: [{ type: "cgroup" }, { uidMappings: [{ hostID: 1000 }] }],
        resources: { blockIO: { weight: 100 }, hugepageLimits: [{ pageSize: "2MB", limit: 4194304 }] },
    });
});

test("the project's own program is written and read back", () => {
    const assembly = new Assembly(redisArgs);
    expect(valueOf(read(assembly.toYaml()))).toEqual(valueOf(assembly));
});

test("sizes are written in bytes, which LinuxKit takes", () => {
    const assembly = read(minimal).with({
        services: [{ name: "a", image: "a:1", resources: { memory: { limit: "1 MB" } } }],
    });
    expect(assembly.toYaml()).toContain("limit: 1048576");
    expect(specOf(read(assembly.toYaml()))).toEqual(specOf(assembly));
});

test("text that readers of YAML differ about is in quotes, or escaped", () => {
    const words = ["yes", "0644", "1_000", "~", "", "a: b", "# a", "2001-01-01", "<<", "ä"];
    const files = words.map((contents, index) => ({ path: `/${index}`, contents }));
    const yaml = read(minimal).with({ files }).toYaml();
    words.forEach((word) => expect(yaml).toContain(`contents: ${JSON.stringify(word)}\n`));
    const odd = "\u0085\u2028\ufeff\u0000\u007f\ufffe";
    const file = read(minimal).with({ files: [{ path: "/a", contents: `line\n${odd}` }] });
    expect(file.toYaml()).toMatch(/^[\n -~]*$/);
    expect(read(file.toYaml()).files).toEqual(file.files);
});

/** Paths of the schema's keys, `services[].image`; those under a tag as `services[].image!debian.suite`. */
function schemaKeys(shape: Shape, path: string): readonly string[] {
    switch (shape.kind) {
        case "leaf":
        case "map":
            return [path];
        case "list":
            return schemaKeys(shape.of, `${path}[]`);
        case "record":
            return [path, ...Object.entries(shape.keys).flatMap(([key, each]) => schemaKeys(each, `${path}.${key}`))];
        case "tagged":
            return [
                ...schemaKeys(shape.plain, path),
                ...Object.entries(shape.tags).flatMap(([tag, forms]) =>
                    forms.flatMap((form) => schemaKeys(form, `${path}${tag}`)),
                ),
                ...(shape.object === undefined ? [] : schemaKeys(shape.object, path)),
            ];
    }
}

function usedKeys(node: Located, path: string): readonly string[] {
    const own = `${path}${node.tag ?? ""}`;
    const entries = node.kind === "record" ? [...node.entries] : [];
    return [
        own,
        ...itemsOf(node).flatMap((item) => usedKeys(item, `${own}[]`)),
        ...entries.flatMap(([key, { value }]) => usedKeys(value, `${own}.${key}`)),
    ];
}

/** Containers have the same keys in each section, and Debian's archive and images the same wherever they stand. */
function general(path: string): string {
    return path
        .replace(/^\.(onboot|onshutdown|services)\[\](\.runtime(?=\.mounts))?/, ".containers[]")
        .replace(/^\.init\[\]\.image/, ".init[]")
        .replace(/^.*!debian\.(?!families|modules|runtime|getty|packages)/, "!debian.")
        .replace(/^.*!oci/, "!oci");
}

test("the YAMLs above use every key of the schema", () => {
    const used = [everyWord, ownWords].flatMap((text) => {
        const root = parseYaml({ name: "text", text, folder: "" }, new YamlProblems());
        return root === undefined ? [] : usedKeys(root, "").map(general);
    });
    const known = schemaKeys(yamlSchema, "").map(general);
    expect(known.filter((key) => !used.includes(key) && !key.endsWith("[]"))).toEqual([]);
});
