import {
    CreateSnapshotCommand,
    CreateVolumeCommand,
    DeleteVolumeCommand,
    DescribeSnapshotsCommand,
    DescribeVolumesModificationsCommand,
    ModifyVolumeCommand,
} from "@aws-sdk/client-ec2";
import { ListSnapshotBlocksCommand } from "@aws-sdk/client-ebs";
import type { Running } from "../../support/running.ts";
import { describeEmulator, end, running } from "../../support/running.ts";
import { block, uploaded } from "../../support/upload.ts";

describeEmulator("snapshots of volumes", () => {
    let aws: Running;
    let VolumeId: string;
    beforeEach(async () => {
        aws = await running();
        await aws.side("POST", "clock", { scale: 0 });
        const SnapshotId = await uploaded(aws.ebs(), [block("a")]);
        await advance();
        const create = new CreateVolumeCommand({ AvailabilityZone: "eu-central-1a", SnapshotId });
        VolumeId = (await aws.ec2().send(create)).VolumeId!;
    });
    afterEach(() => end(aws));

    const advance = (seconds = 60): Promise<unknown> => aws.side("POST", "clock", { advanceMs: seconds * 1_000 });

    test("one has its volume's blocks, and outlives it", async () => {
        const ec2 = aws.ec2();
        const TagSpecifications = [{ ResourceType: "snapshot" as const, Tags: [{ Key: "a", Value: "b" }] }];
        const create = new CreateSnapshotCommand({ VolumeId, Description: "last", TagSpecifications });
        await expect(ec2.send(create)).rejects.toMatchObject({ name: "IncorrectState" });
        await advance();
        const { SnapshotId, State } = await ec2.send(create);
        expect(State).toBe("pending");
        await advance();
        await ec2.send(new DeleteVolumeCommand({ VolumeId }));
        const { Snapshots } = await ec2.send(
            new DescribeSnapshotsCommand({ Filters: [{ Name: "volume-id", Values: [VolumeId] }] }),
        );
        expect(Snapshots).toMatchObject([{ SnapshotId, State: "completed", VolumeSize: 1, Tags: [{ Key: "a" }] }]);
        const { Blocks } = await aws.ebs().send(new ListSnapshotBlocksCommand({ SnapshotId }));
        expect(Blocks?.map(({ BlockIndex }) => BlockIndex)).toEqual([0]);
    });

    test("a modification goes from modifying over optimizing to completed", async () => {
        const ec2 = aws.ec2();
        await advance();
        await ec2.send(new ModifyVolumeCommand({ VolumeId, Size: 2 }));
        const state = async (): Promise<string | undefined> => {
            const Filters = [{ Name: "volume-id", Values: [VolumeId] }];
            const { VolumesModifications } = await ec2.send(new DescribeVolumesModificationsCommand({ Filters }));
            return VolumesModifications![0]!.ModificationState;
        };
        const states = [await state()];
        await advance(0.3);
        states.push(await state());
        await advance(0.3);
        states.push(await state());
        expect(states).toEqual(["modifying", "optimizing", "completed"]);
    });
});
