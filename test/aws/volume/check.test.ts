import { unknownValue } from "../../../sdk/assembly/inputs";
import type { Properties } from "../../../providers/lifecycle/handler";
import { declared, World } from "./support/world";

const world = new World();
afterAll(() => world.close());

async function failures(changes: Properties, olds: Properties = {}): Promise<readonly string[]> {
    const answer = await world.handler().check(olds, declared(changes));
    return answer.failures.map(({ property, reason }) => `${property}: ${reason}`);
}

test("a preview knows the region, the size, the type's performance and the tags", async () => {
    const { inputs, failures: none } = await world
        .handler()
        .check({}, declared({ size: "10.5 GB", defaultTags: { cost: "1", team: "all" }, tags: { team: "storage" } }));
    expect(none).toEqual([]);
    expect(inputs).toMatchObject({
        region: "eu-central-1",
        sizeGiB: 11,
        type: "gp3",
        iops: 3000,
        throughput: 125,
        encrypted: false,
        tagsAll: { Name: "data", cost: "1", team: "storage" },
    });
});

test.each([
    ["us-west-2-lax-1a", "us-west-2"],
    ["us-gov-west-1b", "us-gov-west-1"],
    ["us-east-1-wl1-bos-wlz-1", "us-east-1"],
])("the zone %s is of %s", async (availabilityZone, region) => {
    expect((await world.handler().check({}, declared({ availabilityZone }))).inputs).toMatchObject({ region });
});

test("what is not known yet is not a problem", async () => {
    const unknown = { availabilityZone: unknownValue, size: unknownValue, type: unknownValue, iops: unknownValue };
    expect(await failures({ ...unknown, kmsKey: unknownValue, snapshot: unknownValue })).toEqual([]);
    expect(await failures({ type: "io2", iops: unknownValue })).toEqual([]);
});

const key = (region: string): string => `arn:aws:kms:${region}:111111111111:key/1`;

test.each<[Properties, string]>([
    [{ availabilityZone: undefined }, "availabilityZone: is missing: say where it is"],
    [{ availabilityZone: "eu-central-1" }, 'availabilityZone: "eu-central-1" is not the name of an availability zone'],
    [{ availabilityZone: "euc1-az1" }, 'availabilityZone: "euc1-az1" is not the name'],
    [{ size: undefined }, "size: is missing: say how large it is"],
    [{ size: "20 TB" }, "size: "],
    [{ size: "65537 GB" }, 'size: "65537 GB" is more than the 64 TiB'],
    [{ size: "2048 GB", type: "standard" }, "size: 2048 GiB is not from 1 to 1024, which standard can have"],
    [{ size: "100 GB", type: "st1" }, "size: 100 GiB is not from 125 to 16384, which st1 can have"],
    [{ type: "gp4" }, 'type: "gp4" is not one of "gp3", "gp2"'],
    [{ type: "io2" }, "iops: is missing: io2 has none by default"],
    [{ type: "gp2", iops: 3000 }, "iops: cannot be said of gp2"],
    [{ iops: 100 }, "iops: 100 IOPS is not from 3000 to 80000, which gp3 can have"],
    [{ iops: 3000.5 }, "iops: 3000.5 is not a whole number"],
    [{ iops: 20_000 }, "iops: 20000 is more than the 10000 that gp3 of 20 GiB can have (500 a GiB)"],
    [{ type: "io1", iops: 2000 }, "iops: 2000 is more than the 1000 that io1 of 20 GiB can have (50 a GiB)"],
    [{ throughput: 1000 }, "throughput: 1000 MiB/s needs 4000 IOPS, four for each, and there are 3000"],
    [{ throughput: 100 }, "throughput: 100 MiB/s is not from 125 to 2000"],
    [{ encrypted: "yes" }, 'encrypted: "yes" is not true or false'],
    [{ encrypted: false, kmsKey: key("eu-central-1") }, "encrypted: is false, and there is a kmsKey"],
    [{ kmsKey: key("us-east-1") }, "kmsKey: the key is in us-east-1, and the volume in eu-central-1"],
    [{ snapshot: "ami-1" }, 'snapshot: "ami-1" is not the id of a snapshot'],
    [{ adopt: { id: "i-1" } }, "adopt: this names no volume"],
    [{ finalSnapshot: 1 }, "finalSnapshot: 1 is not true or false"],
    [{ tags: { "aws:x": "y" } }, "tags.aws:x: is AWS's own"],
    [{ timeouts: { update: "1m" } }, "timeouts.update: no such property"],
    [{ volumeType: "gp3" }, "volumeType: no such property"],
])("%j is refused", async (changes, reason) => {
    expect(await failures(changes)).toEqual([expect.stringContaining(reason)]);
});

test("a volume is not made smaller, and one that is another may have any size", async () => {
    const { inputs: olds } = await world.handler().check({}, declared());
    expect(await failures({ size: "10 GB" }, olds)).toEqual([
        expect.stringMatching(
            /^size: "10 GB" is less than the "20 GB" that the volume has, and AWS cannot make one small/,
        ),
    ]);
    expect(await failures({ size: "19.5 GB" }, olds)).toEqual([]);
    expect(await failures({ size: "10 GB", availabilityZone: "eu-central-1b" }, olds)).toEqual([]);
});
