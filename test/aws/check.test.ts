import { unknownValue } from "../../sdk/assembly/inputs";
import type { Properties } from "../../providers/lifecycle/handler";
import { declared, image, World } from "./support/world";

let world: World;

beforeEach(() => {
    world = new World();
});
afterEach(() => world.close());

const arm = { ...image({ 0: 1 }), architecture: "arm64" };
const withAgent = (source: unknown): Properties => ({
    ...image({ 0: 1 }),
    components: { "onboot.metadata": { name: "metadata", image: source } },
});
const upstream = withAgent("linuxkit/metadata:4f81c0c3a2b245567fd7d32d799018c9614a9907");
const ours = withAgent({ type: "debian", role: "rootfs", packages: ["jq"], component: "metadata" });

test.each<[string, Properties, string, RegExp]>([
    ["no image", { image: undefined }, "image", /is missing/],
    ["what is no image", { image: "os" }, "image", /this is not an image/],
    ["an unknown property", { colour: 1 }, "colour", /no such property; did you mean/],
    ["a short name", { name: "os" }, "name", /"os" is not a name of an AMI/],
    ["a name with a colon", { name: "redis:7" }, "name", /is not a name of an AMI/],
    ["a zone", { region: "eu-central-1a" }, "region", /is not a region such as/],
    ["an empty description", { description: "" }, "description", /1 to 255/],
    ["another boot mode", { bootMode: "bios" }, "bootMode", /is not one of "legacy-bios", "uefi", "uefi-preferred"/],
    ["a BIOS for arm64", { image: arm, bootMode: "legacy-bios" }, "bootMode", /the image is for arm64/],
    ["a TPM without UEFI", { tpmSupport: "v2.0" }, "tpmSupport", /a TPM needs bootMode: "uefi"/],
    ["IMDSv2 alone with an agent of v1", { image: upstream, imdsSupport: "v2.0" }, "imdsSupport", /speaks version 1/],
    ["a number for a size", { size: 3 }, "size", /3/],
    ["a size of 100 TB", { size: "100000 GB" }, "size", /more than the 64 TiB/],
    ["a key's alias", { kmsKey: "alias/os" }, "kmsKey", /not an id or an alias/],
    [
        "a key of another region",
        { kmsKey: "arn:aws:kms:us-east-1:111111111111:key/a" },
        "kmsKey",
        /the key is in us-east-1, and the image in eu-central-1/,
    ],
    [
        "a key without encryption",
        { kmsKey: "arn:aws:kms:eu-central-1:111111111111:key/a", encrypted: false },
        "encrypted",
        /is false, and there is a kmsKey/,
    ],
    ["text for a flag", { encrypted: "yes" }, "encrypted", /is not true or false/],
    ["a short account", { launchPermissions: { accounts: ["1"] } }, "launchPermissions.accounts[0]", /12 digits/],
    ["a list of one", { launchPermissions: { accounts: "1" } }, "launchPermissions.accounts", /is not a list/],
    ["permissions that are none", { launchPermissions: { users: [] } }, "launchPermissions.users", /no such property/],
    [
        "what is encrypted for everybody",
        { launchPermissions: { public: true }, encrypted: true },
        "launchPermissions.public",
        /an encrypted image cannot be public/,
    ],
    ["a day", { deprecateAt: "2030-01-31" }, "deprecateAt", /is not a time such as/],
    ["a time that is past", { deprecateAt: "2020-01-31T00:00:00Z" }, "deprecateAt", /is past/],
    ["another upload", { upload: "delta" }, "upload", /is not "incremental", "full" or an object/],
    ["half a version", { retain: 0.5 }, "retain", /is not a number of versions/],
    ["a tag of AWS's", { tags: { "aws:team": "x" } }, "tags.aws:team", /is AWS's own/],
    ["a tag of ours", { tags: { "linuxkit-pending": "x" } }, "tags.linuxkit-pending", /is this project's own/],
    ["a number in a tag", { tags: { team: 1 } }, "tags.team", /is not a tag's value/],
    ["a list of tags", { tags: ["team"] }, "tags", /is not an object such as/],
    ["no AMI's id", { adopt: { id: "i-0123456789abcdef0" } }, "adopt", /write \{ id: "ami-…" \}/],
    ["a time-out without unit", { timeouts: { create: "30" } }, "timeouts.create", /is not a length of time/],
    ["a time-out of nothing", { timeouts: { update: "30m" } }, "timeouts.update", /no such property/],
])("%s is refused with the property's path", async (_, changes, property, reason) => {
    const { failures } = await world.handler().check({}, declared(changes));
    expect(failures).toEqual([{ property, reason: expect.stringMatching(reason) }]);
});

test("defaults are filled in, and a preview knows them", async () => {
    const { inputs, failures } = await world.handler().check({}, declared({ region: undefined }));
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({
        region: "eu-west-1",
        name: expect.stringMatching(/^os-[0-9a-f]{12}$/),
        digest: expect.stringMatching(/^sha256:/),
        bootMode: "legacy-bios",
        encrypted: false,
        launchPermissions: { accounts: [], organizations: [], organizationalUnits: [], public: false },
        upload: "incremental",
        retain: 0,
        tagsAll: { Name: "os" },
    });
    expect(inputs).not.toHaveProperty("imdsSupport");
    const later = await world.handler().check(inputs, declared());
    expect(later.inputs["name"]).toBe(inputs["name"]);
});

test("tags go over those of the configuration, and these over the name", async () => {
    const { inputs } = await world
        .handler()
        .check({}, declared({ defaultTags: { team: "a", cost: "1" }, tags: { team: "b", Name: "redis" } }));
    expect(inputs["tagsAll"]).toEqual({ Name: "redis", team: "b", cost: "1" });
});

test("what is known only at up passes, and replaces nothing for itself", async () => {
    await world.up(declared());
    const { inputs = {} } = world.state ?? {};
    const { inputs: news, failures } = await world
        .handler()
        .check(inputs, declared({ tags: { team: unknownValue }, launchPermissions: { accounts: [unknownValue] } }));
    expect(failures).toEqual([]);
    const { id = "", outs = {} } = world.state ?? {};
    expect(await world.handler().diff(id, outs, news)).toMatchObject({ changes: true, replaces: [] });
    const unknown = { ...image({ 0: 1 }), digest: unknownValue };
    const later = await world.handler().check(inputs, declared({ image: unknown }));
    expect(later).toMatchObject({ failures: [], inputs: { digest: unknownValue } });
});

test.each<[string, Properties, string | undefined]>([
    ["with metadata()", ours, "v2.0"],
    ["with LinuxKit's own agent", upstream, undefined],
    ["of arm64", arm, undefined],
])("an image %s gets the support of IMDS that it can use", async (_, given, imdsSupport) => {
    const { inputs, failures } = await world.handler().check({}, declared({ image: given }));
    expect(failures).toEqual([]);
    expect(inputs["imdsSupport"]).toBe(imdsSupport);
    expect(inputs["bootMode"]).toBe(given["architecture"] === "arm64" ? "uefi" : "legacy-bios");
});

test.each<[string, Properties, readonly string[]]>([
    ["another region", { region: "us-east-1" }, ["region"]],
    ["another boot mode", { bootMode: "uefi" }, ["bootMode"]],
    ["a size", { size: "9 GB" }, ["size"]],
    ["encryption", { encrypted: true }, ["encrypted"]],
    ["a name", { name: "other-name" }, ["name"]],
    ["another image to adopt", { adopt: { id: "ami-12345678" } }, ["adopt"]],
])("%s replaces the image", async (_, changes, replaces) => {
    await world.up(declared());
    expect(await world.changes(declared(changes))).toEqual(replaces);
});

test.each<[string, Properties]>([
    ["more time", { timeouts: { create: "1h" } }],
    ["another profile", { connection: { profile: "other" } }],
    ["versions to keep", { retain: 3 }],
])("%s is recorded, and no call changes anything", async (_, changes) => {
    await world.up(declared());
    expect(await world.changes(declared(changes))).toBe(true);
    world.cloud.log.length = 0;
    await world.up(declared(changes));
    expect(world.cloud.log).toEqual(["account", "images", "launchPermissions"]);
    expect(await world.changes(declared(changes))).toBe(false);
});

test("a disk that cannot be made is a failure of the image, in the preview", async () => {
    const disks = {
        resolve: () => Promise.reject(new Error("aws needs a kernel, and the assembly has none")),
        read: () => Promise.reject(new Error("unused")),
    };
    const { failures } = await world.handler(undefined, { disks }).check({}, declared());
    expect(failures).toEqual([{ property: "image", reason: "aws needs a kernel, and the assembly has none" }]);
});
