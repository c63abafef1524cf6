import * as pulumi from "@pulumi/pulumi";
import { Assembly } from "../../../sdk";
import { refusals } from "./support";

const text = `
kernel: { image: k:1, cmdline: !param cmdline }
services:
  - name: a
    image: !param image
    env: [!param password, A=1]
    readonly: !param readonly
    uid: !param uid
`;
const given = { cmdline: "quiet", image: "a:1", password: "P=hunter2", readonly: true, uid: 7 };

test("scalars that the program gives", () => {
    const { kernel, services } = Assembly.fromYaml(text, { parameters: given });
    expect(kernel).toEqual({ image: "k:1", cmdline: "quiet" });
    expect(services).toEqual([{ name: "a", image: "a:1", env: ["P=hunter2", "A=1"], readonly: true, uid: 7 }]);
});

test("an output stays what it is, a secret too", async () => {
    const password = pulumi.secret("P=hunter2");
    const { services } = Assembly.fromYaml(text, { parameters: { ...given, password, cmdline: pulumi.output("x") } });
    const env = services[0]?.env as readonly [pulumi.Output<string>];
    expect(env[0]).toBe(password);
    expect(await pulumi.isSecret(env[0])).toBe(true);
});

test("a value is judged where it stands", () => {
    expect(refusals(text, { parameters: { ...given, readonly: "yes", password: "hunter2" } })).toEqual([
        '6:18: services[0].env[0]: must be "NAME=value"; the value is not shown, as it may be a secret',
        '7:22: services[0].readonly: must be true or false, not "yes"',
    ]);
});

test("a missing parameter is named with its place and what was given, an unused one with what there is", () => {
    const { password: _, ...rest } = given;
    expect(refusals(text, { parameters: { ...rest, pasword: "x" } })).toEqual([
        '1:1: : no !param takes the parameter "pasword"; did you mean "password"?',
        '6:18: services[0].env[0]: the parameter "password" is missing; did you mean "pasword"?',
    ]);
    expect(refusals(text)).toHaveLength(5);
    expect(refusals("kernel: { image: !param image }\n")).toEqual([
        '1:25: kernel.image: the parameter "image" is missing; give it: { parameters: { image: ... } }',
    ]);
});

test("a parameter is one value, and a whole scalar", () => {
    expect(refusals(text, { parameters: { ...given, uid: ["7"] as unknown as string } })).toEqual([
        '8:17: services[0].uid: the parameter "uid" must be one value, not a list',
    ]);
    expect(refusals("kernel: { image: !param [a] }\n")).toEqual([
        "1:25: kernel.image: !param takes the name of a parameter: !param password",
    ]);
    expect(refusals("kernel: { image: !param }\n")).toEqual([
        "1:25: kernel.image: !param takes the name of a parameter: !param password",
    ]);
});

test("what names a component is no output", () => {
    const named = `kernel: { image: k:1 }\nservices:\n  - { name: !param name, image: a:1 }\n`;
    expect(Assembly.fromYaml(named, { parameters: { name: "redis" } }).services[0]?.name).toBe("redis");
    expect(refusals(named, { parameters: { name: pulumi.output("redis") } })).toEqual([
        "3:20: services[0].name: must be a plain string, as it names the component; it is an output",
    ]);
    const init = "kernel: { image: k:1 }\ninit:\n  - !param init\n";
    expect(Assembly.fromYaml(init, { parameters: { init: "linuxkit/init:v1" } }).init[0]?.name).toBe("init");
});
