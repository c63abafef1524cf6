import { VolumeWants } from "../../../providers/aws/volume/wants";
import type { Properties } from "../../../providers/lifecycle/handler";
import { unknownValue } from "../../../sdk/assembly/inputs";
import { Fault } from "../support/fault";
import { declared, identity, World } from "./support/world";

let world: World;

beforeEach(() => {
    world = new World();
});
afterEach(() => world.close());

const image = (changes: Properties = {}): Properties => ({
    digest: `sha256:${"0".repeat(64)}`,
    architecture: "amd64",
    components: { "init.base": { name: "base", image: { type: "debian", role: "base" } } },
    ...changes,
});
const upstream = image({
    components: {
        "onboot.metadata": { name: "metadata", image: "linuxkit/metadata:4f81c0c3a2b245567fd7d32d799018c9614a9907" },
    },
});

test.each<[string, Properties, string, RegExp]>([
    ["no AMI", { ami: undefined }, "ami", /is missing/],
    ["what is no AMI", { ami: "i-0123456789abcdef0" }, "ami", /is not the id of an AMI such as/],
    ["no type", { instanceType: undefined }, "instanceType", /is missing/],
    ["what is no type", { instanceType: "large" }, "instanceType", /is not an instance type such as "t3.micro"/],
    ["an unknown property", { instancetype: "t3.micro" }, "instancetype", /did you mean "instanceType"/],
    ["a zone for a region", { region: "eu-central-1a" }, "region", /is not a region such as/],
    ["a subnet's name", { subnetId: "inside" }, "subnetId", /is not the id of a subnet/],
    [
        "a group's name",
        { vpcSecurityGroupIds: ["sg-12345678", "web"] },
        "vpcSecurityGroupIds[1]",
        /is not the id of a sec/,
    ],
    ["one group", { vpcSecurityGroupIds: "sg-12345678" }, "vpcSecurityGroupIds", /is not a list/],
    ["no groups", { vpcSecurityGroupIds: [] }, "vpcSecurityGroupIds", /is an empty list: leave it out/],
    ["text for a flag", { associatePublicIpAddress: "yes" }, "associatePublicIpAddress", /is not true or false/],
    ["an empty key", { keyName: "" }, "keyName", /is not the name of a key pair/],
    [
        "a role's ARN",
        { iamInstanceProfile: "arn:aws:iam::1:role/x" },
        "iamInstanceProfile",
        /ARN of an instance profile/,
    ],
    [
        "another region's zone",
        { availabilityZone: "us-east-1a" },
        "availabilityZone",
        /"us-east-1a" is not in "eu-central-1"/,
    ],
    [
        "a region for a zone",
        { availabilityZone: "eu-central-1" },
        "availabilityZone",
        /is not an availability zone such/,
    ],
    ["another tenancy", { tenancy: "shared" }, "tenancy", /is not one of "default", "dedicated", "host"/],
    ["a number for a price", { spot: { maxPrice: 0.01 } }, "spot", /this is neither true nor { maxPrice: "0.01" }/],
    [
        "a protected spot instance",
        { spot: true, disableApiTermination: true },
        "disableApiTermination",
        /cannot protect a spot/,
    ],
    ["spot on a host", { spot: true, tenancy: "host" }, "tenancy", /no spot instances on dedicated hosts/],
    [
        "user data of 17 KB",
        { userData: "x".repeat(17_000) },
        "userData",
        /17000 bytes long, and a machine can be told 16384/,
    ],
    ["another readiness", { readiness: { udp: 53 } }, "readiness", /is not "console", "running" or { tcp: 22 }/],
    ["a port that is none", { readiness: { tcp: 70_000 } }, "readiness", /is not "console"/],
    [
        "no volume",
        { volumes: [{ id: "data" }] },
        "volumes[0].volume",
        /is not the id of a volume: give it a linuxkit.aws/,
    ],
    ["one volume", { volumes: { id: "vol-12345678" } }, "volumes", /is not a list such as/],
    [
        "a volume twice",
        { volumes: [{ id: "vol-12345678" }, { id: "vol-12345678" }] },
        "volumes[1].volume",
        /is there twice/,
    ],
    [
        "the root's device",
        { volumes: [{ id: "vol-12345678", device: "/dev/sda" }] },
        "volumes[0].device",
        /such as "\/dev\/sdf"/,
    ],
    ["a tag of ours", { tags: { "linuxkit-boot": "x" } }, "tags.linuxkit-boot", /is this project's own/],
    ["a time-out of nothing", { timeouts: { read: "1m" } }, "timeouts.read", /no such property/],
    ["a time-out without unit", { timeouts: { update: "30" } }, "timeouts.update", /is not a length of time/],
    [
        "another architecture",
        { image: image(), instanceType: "t4g.micro" },
        "instanceType",
        /t4g, which is arm64, .* for amd64/,
    ],
    ["an agent of IMDSv1", { image: upstream }, "ami", /linuxkit\/metadata:\w+ speaks version 1 .* use metadata\(\)/],
])("%s is refused with the property's path", async (_, changes, property, reason) => {
    const { failures } = await world.handler().check({}, declared(changes));
    expect(failures).toEqual([{ property, reason: expect.stringMatching(reason) }]);
});

test("defaults are filled in, and a preview knows them", async () => {
    const { inputs, failures } = await world.handler().check({}, declared({ region: undefined, readiness: undefined }));
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({
        region: "eu-west-1",
        status: "running",
        httpTokens: "required",
        disableApiTermination: false,
        volumes: [],
        tagsAll: { Name: "redis" },
    });
    expect(inputs).not.toHaveProperty("declared");
});

test("devices are given in the order of the list, around those that are named", async () => {
    const ids = ["vol-11111111", "vol-22222222", "vol-33333333"];
    const volumes = [{ id: ids[0] }, { id: ids[1], device: "/dev/sdf" }, { id: ids[2] }];
    const { inputs } = await world.handler().check({}, declared({ volumes }));
    expect(inputs["volumes"]).toEqual([
        { id: ids[0], device: "/dev/sdg" },
        { id: ids[1], device: "/dev/sdf" },
        { id: ids[2], device: "/dev/sdh" },
    ]);
});

test("two instances that want one volume are told of each other", async () => {
    const handler = world.handler(new Fault(), { wants: new VolumeWants() });
    const volumes = [{ id: "vol-11111111" }];
    expect((await handler.check({}, declared({ volumes, declared: 2 }))).failures).toEqual([]);
    const other = declared({ volumes, declared: 2, identity: identity("cache") });
    expect((await handler.check({}, other)).failures).toEqual([
        { property: "volumes[0].volume", reason: expect.stringMatching(/the instance "redis" has the volume .* too/) },
    ]);
});

test("what is known only at up passes; an AMI that is not known yet replaces the instance", async () => {
    await world.up(declared());
    const { id, inputs, outs } = world.state as NonNullable<typeof world.state>;
    const news = {
        ami: unknownValue,
        subnetId: unknownValue,
        vpcSecurityGroupIds: [unknownValue],
        tags: { team: unknownValue },
        volumes: [{ id: unknownValue }],
        image: image({ digest: unknownValue }),
    };
    const checked = await world.handler().check(inputs, declared(news));
    expect(checked.failures).toEqual([]);
    expect(await world.handler().diff(id, outs, checked.inputs)).toMatchObject({ replaces: ["ami", "subnetId"] });
    const groups = await world.handler().check(inputs, declared({ vpcSecurityGroupIds: unknownValue }));
    expect(groups.failures).toEqual([]);
});

test("a kernel without a driver for the type's family is refused in the preview, and at up before the launch", async () => {
    const drivers = { BLK_DEV_NVME: "module", ENA_ETHERNET: "left-out" } as const;
    const findKernel = () => Promise.resolve({ name: "linux-image", needs: [], drivers });
    const handler = world.handler(new Fault(), { findKernel });
    const { failures } = await handler.check({}, declared({ image: image() }));
    expect(failures).toEqual([
        {
            property: "instanceType",
            reason: expect.stringMatching(/of the family t3 \(Nitro\) .* CONFIG_ENA_ETHERNET/),
        },
    ]);
    const { inputs } = await world.handler().check({}, declared({ image: image() }));
    await expect(handler.create(inputs)).rejects.toMatchObject({ code: "KernelDriver" });
    expect(world.cloud.log).not.toContain("runInstance");
});

test("an image's readiness counts where the instance declares none", async () => {
    const tcp = image({ readiness: { tcp: 22 } });
    const asked: number[] = [];
    const connects = (_: string, port: number): Promise<boolean> => Promise.resolve(asked.push(port) > 0);
    await world.up(
        declared({ readiness: undefined, image: tcp }),
        new Fault(),
        world.handler(new Fault(), { connects }),
    );
    expect(asked).toEqual([22]);
});

test("a state that lacks what came since previews as a change, and no crash", async () => {
    await world.up(declared());
    const { id, outs } = world.state as NonNullable<typeof world.state>;
    const { tagsAll: _, volumes: __, httpTokens: ___, disableApiTermination: ____, ...older } = outs;
    const { inputs } = await world.handler().check(older, declared());
    expect(await world.handler().diff(id, older, inputs)).toMatchObject({ changes: true, replaces: [] });
    expect((await world.handler().read(id, older)).id).toBe(id);
});
