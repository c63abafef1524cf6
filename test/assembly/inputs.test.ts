import * as pulumi from "@pulumi/pulumi";
import { Assembly, debian, type ServiceArgs } from "../../sdk";
import { normalizeAssembly } from "../../sdk/assembly/normalize";
import { normalized, problemsOf, received, redis, redisArgs, withFile, withService } from "./programs";

const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Leaves of every kind, each given by `input`. */
function everyLeaf(input: (value: unknown) => never): ServiceArgs {
    return {
        name: "worker",
        image: debian.packages(input(["busybox-static"]), { suite: input("trixie") }),
        command: ["sleep", input("1d")],
        env: input(["A=b"]),
        capabilities: [input("CAP_CHOWN")],
        readonly: input(true),
        uid: input(7),
        net: input("new"),
        resources: { memory: input({ limit: "64 MB" }), pids: { limit: input(10) } },
        sysctl: { "net.core.somaxconn": input("512") },
        runtime: input({ mkdir: ["/var/x"] }),
        healthcheck: { tcp: input(80), interval: input("2s") },
        dependsOn: [input("redis")],
        stopTimeout: input("10s"),
    };
}

const later = { output: pulumi.output, secret: pulumi.secret, promise: (value: unknown) => Promise.resolve(value) };

test.each(Object.entries(later))("every leaf may be a %s, and keeps being one", (_, input) => {
    const service = everyLeaf(input as (value: unknown) => never);
    const assembly = new Assembly({ ...redisArgs, services: [redis, service] });
    const { name: _name, ...args } = service;
    const component = assembly.components["services.worker"] as typeof args;
    expect(component).toEqual(args);
    expect(component.uid).toBe(args.uid);
    expect((component.command as unknown[])[1]).toBe((args.command as unknown[])[1]);
});

test("what Pulumi resolves is what a plain declaration gives", async () => {
    const assemblies = [later.output, later.secret, (value: unknown) => value].map(
        (input) => new Assembly({ ...redisArgs, services: [redis, everyLeaf(input as (value: unknown) => never)] }),
    );
    const [output, secret, plain] = await Promise.all(assemblies.map(resolved));
    expect(plain?.problems).toEqual([]);
    expect(plain?.spec).toBeDefined();
    expect(output).toEqual(plain);
    expect(secret).toEqual(plain);
});

async function resolved({ components, order }: Assembly) {
    const values = await new Promise((resolve) => pulumi.output(components as object).apply(resolve));
    return normalizeAssembly({ components: values, order });
}

test("a wrong value is reported when it is there, with the path as the program wrote it", async () => {
    const service = { healthcheck: { tcp: pulumi.output(70_000) }, uid: pulumi.output(-1) };
    const { spec, problems } = await resolved(withService(service));
    expect(spec).toBeUndefined();
    expect(problems.map(({ path }) => path)).toEqual(["services[1].uid", "services[1].healthcheck.tcp"]);
});

test("an unknown leaf is no problem, and leaves the spec open", () => {
    const service = everyLeaf((() => unknownValue) as () => never);
    const { components, order } = received(new Assembly({ ...redisArgs, services: [redis, service] }));
    expect(normalizeAssembly({ components, order })).toEqual({ problems: [], unknown: true });
});

test("problems of what is known are reported beside an unknown leaf", () => {
    const { components, order } = received(withService({}));
    components["services.worker"] = { ...(components["services.worker"] as object), uid: unknownValue, cwd: "srv" };
    expect(normalizeAssembly({ components, order })).toMatchObject({
        problems: [{ path: "services[1].cwd" }],
        unknown: true,
    });
});

test("whether a directory is one may be known later, beside contents", () => {
    expect(() => withFile({ contents: "a", directory: pulumi.output(false) })).not.toThrow();
});

test.each([
    ["a section", { services: pulumi.output([redis]) }, "services"],
    ["an entry", { services: [pulumi.output(redis)] }, "services[0]"],
    ["a name", { services: [{ ...redis, name: pulumi.output("redis") }] }, "services[0].name"],
    ["a file's path", { files: [{ path: pulumi.output("/a"), contents: "" }] }, "files[0].path"],
])("%s must be plain", (_, changes, path) => {
    expect(problemsOf(() => new Assembly({ ...redisArgs, ...changes } as never))).toEqual([
        { path, reason: expect.stringContaining("output") as string },
    ]);
});

describe("a value that may be a secret is not in a message", () => {
    const secret = "hunter2\0";
    const services: readonly (readonly [string, object])[] = [
        ["command", { command: ["sleep", secret] }],
        ["env", { env: [secret] }],
        ["healthcheck.http", { healthcheck: { http: secret } }],
        ["healthcheck.command", { healthcheck: { command: [secret] } }],
        ["a mirror's URL", { image: debian.packages(["a1"], { mirror: `ftp://user:${secret}@mirror` }) }],
        [
            "a repository's key",
            { image: debian.packages(["a1"], { repositories: [{ url: "http://a", suite: "b", key: secret }] }) },
        ],
    ];

    test.each(services)("%s", (_, service) => {
        const problems = problemsOf(() => withService(service));
        expect(problems).toHaveLength(1);
        expect(JSON.stringify(problems)).not.toContain("hunter2");
    });

    test("contents", () => {
        const problems = problemsOf(() => withFile({ contents: "hunter2", encoding: "base64" }));
        expect(problems).toHaveLength(1);
        expect(JSON.stringify(problems)).not.toContain("hunter2");
    });
});

test("a secret's neighbours stay leaves of their own", () => {
    const password = pulumi.secret("hunter2");
    const assembly = new Assembly({
        ...redisArgs,
        files: [
            { path: "etc/password", contents: password },
            { path: "etc/motd", contents: "hello" },
        ],
    });
    expect(assembly.components["files"]).toEqual({
        "/etc/password": { contents: password },
        "/etc/motd": { contents: "hello" },
    });
    expect(assembly.order.slice(-2)).toEqual(["files./etc/password", "files./etc/motd"]);
});

test("what crossed to a provider is what was declared", () => {
    expect(normalized(new Assembly(redisArgs)).problems).toEqual([]);
});
