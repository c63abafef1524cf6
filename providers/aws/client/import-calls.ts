import type * as libStorage from "@aws-sdk/lib-storage";
import type { ImportSnapshotTask } from "@aws-sdk/client-ec2";
import type { ImportCalls, ImportTask } from "../image/import/calls";
import type { Clients } from "./clients";
import { awsCode, isAbsent } from "./errors";
import { call, pages, tagList, tagsOf } from "./requests";

const mebibyte = 2 ** 20;

/** Of an upload in parts: at least 5 MiB each but the last, and 10,000 at most. */
const partBytes = (sizeBytes: number): number => Math.max(8 * mebibyte, Math.ceil(sizeBytes / 9000));
const partsAtOnce = 4;

/** An import's calls by the SDK's clients; that of S3 is loaded when the first is made. */
export function importCalls({ ec2, s3 }: Pick<Clients, "ec2" | "s3">): ImportCalls {
    return {
        uploadObject: ({ bucket, key }, body, { sizeBytes, signal }) =>
            call("s3:PutObject", async () => {
                const { Upload } = require("@aws-sdk/lib-storage") as typeof libStorage;
                const upload = new Upload({
                    client: s3(),
                    params: { Bucket: bucket, Key: key, Body: body },
                    partSize: partBytes(sizeBytes),
                    queueSize: partsAtOnce,
                    // What is left of it is removed by its key: that serves one whose process was killed too.
                    leavePartsOnError: true,
                });
                const stop = (): void => void upload.abort();
                signal.addEventListener("abort", stop);
                try {
                    signal.throwIfAborted();
                    await upload.done();
                } finally {
                    signal.removeEventListener("abort", stop);
                    body.destroy();
                }
            }),
        deleteObject: async ({ bucket, key }) => {
            await call("s3:DeleteObject", () => whereThere(() => s3().deleteObject({ Bucket: bucket, Key: key }), {}));
        },
        objects: (bucket, prefix) =>
            call("s3:ListBucket", async () => {
                const asked = { Bucket: bucket, Prefix: prefix };
                const { Contents = [] } = await whereThere(() => s3().listObjectsV2(asked), {});
                return Contents.map(({ Key = "" }) => Key);
            }),
        unfinishedObjects: (bucket, prefix) =>
            call("s3:ListBucketMultipartUploads", async () => {
                const asked = { Bucket: bucket, Prefix: prefix };
                const { Uploads = [] } = await whereThere(() => s3().listMultipartUploads(asked), {});
                return Uploads.map(({ Key = "", UploadId = "" }) => ({ key: Key, id: UploadId }));
            }),
        abortObject: async (bucket, { key, id }) => {
            await call("s3:AbortMultipartUpload", async () => {
                await s3()
                    .abortMultipartUpload({ Bucket: bucket, Key: key, UploadId: id })
                    .catch((error: unknown) => {
                        if (!isAbsent(error)) throw error;
                    });
            });
        },
        importSnapshot: (request) =>
            call("ec2:ImportSnapshot", async () => {
                const { ImportTaskId } = await ec2.importSnapshot({
                    ClientToken: request.token,
                    Description: request.description,
                    DiskContainer: {
                        Format: "RAW",
                        UserBucket: { S3Bucket: request.bucket, S3Key: request.key },
                    },
                    ...(request.role === undefined ? {} : { RoleName: request.role }),
                    ...(request.encrypted === undefined ? {} : { Encrypted: true }),
                    ...(request.kmsKey === undefined ? {} : { KmsKeyId: request.kmsKey }),
                    TagSpecifications: [{ ResourceType: "import-snapshot-task", Tags: tagList(request.tags) }],
                });
                return ImportTaskId ?? "";
            }),
        importTasks: () =>
            call("ec2:DescribeImportSnapshotTasks", async () => {
                const found = await pages((page) => ec2.describeImportSnapshotTasks(page));
                return found.flatMap(({ ImportSnapshotTasks = [] }) => ImportSnapshotTasks.map(importTask));
            }),
        cancelImport: async (id) => {
            await call("ec2:CancelImportTask", () => ec2.cancelImportTask({ ImportTaskId: id }));
        },
    };
}

/** Of a bucket that is gone, nothing is left to look for. */
async function whereThere<T>(run: () => Promise<T>, nothing: object): Promise<T> {
    try {
        return await run();
    } catch (error) {
        if (awsCode(error) !== "NoSuchBucket") throw error;
        return nothing as T;
    }
}

function importTask({ ImportTaskId, SnapshotTaskDetail = {}, Tags }: ImportSnapshotTask): ImportTask {
    const { Status = "", StatusMessage, SnapshotId, UserBucket } = SnapshotTaskDetail;
    return {
        id: ImportTaskId ?? "",
        state: Status,
        bucket: UserBucket?.S3Bucket ?? "",
        key: UserBucket?.S3Key ?? "",
        tags: tagsOf(Tags),
        ...(StatusMessage === undefined ? {} : { reason: StatusMessage }),
        ...(SnapshotId === undefined ? {} : { snapshot: SnapshotId }),
    };
}
