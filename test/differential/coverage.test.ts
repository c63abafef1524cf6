import { yamlSchema } from "../../sdk/assembly/yaml/schema";
import { samples } from "./assemblies";
import { knownRefusals } from "./known-differences";
import { keysOfShape, keysOfYaml } from "./support/keys";

test("the assemblies use every key of the schema, and those that the real linuxkit does not know are listed as refused", () => {
    const compared = new Set(samples.flatMap(({ yaml }) => keysOfYaml(yaml)));
    const refused = knownRefusals.filter(({ by }) => by === "theirs").flatMap(({ yaml }) => keysOfYaml(yaml));
    const unused = keysOfShape(yamlSchema).filter((key) => !compared.has(key) && !refused.includes(key));
    expect([...new Set(unused)]).toEqual([]);
});

test("each section of containers is compared", () => {
    const all = samples.map(({ yaml }) => yaml).join("\n");
    expect(["onboot:", "onshutdown:", "services:"].filter((section) => !all.includes(section))).toEqual([]);
});

test("there are enough assemblies, each with a name of its own", () => {
    expect(samples.length).toBeGreaterThanOrEqual(25);
    expect(new Set(samples.map(({ name }) => name)).size).toBe(samples.length);
});
