import type { Properties } from "../../providers/lifecycle/handler";
import { labels } from "../../providers/lifecycle/labels";
import { unknownValue } from "../../sdk/assembly/inputs";
import { UploadStore } from "../../providers/aws/image/store/store";
import { type Blocks, digestsOf } from "./support/blocks";
import { Fault, type FaultKind } from "./support/fault";
import { everyCall, type Operation } from "./support/matrix";
import { declared, image, World } from "./support/world";

const blocks: Blocks = { 0: 1, 1: 2, 5: 3 };
const upload = { bucket: "disks", prefix: "images/", role: "importer" };

function program(changes: Properties = {}): Properties {
    return declared({ image: image(blocks), upload, ...changes });
}

describe("an import through a bucket", () => {
    let world: World;
    beforeEach(() => {
        world = new World();
    });
    afterEach(() => world.close());

    const put = (): number => world.cloud.log.filter((name) => name === "createUpload").length;

    test("sends the whole disk, marks its snapshot, and leaves the bucket empty", async () => {
        const key = "arn:aws:kms:eu-central-1:111111111111:key/a";
        await world.up(program({ kmsKey: key, tags: { team: "storage" } }));
        const [task] = world.cloud.bucket.tasks.values();
        expect(task?.request).toMatchObject({ bucket: "disks", role: "importer", encrypted: true, kmsKey: key });
        expect(task?.request.key).toMatch(/^images\/[0-9a-f]{40}\/thishost-\d+-[0-9a-f]{8}-\d+$/);
        expect(task?.tags).not.toHaveProperty(labels.pending);
        const stored = world.cloud.images.get(world.state?.id as string);
        const { snapshot = "" } = stored?.request ?? {};
        expect(world.cloud.contents(snapshot)).toEqual(digestsOf(blocks));
        expect(world.cloud.snapshots.get(snapshot)?.tags).toMatchObject({ team: "storage", Name: "os" });
        expect([world.pending(), world.uploads(), world.cloud.put]).toEqual([[], [], []]);
        expect(await world.changes(program({ kmsKey: key, tags: { team: "storage" } }))).toBe(false);
        await world.destroy();
        expect(world.mine()).toEqual([]);
    });

    test("that was killed while AWS imports is gone on with, with the store and without", async () => {
        const stopped = new Fault(9, "before", "kill");
        await expect(world.up(program(), stopped)).rejects.toThrow("killed");
        expect([stopped.happened, world.cloud.bucket.left().length]).toEqual(["importTasks", 2]);
        world.cloud.now += 6000;
        const elsewhere = world.handler(new Fault(), { store: new UploadStore(`${world.directory}/other`) });
        const { inputs } = await elsewhere.check({}, program());
        await elsewhere.create(inputs);
        expect(put()).toBe(1);
        expect(world.cloud.bucket.left()).toEqual([]);
    });

    test("whose disk was in part in the bucket when its machine was lost is begun anew, and the part removed", async () => {
        await expect(world.up(program(), new Fault(6, "after", "kill"))).rejects.toThrow("killed");
        expect(world.cloud.bucket.unfinished.size).toBe(1);
        const elsewhere = world.handler(new Fault(), { store: new UploadStore(`${world.directory}/other`) });
        await elsewhere.create((await elsewhere.check({}, program())).inputs);
        expect(put()).toBe(2);
        expect(world.cloud.bucket.left()).toEqual([]);
    });

    test("of another living process is left alone", async () => {
        await expect(world.up(program(), new Fault(9, "before", "kill"))).rejects.toThrow("killed");
        world.living.add(1000);
        await expect(world.up(program())).rejects.toThrow(/process 1000 is making the image "os" just now/);
        expect(world.cloud.bucket.objects.size).toBe(1);
        expect(world.cloud.log).not.toContain("cancelImport");
    });

    test("that AWS cannot finish is an error with its role, and leaves nothing", async () => {
        world.cloud.bucket.fails = true;
        await expect(world.up(program())).rejects.toMatchObject({
            code: "import-failed",
            message: expect.stringContaining('look whether the role "importer" may read s3://disks'),
        });
        expect(world.mine()).toEqual([]);
    });

    test("is said to go on when it is interrupted", async () => {
        await expect(world.up(program(), new Fault(9, "before", "interrupt"))).rejects.toThrow(
            /a disk that is in the bucket as a whole is imported, and the next `pulumi up` goes on with that/,
        );
        await world.up(program());
        expect([put(), world.mine().length, world.pending()]).toEqual([1, 2, []]);
    });

    test.each<[string, unknown, string]>([
        ["no bucket", {}, "upload.bucket"],
        ["an ARN", { bucket: "arn:aws:s3:::disks" }, "upload.bucket"],
        ["a role's ARN", { bucket: "disks", role: "arn:aws:iam::111111111111:role/x" }, "upload.role"],
        ["a slash", { bucket: "disks", prefix: "/images" }, "upload.prefix"],
        ["another key", { bucket: "disks", region: "x" }, "upload.region"],
        ["a word", "sometimes", "upload"],
    ])("is checked: %s", async (_, wrong, property) => {
        const { failures } = await world.handler().check({}, program({ upload: wrong }));
        expect(failures.map((failure) => failure.property)).toEqual([property]);
        const { failures: none } = await world.handler().check({}, program({ upload: { bucket: unknownValue } }));
        expect(none).toEqual([]);
    });
});

const base = declared({ image: image({ 0: 9 }) });
const operations: Readonly<Record<string, Operation>> = {
    import: { run: (world, fault) => world.up(program(), fault), declares: program(), creates: true, calls: 18 },
    "replace by an import": {
        before: base,
        run: (world, fault) => world.up(program(), fault),
        declares: program(),
        creates: true,
        calls: 24,
    },
};
const kinds: readonly (readonly [FaultKind, "before" | "after"])[] = [
    ["kill", "before"],
    ["kill", "after"],
    ["orphan", "before"],
    ["interrupt", "before"],
    ["error", "before"],
    ["error", "after"],
    ["hang", "after"],
    ["refusal", "before"],
];
const killed = kinds.slice(0, 2);
const cases = [
    ...kinds.map(([kind, when]) => ["import", kind, when, "again"] as const),
    ...(["another", "destroy"] as const).flatMap((recovery) =>
        killed.map(([kind, when]) => ["import", kind, when, recovery] as const),
    ),
    ["replace by an import", "kill", "after", "again"] as const,
];

test.each(cases)(
    "%s with a %s %s every call, then %s: the right image and no other",
    async (name, kind, when, recovery) => {
        const operation = operations[name] as Operation;
        const calls = await everyCall({ operation, kind, when, recovery });
        expect(calls).toBeGreaterThanOrEqual(operation.calls);
    },
);
