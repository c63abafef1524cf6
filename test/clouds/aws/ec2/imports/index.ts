import type {
    CancelImportTaskRequest,
    CancelImportTaskResult,
    DescribeImportSnapshotTasksRequest,
    DescribeImportSnapshotTasksResult,
} from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call, Operations } from "../../world/call.ts";
import { changes, reads } from "../../world/call.ts";
import type { ImportTask, Resource } from "../../world/tables.ts";
import type { World } from "../../world/world.ts";
import type { FilterFields } from "../query/filters.ts";
import { filtered } from "../query/filters.ts";
import { findOwn, IMPORT_TASK, select } from "../query/find.ts";
import { paged } from "../query/pages.ts";
import { endImport } from "./settle.ts";
import { importSnapshot } from "./start.ts";
import { taskState, taskView } from "./view.ts";

const FIELDS: FilterFields<ImportTask> = { "task-state": taskState };

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImportSnapshotTasks.html */
function describeImportSnapshotTasks(
    call: Call,
    input: DescribeImportSnapshotTasksRequest,
): DescribeImportSnapshotTasksResult {
    const { ImportTaskIds: ids } = input;
    const own = ({ account }: ImportTask): boolean => account === call.account;
    const found = filtered(select(call, IMPORT_TASK, call.world.tables.importTasks, ids, own), input.Filters, FIELDS);
    const { page, NextToken } = paged(found, input, ids);
    return {
        ImportSnapshotTasks: page.map((task) => taskView(task, call)),
        ...(NextToken !== undefined && { NextToken }),
    };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelImportTask.html */
function cancelImportTask(call: Call, input: CancelImportTaskRequest): CancelImportTaskResult {
    const task = findOwn(call, IMPORT_TASK, call.world.tables.importTasks, input.ImportTaskId ?? "");
    const before = taskState(task);
    if (before !== "active") {
        throw new Failure("IncorrectState", `The import task ${task.id} is ${before}, and cannot be cancelled.`);
    }
    endImport(call.world, task, input.CancelReason ?? "The import was cancelled");
    return { ImportTaskId: task.id, PreviousState: before, State: taskState(task) };
}

export const importOperations: Operations = {
    ImportSnapshot: changes(importSnapshot, [
        "ClientToken",
        "Description",
        "DiskContainer.Description",
        "DiskContainer.Format",
        "DiskContainer.Url",
        "DiskContainer.UserBucket",
        "Encrypted",
        "KmsKeyId",
        "RoleName",
        "TagSpecifications",
    ]),
    DescribeImportSnapshotTasks: reads(describeImportSnapshotTasks, [
        "ImportTaskIds",
        "Filters",
        "MaxResults",
        "NextToken",
    ]),
    CancelImportTask: changes(cancelImportTask, ["ImportTaskId", "CancelReason"]),
};

export function existingImports({ tables }: World): [string, Resource, string][] {
    return [...tables.importTasks.values()]
        .filter((task) => taskState(task) === "active")
        .map((task) => ["import-snapshot-task", task, "active"]);
}
