import { Assembly, debian, dhcp } from "../../sdk";
import type { ContainerSpec } from "../../sdk/assembly/spec";
import { problemsOf, redisArgs, specOf } from "./programs";

const mount = (path: string) => ({ name: "mount", image: debian.packages(["mount"]), command: ["mount", path] });
const twice = new Assembly({ ...redisArgs, onboot: [mount("/a"), dhcp(), mount("/b"), mount("/c")] });
const commands = ({ onboot }: Assembly) => onboot.map(({ command }) => command);

test("onboot and onshutdown may run several containers of one name, each a component", () => {
    expect(twice.order.filter((key) => key.startsWith("onboot"))).toEqual([
        "onboot.mount",
        "onboot.dhcp",
        "onboot.mount#2",
        "onboot.mount#3",
    ]);
    const { components } = specOf(twice);
    expect(components["onboot.mount#2"]).toMatchObject({ name: "mount", command: ["mount", "/b"] });
    expect((components["onboot.mount"] as ContainerSpec).name).toBe("mount");
});

test("several of one name are changed in their order, and taken away one by one or together", () => {
    const changed = twice.with({ onboot: [mount("/x"), mount("/y")] });
    expect(commands(changed)).toEqual([["mount", "/x"], undefined, ["mount", "/y"], ["mount", "/c"]]);
    expect(commands(twice.without({ onboot: ["mount#2"] }))).toEqual([["mount", "/a"], undefined, ["mount", "/c"]]);
    expect(commands(twice.without({ onboot: ["mount"] }))).toEqual([undefined]);
    expect(() => twice.without({ onboot: ["mount#4"] })).toThrow('has no "mount#4"');
});

test("a name does not bring a number of its own", () => {
    const problems = problemsOf(() => new Assembly({ ...redisArgs, onboot: [{ ...mount("/a"), name: "mount#2" }] }));
    expect(problems).toEqual([{ path: "onboot[0].name", reason: expect.stringContaining('not "mount#2"') as string }]);
});

test("an uid may name a container whose name several have", () => {
    const files = [{ path: "/a", contents: "", uid: "mount" }];
    expect(specOf(twice.with({ files })).components["files"]).toMatchObject({ files: { "/a": { uid: "mount" } } });
});
