import {
    CancelImportTaskCommand,
    DescribeImportSnapshotTasksCommand,
    DescribeSnapshotsCommand,
    ImportSnapshotCommand,
} from "@aws-sdk/client-ec2";
import type { ImportSnapshotRequest, SnapshotTaskDetail } from "@aws-sdk/client-ec2";
import { ListSnapshotBlocksCommand } from "@aws-sdk/client-ebs";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";
import type { Existing } from "../../control/leaks.ts";
import type { Running } from "../../support/running.ts";
import { describeEmulator, end, running } from "../../support/running.ts";
import { bucketOf, s3Of } from "../../support/s3.ts";
import { block, BLOCK } from "../../support/upload.ts";

const KEY = "arn:aws:kms:eu-central-1:111111111111:key/1234";

describeEmulator("imports of disks", () => {
    let aws: Running;
    let s3: S3Client;
    let disk: { readonly Bucket: string; readonly Key: string };
    beforeEach(async () => {
        aws = await running();
        await aws.side("POST", "clock", { scale: 0 });
        s3 = s3Of(aws);
        disk = { Bucket: await bucketOf(s3), Key: "disk.raw" };
        const Body = Buffer.concat([block("a"), Buffer.alloc(BLOCK), Buffer.from("end")]);
        await s3.send(new PutObjectCommand({ ...disk, Body }));
    });
    afterEach(() => end(aws));

    const role = (): Promise<unknown> => aws.side("POST", "roles", { account: "111111111111", name: "vmimport" });
    const advance = (seconds: number): Promise<unknown> => aws.side("POST", "clock", { advanceMs: seconds * 1_000 });
    const types = async (): Promise<string[]> =>
        ((await aws.side("GET", "existing")) as Existing[]).map(({ type }) => type).toSorted();
    const start = async (request: Partial<ImportSnapshotRequest> = {}): Promise<string> => {
        const UserBucket = { S3Bucket: disk.Bucket, S3Key: disk.Key };
        const DiskContainer = { Format: "RAW", UserBucket };
        return (await aws.ec2().send(new ImportSnapshotCommand({ DiskContainer, ...request }))).ImportTaskId!;
    };
    const detail = async (id: string): Promise<SnapshotTaskDetail> => {
        const describe = new DescribeImportSnapshotTasksCommand({ ImportTaskIds: [id] });
        return (await aws.ec2().send(describe)).ImportSnapshotTasks![0]!.SnapshotTaskDetail!;
    };

    test("without its role nothing is imported", async () => {
        await expect(start()).rejects.toMatchObject({
            name: "InvalidParameter",
            message: "The service role vmimport provided does not exist or does not have sufficient permissions",
        });
        await role();
        await expect(start({ RoleName: "mine" })).rejects.toMatchObject({ name: "InvalidParameter" });
        await start();
    });

    test("a disk becomes a snapshot, in time, without the task's tags", async () => {
        await role();
        const TagSpecifications = [{ ResourceType: "import-snapshot-task" as const, Tags: [{ Key: "a", Value: "b" }] }];
        await expect(
            start({ TagSpecifications: [{ ...TagSpecifications[0], ResourceType: "snapshot" }] }),
        ).rejects.toMatchObject({ name: "InvalidParameterValue" });
        const id = await start({ TagSpecifications, ClientToken: "once", Encrypted: true, KmsKeyId: KEY });
        expect(await start({ TagSpecifications, ClientToken: "once", Encrypted: true, KmsKeyId: KEY })).toBe(id);
        expect(await types()).toEqual(["bucket", "import-snapshot-task", "object"]);
        await advance(5);
        expect(await detail(id)).toMatchObject({ Status: "active", StatusMessage: "converting", Progress: "50" });
        expect((await detail(id)).SnapshotId).toBeUndefined();
        await advance(5);
        const { Status, SnapshotId } = await detail(id);
        expect(Status).toBe("completed");
        const { Snapshots } = await aws.ec2().send(new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId!] }));
        expect(Snapshots).toMatchObject([{ State: "completed", VolumeSize: 1, KmsKeyId: KEY }]);
        expect(Snapshots![0]!.Tags ?? []).toEqual([]);
        const { Blocks } = await aws.ebs().send(new ListSnapshotBlocksCommand({ SnapshotId }));
        expect(Blocks?.map(({ BlockIndex }) => BlockIndex)).toEqual([0, 2]);
        expect(await types()).toEqual(["bucket", "object", "snapshot"]);
    });

    test("an import is cancelled, once, and leaves nothing", async () => {
        await role();
        const id = await start();
        const cancel = new CancelImportTaskCommand({ ImportTaskId: id, CancelReason: "enough" });
        expect(await aws.ec2().send(cancel)).toMatchObject({ PreviousState: "active", State: "deleted" });
        await expect(aws.ec2().send(cancel)).rejects.toMatchObject({ name: "IncorrectState" });
        await advance(60);
        expect(await detail(id)).toMatchObject({ Status: "deleted", StatusMessage: "enough" });
        expect(await types()).toEqual(["bucket", "object"]);
    });

    test("an import whose disk is removed before its end fails", async () => {
        await role();
        const id = await start();
        await s3.send(new DeleteObjectCommand(disk));
        await advance(60);
        expect(await detail(id)).toMatchObject({
            Status: "deleted",
            StatusMessage: expect.stringContaining("ClientError"),
        });
        await expect(start()).rejects.toMatchObject({ name: "InvalidParameter" });
        expect(await types()).toEqual(["bucket"]);
    });
});
