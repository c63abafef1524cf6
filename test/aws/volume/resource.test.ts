import * as pulumi from "@pulumi/pulumi";
import * as linuxkit from "../../../sdk";

const registered: { readonly type: string; readonly inputs: Record<string, unknown> }[] = [];

beforeAll(async () => {
    await pulumi.runtime.setMocks({
        newResource: ({ type, name, inputs }) => {
            registered.push({ type, inputs: inputs as Record<string, unknown> });
            return { id: `${name}-id`, state: { ...inputs } };
        },
        call: ({ inputs }) => inputs as Record<string, unknown>,
    });
});
afterEach(() => pulumi.runtime.setAllConfig({}));

test("a volume registers with its token and its identity, and its zone counts, not the region of the configuration", async () => {
    pulumi.runtime.setAllConfig({
        "aws:region": "us-east-1",
        "aws:profile": "shop",
        "aws:defaultTags": JSON.stringify({ tags: { team: "storage" } }),
    });
    const volume = new linuxkit.aws.Volume("data", { availabilityZone: "eu-central-1a", size: "20 GB" });
    const urn = await new Promise((resolve) => {
        volume.urn.apply(resolve);
    });
    const [{ type, inputs }] = registered as [(typeof registered)[0]];
    expect(type).toBe("pulumi-nodejs:dynamic/linuxkit/aws:Volume");
    expect(inputs).toMatchObject({
        identity: { urn },
        availabilityZone: "eu-central-1a",
        size: "20 GB",
        defaultTags: { team: "storage" },
        connection: { profile: "shop" },
    });
    expect(inputs["region"]).toBeUndefined();
});
