import { writeFileSync } from "node:fs";
import path from "node:path";
import { Assembly } from "../../../sdk";
import { typescriptOf } from "../../../sdk/assembly/yaml/program/typescript";
import { runProgram } from "./run-program";
import { standIns } from "./stand-ins";
import { everyWord } from "./texts";

const { folder, push, digest } = standIns();

/** Each image of docker.io, where a registry on loopback stands in. */
const upstream = everyWord.replace(/^ {2}- registry\.example.*\n/m, "");

test("a YAML, what it is written as, and its program plan to the same digest", async () => {
    const file = path.join(folder(), "every-word.yml");
    writeFileSync(file, upstream);
    const assembly = Assembly.fromYaml(file);
    push(assembly);
    const expected = await digest(assembly);
    expect(expected).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await digest(Assembly.fromYaml(assembly.toYaml()))).toBe(expected);
    expect(await digest(runProgram(typescriptOf([file], "os")).assembly)).toBe(expected);
    expect(await digest(assembly.without({ services: ["full"] }))).not.toBe(expected);
});
