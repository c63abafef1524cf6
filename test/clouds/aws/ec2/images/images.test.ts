import {
    CopyImageCommand,
    DeleteSnapshotCommand,
    DeregisterImageCommand,
    DescribeImageAttributeCommand,
    DescribeImagesCommand,
    DescribeSnapshotsCommand,
    DisableImageDeregistrationProtectionCommand,
    EnableImageDeprecationCommand,
    EnableImageDeregistrationProtectionCommand,
    ModifyImageAttributeCommand,
    ModifySnapshotAttributeCommand,
    RegisterImageCommand,
} from "@aws-sdk/client-ec2";
import type { Running } from "../../support/running.ts";
import { describeEmulator, end, running } from "../../support/running.ts";
import { block, registered, uploaded } from "../../support/upload.ts";

describeEmulator("images", () => {
    let aws: Running;
    let snapshot: string;
    beforeEach(async () => {
        aws = await running();
        await aws.side("POST", "clock", { scale: 0 });
        snapshot = await uploaded(aws.ebs(), [block("a")]);
        await advance(1);
    });
    afterEach(() => end(aws));

    const advance = (hours: number): Promise<unknown> => aws.side("POST", "clock", { advanceMs: hours * 3_600_000 });
    const imageOf = async (id: string, account: 0 | 1 = 0): Promise<object | undefined> => {
        const { Images } = await aws.ec2({ account }).send(new DescribeImagesCommand({ ImageIds: [id] }));
        return Images?.[0];
    };

    test("AWS's defaults are AWS's", async () => {
        const { ImageId } = await aws.ec2().send(
            new RegisterImageCommand({
                Name: "plain",
                RootDeviceName: "/dev/sda1",
                BlockDeviceMappings: [{ DeviceName: "/dev/sda1", Ebs: { SnapshotId: snapshot } }],
            }),
        );
        expect(await imageOf(ImageId!)).toMatchObject({
            Architecture: "i386",
            VirtualizationType: "paravirtual",
            EnaSupport: false,
            State: "available",
            OwnerId: "111111111111",
            BlockDeviceMappings: [{ Ebs: { VolumeType: "gp2", VolumeSize: 1, DeleteOnTermination: true } }],
        });
    });

    test("a name is one image's, and follows the rules", async () => {
        const ec2 = aws.ec2();
        const first = await registered(ec2, snapshot, { Name: "redis (1)" });
        await expect(registered(ec2, snapshot, { Name: "redis (1)" })).rejects.toMatchObject({
            name: "InvalidAMIName.Duplicate",
            message: expect.stringContaining(first),
        });
        for (const Name of ["ab", "a:b", "x".repeat(129)]) {
            await expect(registered(ec2, snapshot, { Name })).rejects.toMatchObject({
                name: expect.stringMatching(/^InvalidAMIName.Malformed|InvalidParameterValue$/),
            });
        }
        await ec2.send(new DeregisterImageCommand({ ImageId: first }));
        await registered(ec2, snapshot, { Name: "redis (1)" });
    });

    test.each([
        ["TPM without UEFI", { TpmSupport: "v2.0" as const }, "InvalidParameterCombination"],
        [
            "arm64 with legacy BIOS",
            { Architecture: "arm64" as const, BootMode: "legacy-bios" as const },
            "InvalidParameterValue",
        ],
        ["ENA with paravirtual", { VirtualizationType: "paravirtual" }, "InvalidParameterCombination"],
        ["a root without a mapping", { RootDeviceName: "/dev/sda1" }, "InvalidBlockDeviceMapping"],
        [
            "tags of another kind",
            { TagSpecifications: [{ ResourceType: "snapshot" as const, Tags: [] }] },
            "InvalidParameterValue",
        ],
        ["a member that is not emulated", { UefiData: "AAAA" }, "EmulatorNotImplemented"],
    ])("%s is refused", async (_name, change, name) => {
        await expect(registered(aws.ec2(), snapshot, change)).rejects.toMatchObject({ name });
        await expect(registered(aws.ec2(), snapshot)).resolves.toMatch(/^ami-/);
    });

    test("a snapshot must be completed", async () => {
        const pending = await uploaded(aws.ebs(), [block("b")]);
        await expect(registered(aws.ec2(), pending)).rejects.toMatchObject({
            name: "IncorrectState",
            message: `Snapshot '${pending}' is not 'completed'.`,
        });
    });

    test("a snapshot in use stays, and goes with the last of its images", async () => {
        const ec2 = aws.ec2();
        const one = await registered(ec2, snapshot, { Name: "one" });
        const two = await registered(ec2, snapshot, { Name: "two" });
        await expect(ec2.send(new DeleteSnapshotCommand({ SnapshotId: snapshot }))).rejects.toMatchObject({
            name: "InvalidSnapshot.InUse",
            message: expect.stringContaining(one),
        });
        const deregister = (ImageId: string): DeregisterImageCommand =>
            new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true });
        const first = await ec2.send(deregister(one));
        expect(first.DeleteSnapshotResults).toEqual([{ SnapshotId: snapshot, ReturnCode: "skipped" }]);
        const second = await ec2.send(deregister(two));
        expect(second.DeleteSnapshotResults).toEqual([{ SnapshotId: snapshot, ReturnCode: "success" }]);
        await expect(imageOf(one)).rejects.toMatchObject({ name: "InvalidAMIID.NotFound" });
        await expect(aws.side("GET", "existing")).resolves.toEqual([]);
    });

    test("a protected image stays, and a day longer with a cooldown", async () => {
        const ec2 = aws.ec2();
        const ImageId = await registered(ec2, snapshot);
        await ec2.send(new EnableImageDeregistrationProtectionCommand({ ImageId, WithCooldown: true }));
        const refused = { name: "OperationNotPermitted" };
        await expect(ec2.send(new DeregisterImageCommand({ ImageId }))).rejects.toMatchObject(refused);
        await ec2.send(new DisableImageDeregistrationProtectionCommand({ ImageId }));
        await expect(ec2.send(new DeregisterImageCommand({ ImageId }))).rejects.toMatchObject(refused);
        await advance(24);
        await expect(ec2.send(new DeregisterImageCommand({ ImageId }))).resolves.toMatchObject({ Return: true });
    });

    test("another account sees an image when it may launch it", async () => {
        const ec2 = aws.ec2();
        const ImageId = await registered(ec2, snapshot);
        await expect(imageOf(ImageId, 1)).rejects.toMatchObject({ name: "InvalidAMIID.NotFound" });
        const Add = [{ UserId: "222222222222" }];
        await ec2.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add } }));
        expect(await imageOf(ImageId, 1)).toMatchObject({ ImageId });
        await expect(
            ec2.send(new DescribeImageAttributeCommand({ ImageId, Attribute: "launchPermission" })),
        ).resolves.toMatchObject({ LaunchPermissions: Add });
        await expect(aws.ec2({ account: 1 }).send(new DeregisterImageCommand({ ImageId }))).rejects.toMatchObject({
            name: "InvalidAMIID.NotFound",
        });
        await ec2.send(new ModifySnapshotAttributeCommand({ SnapshotId: snapshot, CreateVolumePermission: { Add } }));
        const { Snapshots } = await aws
            .ec2({ account: 1 })
            .send(new DescribeSnapshotsCommand({ RestorableByUserIds: ["self"] }));
        expect(Snapshots).toMatchObject([{ SnapshotId: snapshot, OwnerId: "111111111111" }]);
    });

    test("a copy is another region's own, and leaves permissions behind", async () => {
        const ec2 = aws.ec2();
        const source = await registered(ec2, snapshot);
        await ec2.send(
            new ModifyImageAttributeCommand({ ImageId: source, LaunchPermission: { Add: [{ Group: "all" }] } }),
        );
        const there = aws.ec2({ region: "us-east-1" });
        const copy = (Name: string): CopyImageCommand =>
            new CopyImageCommand({ Name, SourceImageId: source, SourceRegion: "eu-central-1", ClientToken: "copy" });
        const { ImageId } = await there.send(copy("copied"));
        expect((await there.send(copy("copied"))).ImageId).toBe(ImageId);
        await expect(there.send(copy("other"))).rejects.toMatchObject({ name: "IdempotentParameterMismatch" });
        const describe = new DescribeImagesCommand({ Owners: ["self"] });
        expect((await there.send(describe)).Images).toMatchObject([{ ImageId, State: "pending", Public: false }]);
        await advance(1);
        expect((await there.send(describe)).Images).toMatchObject([{ State: "available", SourceImageId: source }]);
        await expect(imageOf(ImageId!)).rejects.toMatchObject({ name: "InvalidAMIID.NotFound" });
        const existing = (await aws.side("GET", "existing")) as { region: string; type: string }[];
        expect(existing.filter(({ region }) => region === "us-east-1").map(({ type }) => type)).toEqual([
            "snapshot",
            "image",
        ]);
    });

    test("a deprecated image is listed for its owner alone", async () => {
        const ec2 = aws.ec2();
        const ImageId = await registered(ec2, snapshot);
        const { now } = (await aws.side("GET", "clock")) as { now: string };
        const DeprecateAt = new Date(Date.parse(now) + 3_600_000);
        await ec2.send(new EnableImageDeprecationCommand({ ImageId, DeprecateAt }));
        await ec2.send(
            new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add: [{ UserId: "222222222222" }] } }),
        );
        await advance(2);
        const listed = async (account: 0 | 1, IncludeDeprecated?: boolean): Promise<number | undefined> => {
            const all = new DescribeImagesCommand({ Owners: ["111111111111"], IncludeDeprecated });
            return (await aws.ec2({ account }).send(all)).Images?.length;
        };
        expect([await listed(0), await listed(1), await listed(1, true)]).toEqual([1, 0, 1]);
    });

    test("a copy whose source's snapshot goes meanwhile fails, and so many are made at a time", async () => {
        const here = aws.ec2();
        const there = aws.ec2({ region: "us-east-1" });
        await aws.side("POST", "settings", { snapshotCopies: 1 });
        const SourceImageId = await registered(here, snapshot);
        const copy = (Name: string, more: object = {}): Promise<{ ImageId?: string | undefined }> =>
            there.send(new CopyImageCommand({ Name, SourceImageId, SourceRegion: "eu-central-1", ...more }));
        const KmsKeyId = "arn:aws:kms:eu-central-1:111111111111:key/1234";
        await expect(copy("elsewhere", { Encrypted: true, KmsKeyId })).rejects.toMatchObject({
            name: "InvalidParameterValue",
        });
        const { ImageId } = await copy("first");
        await expect(copy("second")).rejects.toMatchObject({ name: "ResourceLimitExceeded" });
        await here.send(new DeregisterImageCommand({ ImageId: SourceImageId, DeleteAssociatedSnapshots: true }));
        await advance(1);
        const { Images } = await there.send(new DescribeImagesCommand({ ImageIds: [ImageId!] }));
        expect(Images).toMatchObject([{ State: "failed", SourceImageId }]);
    });
});
