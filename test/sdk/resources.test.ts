import * as pulumi from "@pulumi/pulumi";
import * as linuxkit from "../../sdk";

interface Registered {
    readonly type: string;
    readonly name: string;
    readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];

/** What the handler of a file gives. */
function written(type: string): object {
    const record = { path: "build/os.iso", sizeBytes: 3, sha256: "abc" };
    return type.endsWith(":ImageFile") ? { files: { iso: record }, sizeBytes: 3, sha256: "abc" } : {};
}

beforeAll(async () => {
    const mocks: pulumi.runtime.Mocks = {
        newResource: ({ type, name, inputs }) => {
            registered.push({ type, name, inputs: inputs as Record<string, unknown> });
            return { id: `${name}-id`, state: { ...inputs, digest: "sha256:1", ...written(type) } };
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

test("an exported image, whose own properties Pulumi prints, has each component once", () => {
    const image = new linuxkit.Image("os", { assembly });
    expect(Object.keys(image)).toContain("init.base");
    expect(Object.keys(image)).not.toContain("bootable");
    expect(Object.keys(image.bootable.components)).toEqual(["kernel", "init.base", "files"]);
});

test("a machine with disks says which machines the program declares, later ones too", async () => {
    const image = new linuxkit.Image("os", { assembly });
    const disk = new linuxkit.qemu.Disk("d", { size: "1 GB" });
    const first = new linuxkit.qemu.Machine("first", { image, disks: [{ disk }] });
    const last = new linuxkit.qemu.Machine("last", { image });
    await Promise.all([urnOf(first), urnOf(last)]);
    const inputs = (name: string) => registered.find((resource) => resource.name === name)?.inputs;
    expect(inputs("first")?.["declared"]).toEqual(expect.arrayContaining(["first", "last"]));
    expect(inputs("last")).not.toHaveProperty("declared");
});

test("type tokens are those of users' state", async () => {
    const image = new linuxkit.Image("os", { assembly });
    await urnOf(new linuxkit.qemu.Machine("m", { image }));
    await urnOf(new linuxkit.qemu.Disk("d", { size: "1 GB" }));
    await urnOf(new linuxkit.ImageFile("f", { image, format: "iso-bios", path: "os.iso" }));
    expect(registered.map(({ type }) => type)).toEqual([
        "pulumi-nodejs:dynamic/linuxkit:Image",
        "pulumi-nodejs:dynamic/linuxkit/qemu:Machine",
        "pulumi-nodejs:dynamic/linuxkit/qemu:Disk",
        "pulumi-nodejs:dynamic/linuxkit:ImageFile",
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

test("a file of an image is given the image, and tells what was written", async () => {
    const image = new linuxkit.Image("os", { assembly: assembly.without({ files: ["/etc/token"] }), spdx: true });
    const file = new linuxkit.ImageFile("iso", { image, format: "iso-bios", path: "build/os.iso" });
    const outputs = await new Promise((resolve) => {
        pulumi.all([file.path, file.digest, file.sha256, file.sizeBytes, file.files]).apply(resolve);
    });
    const record = { path: "build/os.iso", sizeBytes: 3, sha256: "abc" };
    expect(outputs).toEqual(["build/os.iso", "sha256:1", "abc", 3, { iso: record }]);
    const inputs = registered.find(({ name }) => name === "iso")?.inputs;
    expect(inputs).toMatchObject({
        image: { digest: "sha256:1", architecture: "amd64" },
        format: "iso-bios",
        spdx: true,
    });
    expect(inputs?.["identity"]).toMatchObject({ urn: await urnOf(file) });
});

test("what the handler derives of a file is as secret as its image", async () => {
    const image = new linuxkit.Image("os", { assembly });
    const file = new linuxkit.ImageFile("secret", { image, format: "tar", path: "os.tar" });
    await urnOf(file);
    const inputs = registered.find(({ name }) => name === "secret")?.inputs ?? {};
    for (const key of ["digest", "sha256", "sizeBytes", "files", "written"]) {
        expect([key, JSON.stringify(inputs[key])]).toEqual([
            key,
            expect.stringContaining("4dabf18193072939515e22adb298388d"),
        ]);
    }
});

test("an image's readiness is known to whoever launches it", async () => {
    const open = assembly.without({ files: ["/etc/token"] });
    const readiness = pulumi.output(6379).apply((tcp) => ({ tcp }));
    await urnOf(new linuxkit.qemu.Machine("a", { image: new linuxkit.Image("given", { assembly: open, readiness }) }));
    await urnOf(new linuxkit.qemu.Machine("b", { image: new linuxkit.Image("plain", { assembly: open }) }));
    const launched = ["a", "b"].map((name) => registered.find((resource) => resource.name === name)?.inputs["image"]);
    expect(launched).toMatchObject([{ readiness: { tcp: 6379 } }, { readiness: "console" }]);
});
