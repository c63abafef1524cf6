import { attachVolumes, type Attaching, detachVolumes } from "../../../providers/aws/volume/attach";
import { VolumeWants } from "../../../providers/aws/volume/wants";
import type { Identity } from "../../../providers/lifecycle/handler";
import { labels, ownershipLabels } from "../../../providers/lifecycle/labels";
import { Fault } from "../support/fault";
import { FakeVolumes } from "./support/cloud";
import { identity } from "./support/world";

const redis = identity("redis", "Instance");
const other = identity("other", "Instance");

let cloud: FakeVolumes;
let wants: VolumeWants;
let told: string[];
/** Instances that lost a volume, with what they had when that was recorded. */
let lost: unknown[];
let volume: string;

beforeEach(async () => {
    cloud = new FakeVolumes();
    wants = new VolumeWants();
    told = [];
    lost = [];
    volume = await made("eu-central-1a");
    cloud.now += 60_000;
});

function made(zone: string): Promise<string> {
    const token = `token-${cloud.volumes.size}`;
    return cloud.calls(new Fault()).createVolume({ token, zone, type: "gp3", sizeGiB: 1, tags: {} });
}

function attaching(of: Identity = redis, fault = new Fault()): Attaching {
    const deadline = cloud.now + 300_000;
    return {
        calls: cloud.calls(fault),
        steps: fault.steps(),
        wait: { clock: cloud.clock, signal: new AbortController().signal, deadline },
        wants,
        progress: ({ message }) => told.push(message),
        identity: of,
        recordLoss: (instance, id) => {
            lost.push([instance, id, cloud.attached(instance)]);
            return Promise.resolve();
        },
    };
}

const tagsOf = (of: Identity): Record<string, string> => ({
    ...ownershipLabels(of),
    Name: of.urn.split("::")[3] ?? "",
});
const wanted = (device = "/dev/sdf"): { id: string; device: string }[] => [{ id: volume, device }];

test("volumes are attached to an instance that is about to run, and waited for; again nothing is done", async () => {
    const second = await made("eu-central-1a");
    cloud.launch("i-1", tagsOf(redis)).state = "pending";
    const both = [...wanted(), { id: second, device: "/dev/sdg" }];
    await attachVolumes(attaching(), "i-1", both);
    expect(cloud.attached("i-1")).toEqual({ "/dev/sdf": volume, "/dev/sdg": second });
    cloud.log.length = 0;
    await attachVolumes(attaching(), "i-1", both);
    expect(cloud.log).toEqual(["volumes", "volumes"]);
});

test("an instance that ended meanwhile, a device that is taken and a volume that is gone are errors", async () => {
    cloud.launch("i-1", tagsOf(redis)).state = "shutting-down";
    await expect(attachVolumes(attaching(), "i-1", wanted())).rejects.toThrow(/i-1 is shutting-down: Instance 'i-1'/);
    cloud.launch("i-2", tagsOf(redis), [await made("eu-central-1a")].slice(1));
    await attachVolumes(attaching(), "i-2", wanted());
    const second = await made("eu-central-1a");
    cloud.now += 60_000;
    await expect(attachVolumes(attaching(), "i-2", [{ id: second, device: "/dev/sdf" }])).rejects.toThrow(
        /could not be attached: .*; give it another device/,
    );
    cloud.volumes.delete(second);
    await expect(attachVolumes(attaching(), "i-2", [{ id: second, device: "/dev/sdg" }])).rejects.toThrow(
        /is not in this account and region any more: run `pulumi refresh`/,
    );
});

test("a volume of an instance of the same program is waited for until that one gives it up in its own update", async () => {
    const holder = cloud.launch("i-2", tagsOf(other), [volume]);
    cloud.launch("i-1", tagsOf(redis));
    wants.want(redis, [volume], 2);
    wants.want(other, [], 2);
    const begun = cloud.now;
    let isGivenUp = false;
    cloud.onSleep = () => {
        if (cloud.now < begun + 60_000 || isGivenUp) return;
        isGivenUp = true;
        holder.state = "stopped";
        void detachVolumes(attaching(other), "i-2", [volume]);
    };
    await attachVolumes(attaching(), "i-1", wanted());
    expect(cloud.attached("i-1")).toEqual({ "/dev/sdf": volume });
    expect(cloud.log).not.toContain("stopInstance");
    expect(told).toEqual([`waiting until the instance "other" (i-2) gives up the volume ${volume}`]);
    expect(lost).toEqual([]);
});

test("one that does not give it up in time is named", async () => {
    cloud.launch("i-2", tagsOf(other), [volume]);
    cloud.launch("i-1", tagsOf(redis));
    wants.want(redis, [volume], 2);
    wants.want(other, [], 2);
    await expect(attachVolumes(attaching(), "i-1", wanted())).rejects.toThrow(
        /^timed out while waiting for the volume vol-\w+ to be attached to i-1: .*; the instance "other" \(i-2\) did not give it up/,
    );
    expect(cloud.attached("i-2")).toEqual({ "/dev/sdf": volume });
});

test("an instance that the program has no more is stopped first, and what is left of it runs on without the volume", async () => {
    cloud.launch("i-2", tagsOf(other), [volume]);
    cloud.launch("i-1", tagsOf(redis));
    wants.want(redis, [volume], 1);
    await attachVolumes(attaching(), "i-1", wanted());
    expect(cloud.log.indexOf("stopInstance")).toBeLessThan(cloud.log.indexOf("detachVolume"));
    expect(cloud.attached("i-1")).toEqual({ "/dev/sdf": volume });
    expect(told.at(-1)).toBe('stopping the instance "other" (i-2), which is about to be deleted');
    expect(lost[0]).toEqual(["i-2", volume, { "/dev/sdf": volume }]);
});

test("the same holds for one that this instance replaces, and one that is terminated is waited for", async () => {
    cloud.launch("i-0", tagsOf(redis), [volume]);
    cloud.launch("i-1", tagsOf(redis));
    await attachVolumes(attaching(), "i-1", wanted());
    expect(cloud.attached("i-1")).toEqual({ "/dev/sdf": volume });
    cloud.terminate("i-1");
    cloud.launch("i-2", tagsOf(redis));
    await attachVolumes(attaching(), "i-2", wanted());
    expect(cloud.attached("i-2")).toEqual({ "/dev/sdf": volume });
    expect(cloud.log.filter((name) => name === "stopInstance")).toHaveLength(1);
});

test("the loss of one that was never finished is not recorded: no state has it", async () => {
    cloud.launch("i-0", { ...tagsOf(redis), [labels.pending]: "1.host.2.3" }, [volume]);
    cloud.launch("i-1", tagsOf(redis));
    await attachVolumes(attaching(), "i-1", wanted());
    expect(cloud.attached("i-1")).toEqual({ "/dev/sdf": volume });
    expect(lost).toEqual([]);
});

test.each<[string, () => void]>([
    ["of another stack", () => cloud.launch("i-2", tagsOf(identity("redis", "Instance", "prod")), [volume])],
    ["that was made by other means", () => cloud.launch("i-2", { Name: "by hand" }, [volume])],
    [
        "that keeps it",
        () => {
            cloud.launch("i-2", tagsOf(other), [volume]);
            wants.want(other, [volume], 1);
        },
    ],
    [
        "that cannot be stopped",
        () => {
            cloud.launch("i-2", tagsOf(other), [volume]).cannotStop = true;
            wants.want(redis, [volume], 1);
        },
    ],
])("the volume of an instance %s stays there, and the error says what to do", async (_, launch) => {
    cloud.launch("i-1", tagsOf(redis));
    launch();
    await expect(attachVolumes(attaching(), "i-1", wanted())).rejects.toThrow(
        /the instance "[\w ]+" \(i-2\) has the volume vol-\w+.*: stop or terminate that instance, or take the volume off/,
    );
    expect(cloud.attached("i-2")).toEqual({ "/dev/sdf": volume });
});

test("a volume is not taken off an instance that runs; of one that is stopped its device can change", async () => {
    const instance = cloud.launch("i-1", tagsOf(redis), [volume]);
    await expect(detachVolumes(attaching(), "i-1", [volume])).rejects.toThrow(/has the volume/);
    await expect(attachVolumes(attaching(), "i-1", wanted("/dev/sdg"))).rejects.toThrow(/has the volume/);
    instance.state = "stopped";
    await attachVolumes(attaching(), "i-1", wanted("/dev/sdg"));
    expect(cloud.attached("i-1")).toEqual({ "/dev/sdg": volume });
    await detachVolumes(attaching(), "i-1", [volume, "vol-ffffffffffffffff0"]);
    expect(cloud.attached("i-1")).toEqual({});
});

/** False when attaching takes fewer calls. */
async function struckAndMended(fault: Fault): Promise<boolean> {
    cloud = new FakeVolumes();
    volume = await made("eu-central-1a");
    cloud.now += 60_000;
    cloud.launch("i-2", tagsOf(other), [volume]);
    cloud.launch("i-1", tagsOf(redis));
    wants.want(redis, [volume], 1);
    await attachVolumes(attaching(redis, fault), "i-1", wanted()).catch(() => {});
    await attachVolumes(attaching(), "i-1", wanted());
    expect(cloud.attached("i-1")).toEqual({ "/dev/sdf": volume });
    expect(cloud.attached("i-2")).toEqual({});
    return fault.happened !== undefined;
}

test.each(["kill", "orphan", "error", "hang"] as const)(
    "after a %s at any call the next attempt ends it",
    async (kind) => {
        let at = 0;
        while (await struckAndMended(new Fault(at, "after", kind))) at++;
        expect(at).toBeGreaterThan(10);
    },
);

test("of two instances that want one volume the check tells, and another stack's are not counted", () => {
    expect(wants.want(redis, [volume], 2)).toBeUndefined();
    expect(wants.want(other, [volume], 2)).toEqual({ volume, instance: redis });
    wants.want(redis, [], 2);
    expect(wants.want(other, [volume], 2)).toBeUndefined();
    const label = ownershipLabels(identity("gone", "Instance"));
    const [gone, stack] = [label["linuxkit-identity"] ?? "", label["linuxkit-stack"] ?? ""];
    expect(wants.isForgone(gone, stack)).toBe(true);
    wants.want(redis, [], 3);
    expect(wants.isForgone(gone, stack)).toBe(false);
    wants.want(identity("redis", "Instance", "prod"), [], 1);
    expect(wants.isForgone(gone, stack)).toBe(false);
});
