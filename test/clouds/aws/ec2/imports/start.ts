import type { ImportSnapshotRequest, ImportSnapshotResult } from "@aws-sdk/client-ec2";
import { Failure, notEmulated } from "../../protocol/failure.ts";
import { sizeOf } from "../../s3/objects.ts";
import { BLOCK_BYTES } from "../../world/blocks.ts";
import type { Call } from "../../world/call.ts";
import { newResource, once } from "../../world/call.ts";
import { defaultKey, encryptionByDefault } from "../../world/encryption.ts";
import type { ImportTask, StoredObject } from "../../world/tables.ts";
import { newId } from "../../world/world.ts";
import { tagList, tagsFor } from "../tags/tag-set.ts";
import { detailView } from "./view.ts";

/** https://docs.aws.amazon.com/vm-import/latest/userguide/required-permissions.html */
const DEFAULT_ROLE = "vmimport";
/** https://docs.aws.amazon.com/vm-import/latest/userguide/limits-image-import.html, by account and region */
const MOST_TASKS = 20;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportSnapshot.html */
export async function importSnapshot(call: Call, input: ImportSnapshotRequest): Promise<ImportSnapshotResult> {
    const conflict = (): Failure =>
        new Failure("IdempotentParameterMismatch", "The client token was used with other parameters.");
    const id = await once(call, input.ClientToken, input, conflict, () => start(call, input));
    const task = call.world.tables.importTasks.get(id)!;
    return {
        ImportTaskId: id,
        Description: task.description,
        SnapshotTaskDetail: detailView(task, call),
        Tags: tagList(task.tags),
    };
}

async function start(call: Call, input: ImportSnapshotRequest): Promise<string> {
    const tags = tagsFor(input.TagSpecifications, "import-snapshot-task");
    checkRole(call, input.RoleName ?? DEFAULT_ROLE);
    const kmsKeyArn = keyOf(call, input);
    const object = diskOf(call, input);
    checkTasks(call);
    const task: ImportTask = {
        ...newResource(call, newId("import-snap"), tags),
        description: input.Description ?? "",
        diskDescription: input.DiskContainer?.Description,
        ...{ bucket: object.bucket, key: object.key, etag: object.etag, sizeBytes: sizeOf(object) },
        ...(kmsKeyArn !== undefined && { kmsKeyArn }),
        snapshotId: newId("snap"),
        completesAt: call.now + call.world.settings.importMs,
        completed: false,
    };
    await readBlocks(call, task.id, object);
    call.world.tables.importTasks.set(task.id, task);
    return task.id;
}

/** Roles are told to the emulator by its side interface. */
function checkRole({ world, account }: Call, name: string): void {
    if (!world.tables.roles.has(`${account}/${name}`)) {
        const message = `The service role ${name} provided does not exist or does not have sufficient permissions`;
        throw new Failure("InvalidParameter", message);
    }
}

function keyOf(call: Call, { Encrypted, KmsKeyId }: ImportSnapshotRequest): string | undefined {
    if (KmsKeyId !== undefined && Encrypted !== true) {
        throw new Failure("InvalidParameterDependency", "The parameter KmsKeyId needs Encrypted");
    }
    return Encrypted === true || encryptionByDefault(call) ? (KmsKeyId ?? defaultKey(call)) : undefined;
}

function diskOf(call: Call, { DiskContainer }: ImportSnapshotRequest): StoredObject {
    const { Format, Url, UserBucket } = DiskContainer ?? {};
    if (Format === undefined || (Url === undefined && UserBucket === undefined)) {
        throw new Failure("MissingParameter", "The request must contain the parameters format and a disk's place");
    }
    if (Format.toUpperCase() !== "RAW") {
        throw notEmulated(`imports of the format ${Format}`);
    }
    const fromUrl = /^s3:\/\/([^/]+)\/(.+)$/.exec(Url ?? "");
    const bucket = UserBucket?.S3Bucket ?? fromUrl?.[1] ?? "";
    const key = UserBucket?.S3Key ?? fromUrl?.[2] ?? "";
    const { buckets, objects } = call.world.tables;
    const object = objects.get(`${bucket}/${key}`);
    if (object === undefined || buckets.get(bucket)?.account !== call.account) {
        throw new Failure("InvalidParameter", "The given S3 object does not exist or cannot be read");
    }
    if (buckets.get(bucket)?.region !== call.region) {
        throw new Failure("InvalidParameter", "The given S3 bucket is not local to the region.");
    }
    return object;
}

function checkTasks({ world, account, region }: Call): void {
    const active = [...world.tables.importTasks.values()].filter(
        (task) => task.account === account && task.region === region && !task.completed && task.failure === undefined,
    );
    if (active.length >= MOST_TASKS) {
        throw new Failure("ResourceCountLimitExceeded", `There are ${active.length} active import tasks already.`);
    }
}

/** As the disk is now; whoever removes it before the import has ended will see the import fail. */
async function readBlocks({ world }: Call, holder: string, object: StoredObject): Promise<void> {
    const size = sizeOf(object);
    world.blocks.create(holder);
    for (let from = 0; from < size; from += BLOCK_BYTES) {
        const data = Buffer.alloc(BLOCK_BYTES);
        const read = await world.objects.read(object.files, from, Math.min(BLOCK_BYTES, size - from));
        read.copy(data);
        if (data.some((byte) => byte !== 0)) {
            await world.blocks.write(holder, from / BLOCK_BYTES, data, () => {});
        }
    }
}
