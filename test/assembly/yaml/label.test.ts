import { LinuxKitError } from "../../../sdk/assembly/error";
import { readLabel } from "../../../sdk/assembly/yaml/label";

const context = { architecture: "amd64", containers: [], volumes: ["data"] } as const;

const read = (label: object | string) =>
    readLabel(typeof label === "string" ? label : JSON.stringify(label), "linuxkit/x:v1", context);

test("a label's keys are those of a container, and what it gives is told from defaults", () => {
    const { values, given } = read({
        readonly: false,
        capabilities: ["all"],
        binds: ["data:/data", "/a:/b"],
        runtime: { mkdir: ["/var/x"], bindNS: {} },
        sysctl: { "net.core.somaxconn": "1" },
        uid: "redis",
    });
    expect(given).toEqual(["binds", "capabilities", "readonly", "runtime.bindNS", "runtime.mkdir", "sysctl", "uid"]);
    expect(values).toMatchObject({ uid: "redis", gid: 0, binds: ["data:/data", "/a:/b"], net: "host" });
    expect(values.capabilities).toContain("CAP_SYS_ADMIN");
});

test("a label that Go wrote has members that say nothing", () => {
    const { values, given } = read({
        net: "",
        cwd: "",
        mounts: [{ destination: "", type: "cgroup", options: ["rw"] }],
        devices: [{ path: "all", type: "b", major: 0, minor: 0 }],
        runtime: { interfaces: [{ name: "wg0", createInRoot: false }], bindNS: { net: "" } },
    });
    expect(given).toEqual(["devices", "mounts", "runtime.bindNS", "runtime.interfaces"]);
    expect(values.mounts).toEqual([
        { destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["rw"] },
    ]);
    expect(values.runtime.bindNS).toEqual({});
});

test("upstream takes YAML in a label too", () => {
    expect(read("net: host\npid: host\n").given).toEqual(["net", "pid"]);
});

test.each<[string, string, string]>([
    ["an unknown key", '{"capabilties":[]}', 'capabilties: is no key of the label; did you mean "capabilities"?'],
    ["the name", '{"name":"x"}', "name: is no key of the label"],
    ["the image", '{"image":"x"}', "image: is no key of the label"],
    ["a key of services alone", '{"restart":"always"}', "restart: is no key of the label"],
    ["seccomp, which is this project's own", '{"seccomp":"default"}', "seccomp: is no key of the label"],
    ["a wrong type", '{"readonly":"yes"}', "readonly: must be true or false"],
    ["a wrong value", '{"capabilities":["CAP_FLY"]}', 'capabilities[0]: "CAP_FLY" is no capability'],
    ["a nested value", '{"runtime":{"mkdir":[1]}}', "runtime.mkdir[0]: must be a string"],
    ["a list", "[]", "must be the label, an object, not a list"],
    ["a text", "hello", "must be the label, an object"],
    ["half a label", '{"net":', "is no YAML"],
    ["a bind of nothing known", '{"binds":["x:/y"]}', "binds[0]: the source"],
    ["two documents", "net: host\n---\nnet: none", "second document"],
])("%s is an error that names image, label and key", (_, label, message) => {
    const error = caught(() => read(label));
    expect(error).toMatchObject({ code: "invalid-label", fields: { image: "linuxkit/x:v1" } });
    expect(error.message).toContain("label org.mobyproject.config of linuxkit/x:v1");
    expect(error.message).toContain(message);
});

function caught(task: () => unknown): LinuxKitError {
    try {
        task();
    } catch (error) {
        if (error instanceof LinuxKitError) {
            return error;
        }
        throw error;
    }
    throw new Error("nothing was refused");
}
