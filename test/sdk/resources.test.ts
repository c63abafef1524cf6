import * as pulumi from "@pulumi/pulumi";
import * as linuxkit from "../../sdk";

interface Registered {
    readonly type: string;
    readonly name: string;
    readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];

beforeAll(async () => {
    const mocks: pulumi.runtime.Mocks = {
        newResource: ({ type, name, inputs }) => {
            registered.push({ type, name, inputs: inputs as Record<string, unknown> });
            return { id: `${name}-id`, state: { ...inputs, digest: "sha256:1" } };
        },
        call: ({ inputs }) => inputs as Record<string, unknown>,
    };
    await pulumi.runtime.setMocks(mocks);
});

beforeEach(() => {
    registered.length = 0;
});

const assembly = new linuxkit.Assembly({
    kernel: linuxkit.debian.kernel(),
    init: [linuxkit.debian.base()],
    files: [{ path: "/etc/token", contents: pulumi.secret("hidden") }],
});

function urnOf(resource: pulumi.Resource): Promise<string> {
    return new Promise((resolve) => {
        resource.urn.apply(resolve);
    });
}

test("an image and a machine under one parent register, each with its own URN as identity", async () => {
    const parent = new pulumi.ComponentResource("acme:index:Fleet", "fleet");
    const image = new linuxkit.Image("os", { assembly }, { parent });
    const machine = new linuxkit.qemu.Machine("m", { image }, { parent });
    const urns = await Promise.all([urnOf(image), urnOf(machine)]);
    const identities = ["os", "m"].map(
        (name) => registered.find((resource) => resource.name === name)?.inputs["identity"] as { urn: string },
    );
    expect(identities.map(({ urn }) => urn.split("::").at(-1))).toEqual(["os", "m"]);
    expect(identities.map(({ urn }) => urn)).toEqual(urns);
});

test.each([[undefined], [{}], [{ assembly: {} }]])("an image of %j says what to give it", (args) => {
    expect(() => new linuxkit.Image("os", args as unknown as linuxkit.ImageArgs)).toThrow(
        'the image "os" has no assembly: give it { assembly: new linuxkit.Assembly({ ... }) }',
    );
});

test("type tokens are those of users' state", async () => {
    const image = new linuxkit.Image("os", { assembly });
    await urnOf(new linuxkit.qemu.Machine("m", { image }));
    expect(registered.map(({ type }) => type)).toEqual([
        "pulumi-nodejs:dynamic/linuxkit:Image",
        "pulumi-nodejs:dynamic/linuxkit/qemu:Machine",
    ]);
});

test("what the handler derives is as secret as the assembly", async () => {
    const secret = new linuxkit.Image("secret", { assembly });
    const open = new linuxkit.Image("open", { assembly: assembly.without({ files: ["/etc/token"] }) });
    await Promise.all([urnOf(secret), urnOf(open)]);
    const inputsOf = (name: string) => registered.find((resource) => resource.name === name)?.inputs ?? {};
    for (const key of ["digest", "initrd", "contents", "sbom"]) {
        expect([key, JSON.stringify(inputsOf("secret")[key])]).toEqual([
            key,
            expect.stringContaining("4dabf18193072939515e22adb298388d"),
        ]);
        expect([key, JSON.stringify(inputsOf("open")[key])]).toEqual([
            key,
            expect.not.stringContaining("4dabf18193072939515e22adb298388d"),
        ]);
    }
});
