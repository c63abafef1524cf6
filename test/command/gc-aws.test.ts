import type { LeftoverCalls, Thing, ThingType } from "../../providers/aws/leftovers/calls";
import type { ImportTask } from "../../providers/aws/image/import/calls";
import { program } from "../../providers/command/program";
import type { Outside } from "../../providers/command/gc-command";
import { pendingLabel } from "../../providers/lifecycle/attempt";
import { digestLabel, labels } from "../../providers/lifecycle/labels";
import { awsError } from "../aws/support/fault";
import { FakeHost } from "../qemu/support/host";
import { FakeTerminal } from "./support/terminal";

const hour = 3_600_000;
const self = { host: "thishost", process: { pid: 7, startTime: "then" } };
const stack = { [labels.stack]: digestLabel(["organization", "shop", "dev"]) };

/** Things of one account, by region. */
class FakeThings {
    now = Date.UTC(2026, 0, 1);
    account = "111111111111";
    readonly living = new Set<number>();
    readonly regions = new Map<string, Map<string, Thing>>();
    readonly looked: string[] = [];
    readonly refused = new Set<string>();
    readonly objects = new Set<string>();

    add(region: string, type: ThingType, id: string, changes: Partial<Thing> = {}): Thing {
        const thing = { type, id, state: "available", partOf: [], ...changes, tags: { ...stack, ...changes.tags } };
        const things = this.regions.get(region) ?? new Map<string, Thing>();
        this.regions.set(region, things.set(id, thing));
        return thing;
    }

    ids(): string[] {
        return [...this.regions.values()].flatMap((things) => [...things.keys()]);
    }

    /** What the imports among the things are, with the snapshot that comes of one that is quicker than its end. */
    #imports(things: Map<string, Thing>): LeftoverCalls["imports"] {
        const ended = (id: string): ImportTask => ({
            id,
            state: "completed",
            bucket: "disks",
            key: id,
            tags: {},
            snapshot: `snap-of-${id}`,
        });
        return {
            importTasks: async () =>
                [...things.values()].filter(({ type }) => type === "import").map(({ id }) => ended(id)),
            cancelImport: async () => {
                throw new Error("it has ended");
            },
            unfinishedObjects: async () => [],
            abortObject: async () => {},
            deleteObject: async ({ key }) => void this.objects.delete(key),
            untag: async ([id = ""]) => void things.delete(id),
        };
    }

    readonly lookOf: Outside["lookOf"] = async (connection, region) => {
        this.looked.push(`${region} ${JSON.stringify(connection)}`);
        const things = this.regions.get(region) ?? new Map<string, Thing>();
        const calls: LeftoverCalls = {
            account: async () => this.account,
            things: async ({ tags }) =>
                [...things.values()].filter((thing) =>
                    Object.entries(tags).every(([key, value]) => thing.tags[key] === value),
                ),
            isThere: async ({ id }) => things.has(id),
            remove: async ({ id }) => {
                if (this.refused.has(id)) throw awsError("OperationNotPermitted", 400, `${id} is protected`);
                if (!things.delete(id)) throw awsError("InvalidAMIID.NotFound");
            },
            imports: this.#imports(things),
        };
        return {
            calls,
            clock: { now: () => this.now, sleep: async () => {} },
            workers: {
                self,
                identify: async (pid) => (this.living.has(pid) ? { pid, startTime: "then" } : undefined),
            },
        };
    };
}

let host: FakeHost;
let terminal: FakeTerminal;
let things: FakeThings;

beforeEach(async () => {
    host = await FakeHost.make();
    terminal = new FakeTerminal(host.home);
    things = new FakeThings();
});
afterEach(() => host.close());

interface Known {
    readonly id?: string;
    readonly region?: string;
    readonly account?: string;
    readonly connection?: object;
}

const resource = ({ id, region = "eu-central-1", account = "111111111111", connection = {} }: Known): object => ({
    urn: "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/linuxkit/aws:Image::os",
    type: "pulumi-nodejs:dynamic/linuxkit/aws:Image",
    ...(id === undefined ? {} : { id }),
    inputs: { region, connection },
    outputs: { ...(id === undefined ? {} : { account }) },
});

async function gc(
    args: readonly string[],
    exported: object = { resources: [resource({ id: "ami-known" })] },
    config: object = {},
): Promise<string> {
    const runPulumi = async (words: readonly string[]): Promise<string> =>
        JSON.stringify(words[0] === "config" ? config : { version: 3, deployment: exported });
    terminal.out = "";
    terminal.err = "";
    const outside = { runPulumi, lookOf: things.lookOf };
    await program(terminal, outside).parseAsync(["gc", ...args], { from: "user" });
    return terminal.out;
}

const pending = (onHost: string, pid: number, deadline: number): Record<string, string> => ({
    [labels.pending]: pendingLabel({ host: onHost, process: { pid, startTime: "then" } }, deadline),
});

test("AWS is looked at only when it is asked for, and the command says that it was not", async () => {
    things.add("eu-central-1", "image", "ami-lost");
    expect(await gc([])).toBe("nothing is left of shop/dev on this host that its state does not know\n");
    expect(terminal.err).toBe("shop/dev has resources on AWS, which was not looked at; for them: --aws\n");
    expect(things.looked).toEqual([]);
});

test("gc lists what state does not know, deletes it when told to, and nothing else", async () => {
    things.add("eu-central-1", "image", "ami-known");
    things.add("eu-central-1", "snapshot", "snap-known", { partOf: ["ami-known"] });
    things.add("eu-central-1", "image", "ami-kept", { tags: { [labels.retained]: "1" } });
    things.add("eu-central-1", "snapshot", "snap-kept", { partOf: ["ami-kept"] });
    things.add("eu-central-1", "snapshot", "snap-final", { tags: { [labels.retained]: "1" } });
    things.add("eu-central-1", "image", "ami-foreign", { tags: { [labels.stack]: "another" } });
    things.add("eu-central-1", "volume", "vol-root", { partOf: ["i-lost"] });
    const rest = things.ids();
    things.add("eu-central-1", "snapshot", "snap-lost", { partOf: ["ami-lost"] });
    things.add("eu-central-1", "image", "ami-lost", { tags: { Name: "os" } });
    things.add("eu-central-1", "instance", "i-lost", { state: "running", tags: { Name: "redis" } });

    const before = things.ids();
    const listed = await gc(["--aws"]);
    expect(listed.split("\n").slice(1)).toEqual([
        "left of shop/dev in eu-central-1 (account 111111111111), and not in its state:",
        "    i-lost  redis  made, and not in state  an instance, running",
        "    ami-lost  os  made, and not in state  an image, available",
        "    snap-lost  -  made, and not in state  a snapshot, available",
        "delete them with --yes",
        "",
    ]);
    expect(terminal.exitCode).toBe(3);
    expect(things.ids()).toEqual(before);

    expect(await gc(["--aws", "--yes"])).toContain("deleted  ami-lost  os");
    expect(terminal.exitCode).toBe(0);
    expect(things.ids()).toEqual(rest);
    expect(await gc(["--aws", "--yes"])).toContain(
        "nothing is left of shop/dev in eu-central-1 (account 111111111111) that its state does not know",
    );
});

test("what was cut off goes, a pending snapshot and a volume too; what is under way and volumes with data stay", async () => {
    const deadline = things.now + hour;
    things.living.add(11);
    things.add("eu-central-1", "snapshot", "snap-dead", { state: "pending", tags: pending("thishost", 12, deadline) });
    things.add("eu-central-1", "volume", "vol-dead", { tags: pending("elsewhere", 11, things.now - 1000) });
    things.add("eu-central-1", "snapshot", "snap-live", { tags: { Name: "os", ...pending("thishost", 11, deadline) } });
    things.add("eu-central-1", "instance", "i-elsewhere", { tags: pending("elsewhere", 12, deadline) });
    things.add("eu-central-1", "volume", "vol-data", { tags: { Name: "data" } });
    const text = await gc(["--aws", "--yes"]);
    expect(text.split("\n").slice(1)).toEqual([
        "deleted  snap-dead  -  its creation was cut off  a snapshot, pending",
        "deleted  vol-dead  -  its creation was cut off  a volume, available",
        "being made just now in eu-central-1, or until its time is over, and left alone:",
        "    i-elsewhere  -  an instance, available",
        "    snap-live  os  a snapshot, available",
        "volumes of shop/dev in eu-central-1 (account 111111111111) that its state does not know, kept with their data; go on with one in an aws.Volume, or delete it by hand:",
        '    data  adopt: { id: "vol-data" }  or  aws ec2 delete-volume --region eu-central-1 --volume-id vol-data',
        "",
    ]);
    expect(things.ids()).toEqual(["snap-live", "i-elsewhere", "vol-data"]);
    expect(terminal.exitCode).toBe(0);
});

test("an import that nobody waits for goes with its snapshot, which has no tags, and its disk in the bucket", async () => {
    things.add("eu-central-1", "import", "import-dead", { state: "active", tags: pending("elsewhere", 1, 0) });
    things.add("eu-central-1", "snapshot", "snap-of-import-dead", { tags: { [labels.stack]: "" } });
    things.objects.add("import-dead").add("other");
    expect(await gc(["--aws", "--yes"])).toContain(
        "deleted  import-dead  -  its creation was cut off  an import, active",
    );
    expect([...things.ids(), ...things.objects]).toEqual(["other"]);
});

test("what AWS keeps is told with the reason, and does not stop the others", async () => {
    things.add("eu-central-1", "image", "ami-1");
    things.add("eu-central-1", "image", "ami-2");
    things.refused.add("ami-1");
    const text = await gc(["--aws", "--yes"]);
    expect(text).toContain("kept (ami-1 is protected)  ami-1");
    expect(text).toContain("deleted  ami-2");
    expect(terminal.exitCode).toBe(3);
});

test("programs are told the same as a list", async () => {
    things.add("eu-central-1", "image", "ami-1", { tags: { Name: "os" } });
    expect(JSON.parse(await gc(["--aws", "--json"]))).toEqual([
        {
            id: "ami-1",
            name: "os",
            type: "aws:image",
            region: "eu-central-1",
            account: "111111111111",
            kind: "unknown",
            deleted: false,
        },
    ]);
    expect(terminal.exitCode).toBe(3);
});

test("it looks where the stack's resources are, as they are reached, and where a creation was cut off", async () => {
    const connection = { profile: "shop" };
    const exported = {
        resources: [resource({ id: "ami-1", connection }), resource({ id: "ami-2", connection })],
        pending_operations: [{ resource: resource({ region: "us-east-1" }), type: "creating" }],
    };
    await gc(["--aws"], exported);
    expect(things.looked).toEqual(['eu-central-1 {"profile":"shop"}', "us-east-1 {}"]);
    things.looked.length = 0;
    await gc(["--region", "ap-south-1", "sa-east-1"], { resources: [resource({ id: "ami-1", connection })] });
    expect(things.looked).toEqual(['ap-south-1 {"profile":"shop"}', 'sa-east-1 {"profile":"shop"}']);
});

test("for a stack without resources it looks where its configuration says", async () => {
    const empty = { resources: [{ urn: "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev" }] };
    await gc(["--aws"], empty, { "aws:region": { value: "eu-west-1" }, "aws:profile": { value: "shop" } });
    expect(things.looked).toEqual(['eu-west-1 {"profile":"shop"}']);
    await expect(gc(["--aws"], empty, { "aws:assumeRole": { value: "{}" } })).rejects.toThrow(
        /has aws:assumeRole, which this command does not read: name a profile/,
    );
});

test("another account's credentials are an error, and nothing is deleted", async () => {
    things.account = "222222222222";
    things.add("eu-central-1", "image", "ami-1");
    await expect(gc(["--aws", "--yes"])).rejects.toThrow(
        /the stack's resources are in account 111111111111 \(eu-central-1\), and these credentials are of 222222222222/,
    );
    expect(things.ids()).toEqual(["ami-1"]);
});

test("what the engine records while it looks is not taken for left", async () => {
    things.add("eu-central-1", "image", "ami-new");
    const exports = [[resource({})], [resource({ id: "ami-new" })]];
    const runPulumi = async (): Promise<string> => JSON.stringify({ deployment: { resources: exports.shift() } });
    await program(terminal, { runPulumi, lookOf: things.lookOf }).parseAsync(["gc", "--aws", "--yes"], {
        from: "user",
    });
    expect(things.ids()).toEqual(["ami-new"]);
});
