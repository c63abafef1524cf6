import type { BlockDeviceMapping, CopyImageRequest, CopyImageResult } from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { newResource, once } from "../../world/call.ts";
import { defaultKey, encryptionByDefault } from "../../world/encryption.ts";
import { mayRead } from "../../world/snapshot-state.ts";
import type { Image, Snapshot } from "../../world/tables.ts";
import { newId } from "../../world/world.ts";
import { tagsFor } from "../tags/tag-set.ts";
import { usableImage } from "./find.ts";
import { checkName } from "./name.ts";

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html: launch permissions and, unless they are
 * asked for, tags stay behind.
 */
export async function copyImage(call: Call, input: CopyImageRequest): Promise<CopyImageResult> {
    const conflict = (): Failure =>
        new Failure("IdempotentParameterMismatch", "The client token was used with other parameters.");
    return once(call, input.ClientToken, input, conflict, () => copy(call, input));
}

function copy(call: Call, input: CopyImageRequest): CopyImageResult {
    const source = usableImage({ ...call, region: input.SourceRegion! }, input.SourceImageId!);
    checkName(call, input.Name!);
    checkCopies(call);
    const made = ["image", "snapshot"] as const;
    const snapshotTags = tagsFor(input.TagSpecifications, "snapshot", made);
    const copied = input.CopyImageTags === true && source.account === call.account ? source.tags : {};
    const tags = { ...copied, ...tagsFor(input.TagSpecifications, "image", made) };
    const { deprecationTime: _time, protectedUntil: _until, ...kept } = source;
    const id = newId("ami");
    const image: Image = {
        ...kept,
        ...newResource(call, id, tags),
        name: input.Name!,
        description: input.Description ?? source.description,
        mappings: source.mappings.map((mapping) =>
            copyMapping(
                call,
                input,
                mapping,
                `Copied for DestinationAmi ${id} from SourceAmi ${source.id}`,
                snapshotTags,
            ),
        ),
        availableAt: call.now + call.world.settings.imageCopyMs,
        source: { id: source.id, region: source.region },
        sharedWith: [],
        protection: "disabled",
    };
    call.world.tables.images.set(image.id, image);
    return { ImageId: image.id };
}

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html: concurrent snapshot copies. */
function checkCopies({ world, account, region, now }: Call): void {
    const copies = [...world.tables.images.values()].filter(
        (each) => each.account === account && each.region === region && each.source && each.availableAt > now,
    );
    if (copies.length >= world.settings.snapshotCopies) {
        const message = `The maximum of ${world.settings.snapshotCopies} concurrent snapshot copies is reached.`;
        throw new Failure("ResourceLimitExceeded", message);
    }
}

function copyMapping(
    call: Call,
    input: CopyImageRequest,
    mapping: BlockDeviceMapping,
    why: string,
    tags: Record<string, string>,
): BlockDeviceMapping {
    const { snapshots } = call.world.tables;
    const source = mapping.Ebs?.SnapshotId === undefined ? undefined : snapshots.get(mapping.Ebs.SnapshotId);
    if (source === undefined) {
        return mapping;
    }
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/CopyingAMIs.html: of a shared image too
    if (!mayRead(source, call.account)) {
        throw new Failure("InvalidRequest", "You do not have permission to access the storage of this ami");
    }
    const snapshot = copySnapshot(call, source, keyOf(call, input, source), tags, why);
    call.world.blocks.create(snapshot.id, call.world.blocks.all(source.id));
    snapshots.set(snapshot.id, snapshot);
    const Encrypted = snapshot.kmsKeyArn !== undefined;
    return { ...mapping, Ebs: { ...mapping.Ebs, SnapshotId: snapshot.id, Encrypted } };
}

function copySnapshot(
    call: Call,
    source: Snapshot,
    kmsKeyArn: string | undefined,
    tags: Record<string, string>,
    why: string,
): Snapshot {
    const id = newId("snap");
    return {
        ...newResource(call, id, tags),
        volumeId: source.volumeId,
        volumeSize: source.volumeSize,
        description: `${why} for SourceSnapshot ${source.id}. Task created on ${call.now}.`,
        copiedFrom: source.id,
        lineage: id,
        ...(kmsKeyArn !== undefined && { kmsKeyArn }),
        timeoutMs: 0,
        lastActivityAt: call.now,
        completesAt: call.now + call.world.settings.imageCopyMs,
        sharedWith: [],
    };
}

/** A copy can be encrypted; it cannot be less encrypted than its source. */
function keyOf(call: Call, { Encrypted, KmsKeyId }: CopyImageRequest, source: Snapshot): string | undefined {
    if (KmsKeyId !== undefined && Encrypted !== true) {
        throw new Failure("InvalidParameterDependency", "The parameter KmsKeyId needs Encrypted");
    }
    if (KmsKeyId?.startsWith("arn:") === true && KmsKeyId.split(":")[3] !== call.region) {
        throw new Failure("InvalidParameterValue", `The KMS key ${KmsKeyId} is not of the destination region`);
    }
    const encrypted = Encrypted === true || source.kmsKeyArn !== undefined || encryptionByDefault(call);
    return encrypted ? (KmsKeyId ?? defaultKey(call)) : undefined;
}
