import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
    CompleteSnapshotCommand,
    GetSnapshotBlockCommand,
    ListChangedBlocksCommand,
    ListSnapshotBlocksCommand,
    PutSnapshotBlockCommand,
    StartSnapshotCommand,
} from "@aws-sdk/client-ebs";
import {
    DeleteSnapshotCommand,
    DescribeSnapshotsCommand,
    EnableEbsEncryptionByDefaultCommand,
} from "@aws-sdk/client-ec2";
import type { Running } from "../support/running.ts";
import { describeEmulator, end, running } from "../support/running.ts";
import { block, BLOCK, complete, put, sha256, start, uploaded } from "../support/upload.ts";

const KEY = "arn:aws:kms:eu-central-1:111111111111:key/1234";

describeEmulator("EBS direct", () => {
    let aws: Running;
    beforeEach(async () => {
        aws = await running();
        await aws.side("POST", "clock", { scale: 0 });
    });
    afterEach(() => end(aws));

    const advance = (minutes: number): Promise<unknown> => aws.side("POST", "clock", { advanceMs: minutes * 60_000 });
    const stateOf = async (id: string): Promise<string | undefined> => {
        const { Snapshots } = await aws.ec2().send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }));
        return Snapshots?.[0]?.State;
    };

    test("what was written is listed and read again, byte for byte, once it is completed", async () => {
        const ebs = aws.ebs();
        const blocks = [block("a"), block("b")];
        const id = await start(ebs);
        await put(ebs, id, 7, block("overwritten"));
        await put(ebs, id, 7, blocks[1]!);
        await put(ebs, id, 2, blocks[0]!);
        await complete(ebs, id, blocks);
        await expect(ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: id }))).rejects.toMatchObject({
            name: "ValidationException",
        });
        expect(await stateOf(id)).toBe("pending");
        await advance(1);
        expect(await stateOf(id)).toBe("completed");
        const { Blocks, BlockSize } = await ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: id }));
        expect(BlockSize).toBe(BLOCK);
        expect(Blocks?.map(({ BlockIndex }) => BlockIndex)).toEqual([2, 7]);
        const { BlockToken } = Blocks![1]!;
        const read = await ebs.send(new GetSnapshotBlockCommand({ SnapshotId: id, BlockIndex: 7, BlockToken }));
        expect(Buffer.from(await read.BlockData!.transformToByteArray()).equals(blocks[1]!)).toBe(true);
        expect(read.Checksum).toBe(sha256(blocks[1]!));
        await expect(
            ebs.send(new GetSnapshotBlockCommand({ SnapshotId: id, BlockIndex: 2, BlockToken })),
        ).rejects.toMatchObject({ name: "ValidationException", Reason: "INVALID_BLOCK_TOKEN" });
    });

    test("a client token gives the same snapshot again, and a conflict with other parameters", async () => {
        const ebs = aws.ebs();
        const first = await start(ebs, { ClientToken: "token", Tags: [{ Key: "a", Value: "b" }] });
        const second = await start(ebs, { ClientToken: "token", Tags: [{ Key: "a", Value: "b" }] });
        expect(second).toBe(first);
        await expect(start(ebs, { ClientToken: "token" })).rejects.toMatchObject({
            name: "ConflictException",
            $metadata: { httpStatusCode: 409 },
        });
        await expect(aws.side("GET", "existing")).resolves.toMatchObject([
            { id: first, type: "snapshot", state: "pending", tags: { a: "b" }, region: "eu-central-1" },
        ]);
    });

    test.each([
        ["a short block", { BlockData: Buffer.alloc(512), DataLength: 512 }],
        ["another length", { DataLength: 512 }],
        ["another checksum", { Checksum: sha256(block("b")) }],
        ["an index beyond the volume", { BlockIndex: 2_048 }],
    ])("%s is refused", async (_name, change) => {
        const ebs = aws.ebs();
        const data = block("a");
        const SnapshotId = await start(ebs);
        const request = {
            SnapshotId,
            BlockIndex: 2_047,
            BlockData: data,
            DataLength: BLOCK,
            Checksum: sha256(data),
            ChecksumAlgorithm: "SHA256" as const,
        };
        const given = { ...request, ...change };
        const refused = "BlockData" in change ? { ...given, Checksum: sha256(given.BlockData) } : given;
        await expect(ebs.send(new PutSnapshotBlockCommand(refused))).rejects.toMatchObject({
            name: "ValidationException",
        });
        await expect(ebs.send(new PutSnapshotBlockCommand(request))).resolves.toMatchObject({
            Checksum: request.Checksum,
        });
    });

    test("a seal needs the count of blocks and their checksum in order, and is for good", async () => {
        const ebs = aws.ebs();
        const blocks = [block("a"), block("b")];
        const id = await start(ebs);
        await put(ebs, id, 0, blocks[0]!);
        await put(ebs, id, 1, blocks[1]!);
        const refused = { name: "ValidationException" };
        await expect(complete(ebs, id, blocks.slice(1))).rejects.toMatchObject(refused);
        await expect(complete(ebs, id, blocks.toReversed())).rejects.toMatchObject(refused);
        await complete(ebs, id, blocks);
        await expect(put(ebs, id, 1, blocks[1]!)).rejects.toMatchObject(refused);
        await expect(
            ebs.send(new CompleteSnapshotCommand({ SnapshotId: id, ChangedBlocksCount: 2 })),
        ).rejects.toMatchObject(refused);
    });

    test("a child starts with its parent's blocks, counts its own, and knows what changed", async () => {
        const ebs = aws.ebs();
        const parent = await uploaded(ebs, [block("a"), block("b"), block("c")]);
        await expect(start(ebs, { ParentSnapshotId: parent })).rejects.toMatchObject({ name: "ValidationException" });
        await advance(1);
        const child = await start(ebs, { ParentSnapshotId: parent });
        await put(ebs, child, 1, block("changed"));
        await put(ebs, child, 9, block("added"));
        await complete(ebs, child, [block("changed"), block("added")]);
        await advance(1);
        const { ChangedBlocks } = await ebs.send(
            new ListChangedBlocksCommand({ FirstSnapshotId: parent, SecondSnapshotId: child }),
        );
        expect(
            ChangedBlocks?.map(({ BlockIndex, FirstBlockToken }) => [BlockIndex, FirstBlockToken !== undefined]),
        ).toEqual([
            [1, true],
            [9, false],
        ]);
        const { Blocks } = await ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: child }));
        expect(Blocks?.map(({ BlockIndex }) => BlockIndex)).toEqual([0, 1, 2, 9]);
        const stranger = await uploaded(ebs, [block("a")]);
        await advance(1);
        await expect(
            ebs.send(new ListChangedBlocksCommand({ FirstSnapshotId: parent, SecondSnapshotId: stranger })),
        ).rejects.toMatchObject({ Reason: "UNRELATED_SNAPSHOTS" });
    });

    test("encryption follows AWS's tables", async () => {
        const ebs = aws.ebs();
        const refused = { name: "ValidationException" };
        const parent = await uploaded(ebs, [block("a")]);
        await advance(1);
        await expect(start(ebs, { ParentSnapshotId: parent, Encrypted: true })).rejects.toMatchObject(refused);
        await expect(start(ebs, { KmsKeyArn: KEY })).rejects.toMatchObject(refused);
        const encrypted = await ebs.send(new StartSnapshotCommand({ VolumeSize: 1, Encrypted: true, KmsKeyArn: KEY }));
        expect(encrypted).toMatchObject({ KmsKeyArn: KEY, SseType: "sse-kms" });
        await aws.ec2().send(new EnableEbsEncryptionByDefaultCommand({}));
        await expect(start(ebs, { ParentSnapshotId: parent })).rejects.toMatchObject(refused);
        await expect(start(ebs, { Encrypted: false })).rejects.toMatchObject(refused);
        const byDefault = await ebs.send(new StartSnapshotCommand({ VolumeSize: 1 }));
        expect(byDefault.SseType).toBe("sse-kms");
    });

    test("a snapshot that nobody writes to ends in error after its time-out", async () => {
        const ebs = aws.ebs();
        const id = await start(ebs, { Timeout: 10 });
        await advance(9);
        await put(ebs, id, 0, block("a"));
        await advance(9);
        expect(await stateOf(id)).toBe("pending");
        await advance(2);
        expect(await stateOf(id)).toBe("error");
        await expect(put(ebs, id, 0, block("a"))).rejects.toMatchObject({ name: "ValidationException" });
    });

    test("there may be so many pending snapshots, and a fresh one may not be found yet", async () => {
        const ebs = aws.ebs();
        await aws.side("POST", "settings", { pendingSnapshots: 1, consistencyMs: 120_000 });
        const id = await start(ebs);
        await expect(start(ebs)).rejects.toMatchObject({ name: "ConcurrentLimitExceededException" });
        await expect(put(ebs, id, 0, block("a"))).rejects.toMatchObject({
            name: "ResourceNotFoundException",
            Reason: "SNAPSHOT_NOT_FOUND",
        });
        await advance(2);
        await put(ebs, id, 0, block("a"));
    });

    test("a block that comes while its snapshot is deleted leaves nothing behind", async () => {
        const ebs = aws.ebs();
        for (let attempt = 0; attempt < 10; attempt += 1) {
            const id = await start(ebs);
            const puts = [0, 1, 2, 3].map((index) => put(ebs, id, index, block(`${attempt} ${index}`)));
            const remove = aws.ec2().send(new DeleteSnapshotCommand({ SnapshotId: id }));
            await Promise.allSettled([...puts, remove]);
        }
        expect(readdirSync(join(aws.state, "holders"))).toEqual([]);
        expect(readdirSync(join(aws.state, "blocks"))).toEqual([]);
    });

    test("parameters are held to the model", async () => {
        const ebs = aws.ebs();
        const refused = { name: "ValidationException" };
        await expect(start(ebs, { Timeout: 5 })).rejects.toMatchObject({
            ...refused,
            message: expect.stringContaining(
                "at 'timeout' failed to satisfy constraint: Member must have value greater",
            ),
        });
        await expect(start(ebs, { VolumeSize: 65_537 })).rejects.toMatchObject(refused);
        await expect(start(ebs, { ClientToken: "with space" })).rejects.toMatchObject(refused);
        await expect(put(ebs, "vol-1", 0, block("a"))).rejects.toMatchObject(refused);
    });

    test("lists come in pages", async () => {
        const ebs = aws.ebs();
        const blocks = Array.from({ length: 101 }, () => block("a"));
        const id = await uploaded(ebs, blocks);
        await advance(1);
        const first = await ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: id, MaxResults: 100 }));
        const second = await ebs.send(
            new ListSnapshotBlocksCommand({ SnapshotId: id, MaxResults: 100, NextToken: first.NextToken }),
        );
        expect([first.Blocks?.length, second.Blocks?.length, second.NextToken]).toEqual([100, 1, undefined]);
    });
});
