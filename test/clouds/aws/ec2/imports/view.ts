import type { ImportSnapshotTask, SnapshotTaskDetail } from "@aws-sdk/client-ec2";
import type { Call } from "../../world/call.ts";
import type { ImportTask } from "../../world/tables.ts";
import { tagList } from "../tags/tag-set.ts";

export function taskState({ completed, failure }: ImportTask): "active" | "completed" | "deleted" {
    if (failure !== undefined) {
        return "deleted";
    }
    return completed ? "completed" : "active";
}

export function taskView(task: ImportTask, call: Call): ImportSnapshotTask {
    return {
        ImportTaskId: task.id,
        Description: task.description,
        SnapshotTaskDetail: detailView(task, call),
        Tags: tagList(task.tags),
    };
}

/** https://docs.aws.amazon.com/vm-import/latest/userguide/start-snapshot-import.html: the snapshot is told at the end. */
export function detailView(task: ImportTask, call: Call): SnapshotTaskDetail {
    const { diskDescription, kmsKeyArn } = task;
    const Status = taskState(task);
    return {
        ...(diskDescription !== undefined && { Description: diskDescription }),
        DiskImageSize: task.sizeBytes,
        Encrypted: kmsKeyArn !== undefined,
        ...(kmsKeyArn !== undefined && { KmsKeyId: kmsKeyArn }),
        Format: "RAW",
        Status,
        ...(Status === "active" && progress(task, call)),
        ...(Status === "completed" && { SnapshotId: task.snapshotId }),
        ...(task.failure !== undefined && { StatusMessage: task.failure }),
        UserBucket: { S3Bucket: task.bucket, S3Key: task.key },
    };
}

/** From which part of the time on a task says what. */
const STAGES: readonly (readonly [part: number, message: string])[] = [
    [0.3, "converting"],
    [0.2, "validated"],
    [0.1, "validating"],
];

function progress({ createdAt, completesAt }: ImportTask, { now }: Call): { Progress: string; StatusMessage: string } {
    const part = completesAt === createdAt ? 1 : (now - createdAt) / (completesAt - createdAt);
    const [, message] = STAGES.find(([from]) => part >= from) ?? [];
    return { Progress: String(Math.max(3, Math.min(99, Math.floor(part * 100)))), StatusMessage: message ?? "pending" };
}
