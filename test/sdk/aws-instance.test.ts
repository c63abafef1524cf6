import * as pulumi from "@pulumi/pulumi";
import * as linuxkit from "../../sdk";

const registered: { readonly type: string; readonly name: string; readonly inputs: Record<string, unknown> }[] = [];

beforeAll(async () => {
    await pulumi.runtime.setMocks({
        newResource: ({ type, name, inputs }) => {
            registered.push({ type, name, inputs: inputs as Record<string, unknown> });
            return { id: `${name}-id`, state: { ...inputs } };
        },
        call: ({ inputs }) => inputs as Record<string, unknown>,
    });
    pulumi.runtime.setAllConfig({ "aws:region": "eu-central-1" });
});
afterAll(() => pulumi.runtime.setAllConfig({}));

const assembly = new linuxkit.Assembly({ kernel: linuxkit.debian.kernel(), init: [linuxkit.debian.base()] });

function urnOf(resource: pulumi.Resource): Promise<string> {
    return new Promise((resolve) => {
        resource.urn.apply(resolve);
    });
}

const inputsOf = (name: string): Record<string, unknown> | undefined =>
    registered.find((resource) => resource.name === name && resource.type.endsWith("aws:Instance"))?.inputs;

test("an instance of an image of ours registers with its AMI and what that was made from", async () => {
    const os = new linuxkit.Image("os", { assembly });
    const ami = new linuxkit.aws.Image("os", { image: os });
    const volume = new linuxkit.aws.Volume("data", { availabilityZone: "eu-central-1a", size: "1 GB" });
    const volumes = [{ volume }, { volume: "vol-12345678", device: "/dev/sdq" }];
    const redis = new linuxkit.aws.Instance("redis", { ami, instanceType: "t3.micro", volumes, userData: "hello" });
    const other = new linuxkit.aws.Instance("other", { ami: "ami-12345678", instanceType: "t3.micro" });
    const [urn] = await Promise.all([urnOf(redis), urnOf(other)]);
    expect(registered.at(-1)?.type).toBe("pulumi-nodejs:dynamic/linuxkit/aws:Instance");
    expect(inputsOf("redis")).toMatchObject({
        ami: "os-id",
        image: { architecture: "amd64", readiness: "console", components: { "init.base": expect.anything() } },
        volumes: [{ id: "data-id" }, { id: "vol-12345678", device: "/dev/sdq" }],
        userData: "hello",
        region: "eu-central-1",
        identity: { urn },
        declared: 2,
    });
    expect(inputsOf("other")).toMatchObject({ ami: "ami-12345678", declared: 2 });
    expect(inputsOf("other")).not.toHaveProperty("image");
});

test("outputs are taken where ids are", async () => {
    const ami = pulumi.output("ami-87654321");
    const volumes = [{ volume: pulumi.output("vol-87654321") }];
    await urnOf(new linuxkit.aws.Instance("outputs", { ami, instanceType: pulumi.output("t3.micro"), volumes }));
    expect(inputsOf("outputs")).toMatchObject({ ami: "ami-87654321", volumes: [{ id: "vol-87654321" }] });
});

test.each<[string, (os: linuxkit.Image, data: linuxkit.aws.Volume) => object, RegExp]>([
    ["nothing", () => ({}), /has 2 problems:\n {2}ami: is required: .*\n {2}instanceType: is required/],
    [
        "an image that is no AMI",
        (os) => ({ ami: os, instanceType: "t3.micro" }),
        /ami: must be a linuxkit.aws.Image or the id of an AMI, not an object: .* makes an AMI of a linuxkit.Image/,
    ],
    ["a number", () => ({ ami: 1, instanceType: "t3.micro" }), /ami: must be a linuxkit.aws.Image or .* not a number/],
    [
        "an unknown property",
        () => ({ ami: "ami-1", instanceType: "t3.micro", securityGroups: [] }),
        /securityGroups: is no property of an instance; did you mean "vpcSecurityGroupIds"/,
    ],
    [
        "a volume itself",
        (_, data) => ({ ami: "ami-1", instanceType: "t3.micro", volumes: [data] }),
        /volumes\[0\]: must be an object such as { volume: data }, not a volume itself/,
    ],
    [
        "an output of volumes",
        () => ({ ami: "ami-1", instanceType: "t3.micro", volumes: pulumi.output([]) }),
        /volumes: must be a plain list .* not an output/,
    ],
    [
        "an entry without one",
        () => ({ ami: "ami-1", instanceType: "t3.micro", volumes: [{ disk: "vol-1" }] }),
        /volumes\[0\]\.disk: is no property of an entry .*\n {2}volumes\[0\]\.volume: is required/,
    ],
])("%s is refused by the constructor", (_, argsOf, reason) => {
    const os = new linuxkit.Image(`os-${_}`, { assembly });
    const data = new linuxkit.aws.Volume(`data-${_}`, { availabilityZone: "eu-central-1a", size: "1 GB" });
    const args = argsOf(os, data) as linuxkit.aws.InstanceArgs;
    expect(() => new linuxkit.aws.Instance("refused", args)).toThrow(reason);
});
