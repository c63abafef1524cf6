import type { Properties } from "../../../providers/lifecycle/handler";
import { labels } from "../../../providers/lifecycle/labels";
import { awsError, Fault } from "../support/fault";
import { declared, identity, World } from "./support/world";

let world: World;

beforeEach(() => {
    world = new World();
});
afterEach(() => world.close());

test("an instance is launched, ready, and terminated with all that goes with it", async () => {
    await world.up(declared({ userData: "hello", tags: { team: "storage" } }));
    const { request, tags } = world.own();
    expect(request).toMatchObject({ ami: "ami-11111111", type: "t3.micro", userData: "hello", staying: [] });
    expect(tags).toMatchObject({ Name: "redis", team: "storage", [labels.identity]: expect.any(String) });
    expect(request.tagsOfParts).toMatchObject({ team: "storage", [labels.stack]: expect.any(String) });
    expect(request.tagsOfParts).not.toHaveProperty(labels.pending);
    expect(world.pending()).toEqual([]);
    expect(world.journalled()).toEqual([]);
    expect(world.state?.outs).toMatchObject({
        status: "running",
        account: "111111111111",
        availabilityZone: "eu-central-1a",
    });
    expect(JSON.stringify(world.state)).not.toContain("linuxkit: ready");
    expect(world.progress).toContainEqual(expect.stringMatching(/^linuxkit: ready boot-1/));
    await world.refresh();
    expect(await world.changes(declared({ userData: "hello", tags: { team: "storage" } }))).toBe(false);
    await world.destroy();
    expect(world.cloud.existing()).toEqual([]);
    expect(world.journalled()).toEqual([]);
});

test.each<[string, Properties, readonly string[]]>([
    ["another image", { ami: "ami-22222222" }, ["ami"]],
    ["other user data", { userData: "other" }, ["userData"]],
    ["another subnet", { subnetId: "subnet-11111111" }, ["subnetId"]],
    ["another zone", { availabilityZone: "eu-central-1b" }, ["availabilityZone"]],
    ["a key", { keyName: "me" }, ["keyName"]],
    ["a profile", { iamInstanceProfile: "redis" }, ["iamInstanceProfile"]],
    ["tenancy", { tenancy: "dedicated" }, ["tenancy"]],
    ["a group", { placementGroup: "near" }, ["placementGroup"]],
    ["a public address", { associatePublicIpAddress: false }, ["associatePublicIpAddress"]],
    ["spot", { spot: true }, ["spot"]],
    ["another region", { region: "eu-west-1" }, ["region"]],
])("with %s another instance is made, and then the old one goes", async (_, changes, replaces) => {
    await world.up(declared());
    const former = world.state?.id;
    expect(await world.changes(declared(changes))).toEqual(replaces);
    await world.up(declared(changes));
    expect(world.state?.id).not.toBe(former);
    expect(world.cloud.alive().map(({ id }) => id)).toEqual([world.state?.id]);
    expect(world.cloud.log.indexOf("terminateInstance")).toBeGreaterThan(world.cloud.log.lastIndexOf("runInstance"));
});

test.each<[string, Properties, readonly string[]]>([
    ["tags", { tags: { team: "storage" } }, ["tag"]],
    ["security groups", { vpcSecurityGroupIds: ["sg-22222222", "sg-11111111"] }, ["changeGroups"]],
    ["protection", { disableApiTermination: true }, ["changeProtection"]],
    ["timeouts", { timeouts: { create: "1h" } }, []],
    ["another readiness", { readiness: "running" }, []],
])("%s are changed while it runs", async (_, changes, calls) => {
    await world.up(declared());
    const before = world.state?.id;
    world.cloud.log.length = 0;
    expect(await world.changes(declared(changes))).toBe(true);
    await world.up(declared(changes));
    const changing = world.cloud.log.filter((name) => /^(tag|untag|change|start|stop|terminate|run)/.test(name));
    expect(changing).toEqual(calls);
    expect(world.state?.id).toBe(before);
    await world.refresh();
    expect(await world.changes(declared(changes))).toBe(false);
});

test("another type stops it, starts it, and waits for its own boot", async () => {
    await world.up(declared());
    const { id } = world.own();
    world.progress.length = 0;
    await world.up(declared({ instanceType: "t3.small" }));
    expect(world.own()).toMatchObject({ id, type: "t3.small", boots: [expect.any(Number), expect.any(Number)] });
    expect(world.progress.filter((line) => line.startsWith("linuxkit:"))).toEqual(["linuxkit: ready boot-2 4.56s"]);
    expect(world.own().tags).not.toHaveProperty(labels.boot);
    expect(world.state?.outs).toMatchObject({ publicIp: "203.0.113.2", instanceType: "t3.small" });
    expect(world.journalled()).toEqual([]);
});

test("volumes are attached before it is ready, taken off when it is off, and those of others are left", async () => {
    const volumes = [{ id: "vol-aaaaaaaa" }, { id: "vol-bbbbbbbb", device: "/dev/sdq" }];
    await world.up(declared({ volumes }));
    const { id } = world.own();
    expect(world.cloud.attachedTo(id)).toEqual(["vol-aaaaaaaa", "vol-bbbbbbbb"]);
    expect(world.cloud.volumes.get("vol-aaaaaaaa")?.attachment?.device).toBe("/dev/sdf");
    await world.up(declared({ volumes: volumes.slice(0, 1) }));
    expect(world.cloud.attachedTo(id)).toEqual(["vol-aaaaaaaa"]);
    const foreign = world.cloud.volumes.get("vol-bbbbbbbb");
    Object.assign(foreign as object, { attachment: { instance: id, device: "/dev/sdz" } });
    await world.refresh();
    expect(await world.changes(declared({ volumes: volumes.slice(0, 1) }))).toBe(false);
    await world.up(declared());
    expect(world.cloud.attachedTo(id)).toEqual(["vol-bbbbbbbb"]);
});

test("a new instance gets the volumes of the one that it replaces", async () => {
    const volumes = [{ id: "vol-aaaaaaaa" }];
    await world.up(declared({ volumes }));
    await world.up(declared({ volumes, ami: "ami-22222222" }));
    expect(world.cloud.alive()).toHaveLength(1);
    expect(world.cloud.attachedTo(world.own().id)).toEqual(["vol-aaaaaaaa"]);
});

test("when the new one fails and the program goes back, the old one is started again with its volumes", async () => {
    const former = declared({ volumes: [{ id: "vol-aaaaaaaa" }] });
    await world.up(former);
    const { id } = world.own();
    world.cloud.broken.add("t3.small");
    const failing = { volumes: [{ id: "vol-aaaaaaaa" }], ami: "ami-22222222", instanceType: "t3.small" };
    await expect(world.up(declared(failing))).rejects.toThrow(/did not become ready/);
    expect(world.own()).toMatchObject({ id, phase: "off" });
    expect(await world.changes(former)).toBe(true);
    await world.up(former);
    expect(world.own()).toMatchObject({ id, phase: "on" });
    expect(world.cloud.attachedTo(id)).toEqual(["vol-aaaaaaaa"]);
    expect(await world.changes(former)).toBe(false);
    expect(world.journalled()).toEqual([]);
});

test("a spot instance is told so, and another type is another one", async () => {
    await world.up(declared({ spot: { maxPrice: "0.01" } }));
    expect(world.own().request.spot).toEqual({ maxPrice: "0.01" });
    expect(await world.changes(declared({ spot: { maxPrice: "0.01" }, instanceType: "t3.small" }))).toEqual([
        "instanceType",
    ]);
});

test("a security group that is not there is named with its property where groups are changed", async () => {
    await world.up(declared({ vpcSecurityGroupIds: ["sg-11111111"] }));
    await expect(world.up(declared({ vpcSecurityGroupIds: ["sg-00000404"] }))).rejects.toThrow(
        /^vpcSecurityGroupIds "sg-00000404" is not one that AWS takes for this instance in eu-central-1/,
    );
});

test("what was changed outside is seen by a refresh and put right", async () => {
    const wanted = declared({ vpcSecurityGroupIds: ["sg-11111111"], volumes: [{ id: "vol-aaaaaaaa" }] });
    await world.up(wanted);
    const stored = world.own();
    const { now } = world.cloud;
    for (const spoil of [
        () => (stored.tags = { ...stored.tags, extra: "yes" }),
        () => (stored.groups = ["sg-99999999"]),
        () => (stored.isProtected = true),
        () => (stored.requiresTokens = false),
        () => Object.assign(stored, { phase: "off", since: now - 60_000 }),
        () => Object.assign(stored, { phase: "off", since: now - 60_000, type: "t3.small" }),
        () => delete world.cloud.volumes.get("vol-aaaaaaaa")?.attachment,
    ]) {
        spoil();
        await world.refresh();
        expect(await world.changes(wanted)).toBe(true);
        await world.up(wanted);
        await world.refresh();
        expect(await world.changes(wanted)).toBe(false);
    }
    expect(stored).toMatchObject({ phase: "on", type: "t3.micro", groups: ["sg-11111111"], requiresTokens: true });
    expect(world.cloud.attachedTo(stored.id)).toEqual(["vol-aaaaaaaa"]);
    expect(world.cloud.instances.size).toBe(1);
});

test("one that was terminated outside is gone at a refresh, and launched again; without one, an update says so", async () => {
    await world.up(declared());
    world.cloud.end(world.own().id);
    await expect(world.up(declared({ instanceType: "t3.small" }))).rejects.toThrow(
        /is gone from eu-central-1: run `pulumi refresh`/,
    );
    await world.refresh();
    expect(world.state).toBeUndefined();
    await world.up(declared());
    expect(world.cloud.alive()).toHaveLength(1);
});

test("one that does not become ready is terminated, and the console's last lines say why", async () => {
    world.cloud.broken.add("t3.micro");
    await expect(world.up(declared())).rejects.toThrow(
        /did not become ready: failed: onboot dhcp\n.*\n {2}\| linuxkit: failed: onboot dhcp/,
    );
    expect(world.cloud.existing()).toEqual([]);
    expect(world.journalled()).toEqual([]);
});

test("one that does not become ready after a change is stopped, and the next `up` starts it", async () => {
    await world.up(declared());
    world.cloud.broken.add("t3.small");
    await expect(world.up(declared({ instanceType: "t3.small" }))).rejects.toThrow(/failed: onboot dhcp/);
    expect(world.state?.outs["status"]).toBe("stopped");
    expect(world.own().phase).toBe("off");
    expect(await world.changes(declared({ instanceType: "t3.small" }))).toBe(true);
    await world.up(declared());
    expect(world.own()).toMatchObject({ phase: "on", type: "t3.micro" });
    expect(world.journalled()).toEqual([]);
});

test("a boot's failure of which the console still tells does not count for the next", async () => {
    await world.up(declared());
    world.own().printed = "linuxkit: ready boot-1 4.56s\nlinuxkit: failed: onboot old\n";
    await world.up(declared({ instanceType: "t3.small" }));
    expect(world.own().phase).toBe("on");
});

test("a launch that AWS ends by itself says why, and is cleaned up", async () => {
    world.cloud.failure = "Client.InternalError: the key cannot be used";
    await expect(world.up(declared())).rejects.toMatchObject({
        code: "instance-failed",
        message: expect.stringMatching(/Client.InternalError: the key cannot be used; where its volumes are encrypted/),
    });
    expect(world.cloud.existing()).toEqual([]);
});

test.each<[string, number, string, string, RegExp]>([
    [
        "InsufficientInstanceCapacity",
        500,
        "no room",
        "instance-capacity",
        /no room for t3.micro in eu-central-1 just now/,
    ],
    ["InstanceLimitExceeded", 400, "too many", "instance-quota", /a quota of the account is used up/],
    ["VcpuLimitExceeded", 400, "too many", "instance-quota", /take a smaller type than t3.micro/],
    ["InvalidAMIID.NotFound", 400, "no image", "instance-argument", /^ami "ami-11111111" is not one that AWS takes/],
    ["InvalidSubnetID.NotFound", 400, "no subnet", "instance-argument", /^subnetId is not/],
    ["InvalidGroup.NotFound", 400, "no group", "instance-argument", /^vpcSecurityGroupIds is not/],
    ["InvalidKeyPair.NotFound", 400, "no key", "instance-argument", /^keyName is not/],
    ["InvalidParameterValue", 400, "Invalid IAM Instance Profile name", "instance-argument", /^iamInstanceProfile/],
    ["Unsupported", 400, "not in this zone", "instance-argument", /^instanceType "t3.micro"/],
    ["UnauthorizedOperation", 403, "no", "UnauthorizedOperation", /no/],
])("%s is explained, and nothing is left", async (code, status, message, expected, reason) => {
    world.cloud.launchErrors.push(...Array.from({ length: 40 }, () => awsError(code, status, message)));
    const error: unknown = await world.up(declared()).catch((thrown: unknown) => thrown);
    expect((error as Error).message).toMatch(reason);
    expect((error as { code?: string; name: string }).code ?? (error as Error).name).toBe(expected);
    expect(world.cloud.existing()).toEqual([]);
    expect(world.journalled()).toEqual([]);
});

test("a profile and an image that were made moments ago are waited for", async () => {
    world.cloud.launchErrors.push(awsError("InvalidParameterValue", 400, "Invalid IAM Instance Profile name"));
    await world.up(declared({ iamInstanceProfile: "redis" }));
    await world.destroy();
    const found = world.cloud.images.get("ami-11111111") as NonNullable<ReturnType<typeof world.cloud.images.get>>;
    world.cloud.images.delete(found.id);
    const clock = {
        ...world.cloud.clock,
        sleep: (milliseconds: number, signal?: AbortSignal) => {
            world.cloud.images.set(found.id, found);
            return world.cloud.clock.sleep(milliseconds, signal);
        },
    };
    world.cloud.launchErrors.length = 0;
    world.cloud.launchErrors.push(awsError("InvalidAMIID.NotFound"));
    const image = { digest: `sha256:${"0".repeat(64)}`, architecture: "amd64" };
    await world.up(declared({ image }), new Fault(), world.handler(new Fault(), { clock }));
    expect(world.cloud.alive()).toHaveLength(1);
    expect(world.journalled()).toEqual([]);
});

test("no capacity for a change leaves it stopped, and the next `up` starts it", async () => {
    await world.up(declared());
    world.cloud.launchErrors.push(awsError("InsufficientInstanceCapacity", 500));
    await expect(world.up(declared({ instanceType: "t3.small" }))).rejects.toThrow(/no room for t3.small/);
    expect(world.own().phase).toBe("off");
    await world.up(declared({ instanceType: "t3.small" }));
    expect(world.own()).toMatchObject({ phase: "on", type: "t3.small" });
});

test.each<[string, Properties, RegExp]>([
    [
        "another architecture",
        { instanceType: "t4g.micro" },
        /t4g.micro is arm64, and the image ami-11111111 is for x86_64/,
    ],
    ["a type that AWS does not have", { instanceType: "t9.micro" }, /AWS has no such type in eu-central-1/],
    ["an image that is gone", { ami: "ami-99999999" }, /there is no such image in eu-central-1/],
])("%s is refused before anything is launched", async (_, changes, reason) => {
    await expect(world.up(declared(changes))).rejects.toThrow(reason);
    expect(world.cloud.log).not.toContain("runInstance");
    expect(world.journalled()).toEqual([]);
});

test("an image's boot mode and ENA are held against the type", async () => {
    const image = world.cloud.images.get("ami-11111111") as NonNullable<ReturnType<typeof world.cloud.images.get>>;
    world.cloud.images.set(image.id, { ...image, hasEna: false });
    await expect(world.up(declared())).rejects.toThrow(/t3.micro needs ENA/);
    world.cloud.images.set(image.id, { ...image, bootMode: "uefi" });
    await expect(world.up(declared({ instanceType: "t2.micro" }))).rejects.toThrow(
        /t2.micro boots with legacy-bios, and .* with uefi/,
    );
});

test("a change to a type that does not fit is refused before it is stopped", async () => {
    await world.up(declared());
    await expect(world.up(declared({ instanceType: "t4g.micro" }))).rejects.toThrow(/t4g.micro is arm64/);
    expect(world.own()).toMatchObject({ phase: "on", type: "t3.micro" });
});

test("volumes of an image that would stay are told to go with the instance", async () => {
    const image = world.cloud.images.get("ami-11111111") as NonNullable<ReturnType<typeof world.cloud.images.get>>;
    world.cloud.images.set(image.id, { ...image, staying: ["/dev/sda1"] });
    await world.up(declared());
    expect(world.own().request.staying).toEqual(["/dev/sda1"]);
});

test("a protected instance is left, with what to do", async () => {
    await world.up(declared({ disableApiTermination: true }));
    await expect(world.destroy()).rejects.toThrow(/is protected from termination: set disableApiTermination to false/);
    await world.up(declared());
    await world.destroy();
    expect(world.cloud.existing()).toEqual([]);
});

test("with another account's credentials nothing is read, changed or deleted", async () => {
    await world.up(declared());
    world.cloud.account = "222222222222";
    const { id, inputs, outs } = world.state as NonNullable<typeof world.state>;
    const handler = world.handler();
    const reason =
        /the instance i-\w+ is in account 111111111111 \(eu-central-1\), and these credentials are of 222222222222/;
    await expect(handler.read(id, outs)).rejects.toThrow(reason);
    await expect(handler.update(id, outs, inputs)).rejects.toThrow(reason);
    await expect(handler.delete(id, outs)).rejects.toThrow(reason);
    expect(world.cloud.alive()).toHaveLength(1);
});

test("a resource that was renamed with an alias keeps its instance", async () => {
    await world.up(declared());
    const { id } = world.own();
    const renamed = declared({ identity: identity("cache") });
    expect(await world.changes(renamed)).toBe(true);
    await world.up(renamed);
    expect(world.own().id).toBe(id);
    expect(world.own().tags[labels.identity]).not.toBe(world.own().request.tags[labels.identity]);
    await world.refresh();
    expect(await world.changes(renamed)).toBe(false);
});

test("what another living process launches, or another host until its time is over, is left alone", async () => {
    await expect(world.up(declared(), new Fault(5, "after", "kill"))).rejects.toThrow("killed");
    expect(world.cloud.alive()).toHaveLength(1);
    world.living.add(1000);
    await expect(world.up(declared())).rejects.toThrow(/process 1000 is making the instance "redis" just now/);
    const self = { host: "elsewhere", process: { pid: 7, startTime: "x" } };
    const elsewhere = world.handler(new Fault(), { workers: { self, identify: () => Promise.resolve(undefined) } });
    const { inputs } = await elsewhere.check({}, declared());
    await expect(elsewhere.create(inputs)).rejects.toThrow(
        /another host is making the instance "redis".* after 2026-01-01T00:1/,
    );
    world.cloud.now += 11 * 60_000;
    await elsewhere.create(inputs);
    expect(world.cloud.alive()).toHaveLength(1);
    expect(world.pending()).toEqual([]);
});

test("without the journal what was launched is found by its tags, and with other user data it is not gone on with", async () => {
    await expect(world.up(declared({ userData: "a" }), new Fault(7, "after", "kill"))).rejects.toThrow("killed");
    const [former] = world.cloud.alive();
    world.close();
    world.cloud.now += 60_000;
    await world.up(declared({ userData: "b" }));
    expect(world.cloud.alive()).toHaveLength(1);
    expect(world.own().id).not.toBe(former?.id);
    expect(world.own().request.userData).toBe("b");
});

test("a TCP port is asked for at the public address", async () => {
    const asked: string[] = [];
    const connects = (host: string, port: number): Promise<boolean> =>
        Promise.resolve(asked.push(`${host}:${port}`) > 2);
    await world.up(declared({ readiness: { tcp: 6379 } }), new Fault(), world.handler(new Fault(), { connects }));
    expect(asked).toEqual(["203.0.113.1:6379", "203.0.113.1:6379", "203.0.113.1:6379"]);
});
