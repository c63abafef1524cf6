import { createHash } from "node:crypto";
import type { EBSClient, StartSnapshotRequest } from "@aws-sdk/client-ebs";
import { CompleteSnapshotCommand, PutSnapshotBlockCommand, StartSnapshotCommand } from "@aws-sdk/client-ebs";
import type { EC2Client, RegisterImageRequest } from "@aws-sdk/client-ec2";
import { RegisterImageCommand } from "@aws-sdk/client-ec2";

export const BLOCK = 524_288;

export const block = (content: string): Buffer => Buffer.alloc(BLOCK, content);

export const sha256 = (data: Uint8Array): string => createHash("sha256").update(data).digest("base64");

export async function start(ebs: EBSClient, request: Partial<StartSnapshotRequest> = {}): Promise<string> {
    const { SnapshotId } = await ebs.send(new StartSnapshotCommand({ VolumeSize: 1, ...request }));
    return SnapshotId!;
}

export async function put(ebs: EBSClient, SnapshotId: string, BlockIndex: number, data: Buffer): Promise<void> {
    await ebs.send(
        new PutSnapshotBlockCommand({
            SnapshotId,
            BlockIndex,
            BlockData: data,
            DataLength: data.length,
            Checksum: sha256(data),
            ChecksumAlgorithm: "SHA256",
        }),
    );
}

export async function complete(ebs: EBSClient, SnapshotId: string, blocks: readonly Buffer[]): Promise<void> {
    const digests = blocks.map((data) => createHash("sha256").update(data).digest());
    await ebs.send(
        new CompleteSnapshotCommand({
            SnapshotId,
            ChangedBlocksCount: blocks.length,
            Checksum: sha256(Buffer.concat(digests)),
            ChecksumAlgorithm: "SHA256",
            ChecksumAggregationMethod: "LINEAR",
        }),
    );
}

/** A snapshot with blocks from index 0 on, sealed. */
export async function uploaded(
    ebs: EBSClient,
    blocks: readonly Buffer[],
    request: Partial<StartSnapshotRequest> = {},
): Promise<string> {
    const id = await start(ebs, request);
    for (const [index, data] of blocks.entries()) {
        await put(ebs, id, index, data);
    }
    await complete(ebs, id, blocks);
    return id;
}

/** An image as this project registers one. */
export async function registered(
    ec2: EC2Client,
    SnapshotId: string,
    request: Partial<RegisterImageRequest> = {},
): Promise<string> {
    const { ImageId } = await ec2.send(
        new RegisterImageCommand({
            Name: `image of ${SnapshotId}`,
            Architecture: "x86_64",
            VirtualizationType: "hvm",
            EnaSupport: true,
            SriovNetSupport: "simple",
            RootDeviceName: "/dev/xvda",
            BlockDeviceMappings: [
                { DeviceName: "/dev/xvda", Ebs: { SnapshotId, VolumeType: "gp3", DeleteOnTermination: true } },
            ],
            ...request,
        }),
    );
    return ImageId!;
}
