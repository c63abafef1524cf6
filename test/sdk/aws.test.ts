import * as pulumi from "@pulumi/pulumi";
import * as linuxkit from "../../sdk";

interface Registered {
    readonly type: string;
    readonly name: string;
    readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];

beforeAll(async () => {
    await pulumi.runtime.setMocks({
        newResource: ({ type, name, inputs }) => {
            registered.push({ type, name, inputs: inputs as Record<string, unknown> });
            return { id: `${name}-id`, state: { ...inputs } };
        },
        call: ({ inputs }) => inputs as Record<string, unknown>,
    });
});

beforeEach(() => {
    registered.length = 0;
});
afterEach(() => pulumi.runtime.setAllConfig({}));

const assembly = new linuxkit.Assembly({
    kernel: linuxkit.debian.kernel(),
    init: [linuxkit.debian.base()],
    files: [{ path: "/etc/token", contents: pulumi.secret("hidden") }],
});
const os = (): linuxkit.Image => new linuxkit.Image("os", { assembly: assembly.without({ files: ["/etc/token"] }) });

function urnOf(resource: pulumi.Resource): Promise<string> {
    return new Promise((resolve) => {
        resource.urn.apply(resolve);
    });
}

function inputsOf(name: string): Record<string, unknown> {
    const ofAws = registered.filter(({ type }) => type.includes("aws:"));
    return ofAws.find((resource) => resource.name === name)?.inputs ?? {};
}

test("an image registers with its token, its identity, and the stack's configuration", async () => {
    pulumi.runtime.setAllConfig({
        "aws:region": "eu-central-1",
        "aws:profile": "shop",
        "aws:assumeRole": JSON.stringify({ roleArn: "arn:aws:iam::111111111111:role/deploy", duration: "1h30m" }),
        "aws:defaultTags": JSON.stringify({ tags: { team: "storage" } }),
        "aws:endpoints": JSON.stringify([{ ec2: "http://127.0.0.1:1", ebs: "http://127.0.0.1:2", s3: "http://x" }]),
    });
    const image = new linuxkit.aws.Image("redis-os", { image: os(), tags: { cost: "1" } });
    const urn = await urnOf(image);
    expect(registered.at(-1)?.type).toBe("pulumi-nodejs:dynamic/linuxkit/aws:Image");
    expect(inputsOf("redis-os")).toMatchObject({
        identity: { urn },
        region: "eu-central-1",
        defaultTags: { team: "storage" },
        tags: { cost: "1" },
        connection: {
            profile: "shop",
            assumeRoles: [{ roleArn: "arn:aws:iam::111111111111:role/deploy", durationSeconds: 5400 }],
            endpoints: { ec2: "http://127.0.0.1:1", ebs: "http://127.0.0.1:2" },
        },
    });
});

test("a region of the resource goes before that of the configuration", async () => {
    pulumi.runtime.setAllConfig({ "aws:region": "eu-central-1" });
    await urnOf(new linuxkit.aws.Image("redis-os", { image: os(), region: "us-east-1" }));
    expect(inputsOf("redis-os")).toMatchObject({ region: "us-east-1", connection: {} });
});

test.each(["accessKey", "secretKey", "token"])(
    "aws:%s of the configuration is refused: it would be in state",
    (key) => {
        pulumi.runtime.setAllConfig({ [`aws:${key}`]: "AKIA" });
        expect(() => new linuxkit.aws.Image("redis-os", { image: os() })).toThrow(
            `aws:${key} in the stack's configuration is not for linuxkit.aws, which would have to keep it in state`,
        );
    },
);

test.each([
    [{ roleArn: "arn:aws:iam::111111111111:role/deploy", policy: "{}" }, "policy"],
    [{ roleArn: "arn:aws:iam::111111111111:role/deploy", duration: "long" }, "duration"],
    [{ sessionName: "x" }, "roleArn"],
])("the role %j is refused for its %s: nothing of it is left out", (role, key) => {
    pulumi.runtime.setAllConfig({ "aws:assumeRole": JSON.stringify(role) });
    expect(() => new linuxkit.aws.Image("redis-os", { image: os() })).toThrow(`aws:assumeRole: ${key} is not what`);
});

test("the digest is as secret as the image", async () => {
    await urnOf(new linuxkit.aws.Image("secret", { image: new linuxkit.Image("secret-os", { assembly }) }));
    await urnOf(new linuxkit.aws.Image("open", { image: os() }));
    const secretMark = "4dabf18193072939515e22adb298388d";
    expect(JSON.stringify(inputsOf("secret")["digest"])).toContain(secretMark);
    expect(JSON.stringify(inputsOf("open")["digest"])).not.toContain(secretMark);
});

test("images of several regions are one resource each, and give their ids by region", async () => {
    const images = new linuxkit.aws.RegionalImages("redis-os", {
        image: os(),
        regions: ["eu-central-1", "us-east-1"],
        kmsKeys: { "us-east-1": "arn:aws:kms:us-east-1:111111111111:key/a" },
        tags: { team: "storage" },
    });
    const ids = await new Promise((resolve) => {
        images.ids.apply(resolve);
    });
    expect(ids).toEqual({ "eu-central-1": "redis-os-eu-central-1-id", "us-east-1": "redis-os-us-east-1-id" });
    expect(inputsOf("redis-os-us-east-1")).toMatchObject({
        region: "us-east-1",
        kmsKey: "arn:aws:kms:us-east-1:111111111111:key/a",
        tags: { team: "storage" },
    });
    expect(inputsOf("redis-os-eu-central-1")).not.toHaveProperty("kmsKey");
    expect(await urnOf(images.in("us-east-1"))).toContain("linuxkit:aws:RegionalImages$");
    expect(() => images.in("us-west-1")).toThrow('in("us-west-1"): regions are eu-central-1, us-east-1');
});

test("images of several regions can be copies of one of them, with a key each, and depend on it", async () => {
    const images = new linuxkit.aws.RegionalImages("redis-os", {
        image: os(),
        regions: ["us-east-1", "eu-central-1"],
        copyFrom: "eu-central-1",
        kmsKeys: { "us-east-1": "arn:aws:kms:us-east-1:111111111111:key/a" },
        bootMode: "uefi",
    });
    await urnOf(images.in("us-east-1"));
    expect(inputsOf("redis-os-eu-central-1")).not.toHaveProperty("copyOf");
    expect(inputsOf("redis-os-us-east-1")).toMatchObject({
        copyOf: { id: "redis-os-eu-central-1-id", region: "eu-central-1", bootMode: "uefi" },
        kmsKey: "arn:aws:kms:us-east-1:111111111111:key/a",
    });
    expect(Object.keys(images.images)).toEqual(["us-east-1", "eu-central-1"]);
});

test.each<[readonly string[], Partial<linuxkit.aws.RegionalImagesArgs>]>([
    [[], {}],
    [["us-east-1", "us-east-1"], {}],
    [["us-east-1"], { kmsKeys: { "us-west-1": "arn" } }],
    [["us-east-1"], { copyFrom: "us-west-1" }],
])("regions %j with %j are refused", (regions, others) => {
    expect(() => new linuxkit.aws.RegionalImages("bad", { image: os(), regions, ...others })).toThrow(
        /the images "bad": /,
    );
});

test("what an AMI was made from is no property of it: an exported one would print it twice", () => {
    const ami = new linuxkit.aws.Image("exported", { image: os() });
    expect(Object.keys(ami)).not.toContain("bootable");
    expect(Object.keys(ami.bootable.components)).toEqual(["kernel", "init.base"]);
});

test.each<[string, () => object, string]>([
    ["nothing", () => ({}), "image: is required"],
    ["an assembly", () => ({ image: assembly }), "image: must be a linuxkit.Image, not an object"],
    [
        "the id of what is copied",
        () => ({ image: os(), copyOf: "ami-1" }),
        'copyOf: must be a linuxkit.aws.Image, not "ami-1"',
    ],
    [
        "an image for an AMI",
        () => ({ image: os(), copyOf: os() }),
        "copyOf: must be a linuxkit.aws.Image, not an object",
    ],
])("an AMI of %s is refused with the property, and no stack trace", (_, args, message) => {
    const construct = (): unknown => new linuxkit.aws.Image("wrong", args() as linuxkit.aws.ImageArgs);
    expect(construct).toThrow(linuxkit.LinuxKitError);
    expect(construct).toThrow(`the ami "wrong": ${message}`);
});

test.each([undefined, { regions: "eu-central-1" }])("images of the regions of %j are refused", (given) => {
    const construct = (): unknown =>
        new linuxkit.aws.RegionalImages("wrong", given as unknown as linuxkit.aws.RegionalImagesArgs);
    expect(construct).toThrow(linuxkit.LinuxKitError);
    expect(construct).toThrow("regions must be a plain list");
});
