import * as pulumi from "@pulumi/pulumi";
import * as linuxkit from "../../sdk";

beforeAll(async () => {
    await pulumi.runtime.setMocks({
        newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: { ...inputs } }),
        call: ({ inputs }) => inputs as Record<string, unknown>,
    });
    objects = make();
});

const assembly = new linuxkit.Assembly({ kernel: linuxkit.debian.kernel(), init: [linuxkit.debian.base()] });
const registered: pulumi.Resource[] = [];

/** Pulumi goes on registering what was constructed. */
afterAll(() => Promise.all(registered.map(({ urn }) => new Promise((resolve) => urn.apply(resolve)))));

let objects: ReturnType<typeof make>;

function make() {
    const image = new linuxkit.Image("os", { assembly });
    const disk = new linuxkit.qemu.Disk("data", { size: "1 GB" });
    const network = new linuxkit.qemu.Network("backend", { subnet: "10.77.0.0/24" });
    registered.push(image, disk, network);
    return { image, disk, network };
}

/** What a JavaScript program gets to see. */
function problemsOf(construct: () => pulumi.Resource): readonly string[] {
    try {
        registered.push(construct());
        return [];
    } catch (error) {
        if (!(error instanceof linuxkit.LinuxKitError)) {
            throw error;
        }
        const { problems } = error.fields;
        return (problems as { path: string; reason: string }[]).map(({ path, reason }) => `${path}: ${reason}`);
    }
}

const makesImage = 'new linuxkit.Image("os", { assembly }) makes one';

test.each<[unknown, string[]]>([
    [undefined, ["assembly: is required: new linuxkit.Assembly({ ... }) makes one"]],
    [null, ["assembly: is required: new linuxkit.Assembly({ ... }) makes one"]],
    ["os", ["args: must be an object, not a string"]],
    [
        { assembly: "redis-os.yml" },
        [
            'assembly: must be a linuxkit.Assembly, not "redis-os.yml": linuxkit.Assembly.fromYaml("redis-os.yml") reads one from a YAML',
        ],
    ],
    [
        { assembly: { init: [] } },
        ["assembly: must be a linuxkit.Assembly, not an object: new linuxkit.Assembly({ ... }) makes one"],
    ],
    [{ assembly: pulumi.output({}) }, ["assembly: must be a linuxkit.Assembly itself, not an output"]],
    [
        { assembly, compresion: "fast", readyness: "console", spdx: undefined },
        [
            'compresion: is no property of an image; did you mean "compression"?',
            'readyness: is no property of an image; did you mean "readiness"?',
        ],
    ],
    [{ assembly, readiness: "runing" }, ['readiness: must be "console", "running" or { tcp: 22 }, not "runing"']],
])("an image of %j is refused with every problem", (args, problems) => {
    expect(problemsOf(() => new linuxkit.Image("os", args as linuxkit.ImageArgs))).toEqual(problems);
});

test.each<[string, (given: ReturnType<typeof make>) => unknown, string[]]>([
    ["nothing", () => undefined, [`image: is required: ${makesImage}`]],
    ["no image", () => ({}), [`image: is required: ${makesImage}`]],
    ["a reference", () => ({ image: "redis" }), [`image: must be a linuxkit.Image, not "redis": ${makesImage}`]],
    [
        "a misspelt image",
        ({ image }) => ({ imgae: image }),
        ['imgae: is no property of a machine; did you mean "image"?', `image: is required: ${makesImage}`],
    ],
    [
        "a disk itself",
        ({ image, disk }) => ({ image, disks: [disk] }),
        ["disks[0]: must be an object such as { disk: data }, not a linuxkit.qemu.Disk itself"],
    ],
    [
        "a disk and no list",
        ({ image, disk }) => ({ image, disks: { disk } }),
        ["disks: must be a plain list such as [{ disk: data }], not an object"],
    ],
    [
        "a list that is an output",
        ({ image }) => ({ image, disks: pulumi.output([]) }),
        ["disks: must be a plain list such as [{ disk: data }], not an output"],
    ],
    [
        "misspelt settings of a disk, and no disk",
        ({ image, disk }) => ({ image, disks: [{ disk, readOnly: true }, {}] }),
        [
            'disks[0].readOnly: is no property of an entry such as { disk: data }; did you mean "readonly"?',
            'disks[1].disk: is required: new linuxkit.qemu.Disk("data", { size: "1 GB" }) makes one',
        ],
    ],
    [
        "networks that are none",
        ({ image, disk, network }) => ({ image, networks: [network, { network: disk }] }),
        [
            "networks[0]: must be an object such as { network: backend }, not a linuxkit.qemu.Network itself",
            'networks[1].network: must be a linuxkit.qemu.Network, not an object: new linuxkit.qemu.Network("backend") makes one',
        ],
    ],
    ["lists that are null", ({ image }) => ({ image, disks: null, networks: null }), []],
    [
        "what it takes",
        ({ image, disk, network }) => ({ image, disks: [{ disk, readonly: true }], networks: [{ network }] }),
        [],
    ],
])("a machine of %s", (_, args, problems) => {
    const given = args(objects) as linuxkit.qemu.MachineArgs;
    expect(problemsOf(() => new linuxkit.qemu.Machine("m", given))).toEqual(problems);
});

test("a file of an image says what it lacks, and what it does not know", () => {
    const args = { formt: "tar" } as unknown as linuxkit.ImageFileArgs;
    expect(problemsOf(() => new linuxkit.ImageFile("f", args))).toEqual([
        'formt: is no property of an image file; did you mean "format"?',
        `image: is required: ${makesImage}`,
    ]);
});

test("the message says whose problems they are", () => {
    expect(() => new linuxkit.qemu.Machine("m", {} as linuxkit.qemu.MachineArgs)).toThrow(
        `the machine "m": image: is required: ${makesImage}`,
    );
    expect(() => new linuxkit.ImageFile("f", { sise: 1 } as unknown as linuxkit.ImageFileArgs)).toThrow(
        /^the image file "f" has 2 problems:\n {2}sise: .*\n {2}image: /,
    );
});
