import type { StateOf } from "../control/leaks.ts";
import type { Operations } from "../world/call.ts";
import { changes, reads } from "../world/call.ts";
import type { Resource } from "../world/tables.ts";
import { createBucket, deleteBucket, headBucket, listBuckets, listObjectsV2 } from "./buckets.ts";
import { CHECKSUMS } from "./checksums.ts";
import { deleteObject, getObject, getObjectTagging, headObject, putObject } from "./objects.ts";
import {
    abortMultipartUpload,
    completeMultipartUpload,
    createMultipartUpload,
    listMultipartUploads,
    listParts,
    uploadPart,
} from "./uploads.ts";

const BUCKET = ["Bucket", "ExpectedBucketOwner"] as const;
const OBJECT = [...BUCKET, "Key"] as const;
const BODY = ["Body", "ContentLength", "ChecksumAlgorithm", ...CHECKSUMS] as const;

/** S3, as far as imports of disks need it. */
export const s3Operations: Operations = {
    CreateBucket: changes(createBucket, ["Bucket", "CreateBucketConfiguration.LocationConstraint"]),
    HeadBucket: reads(headBucket, BUCKET),
    DeleteBucket: changes(deleteBucket, BUCKET),
    ListBuckets: reads(listBuckets, []),
    ListObjectsV2: reads(listObjectsV2, [...BUCKET, "Prefix", "MaxKeys", "StartAfter", "ContinuationToken"]),
    PutObject: changes(putObject, [...OBJECT, ...BODY, "ContentType", "Metadata", "Tagging", "IfNoneMatch"]),
    HeadObject: reads(headObject, [...OBJECT, "ChecksumMode"]),
    GetObject: reads(getObject, [...OBJECT, "ChecksumMode", "Range", "IfMatch"]),
    DeleteObject: changes(deleteObject, OBJECT),
    GetObjectTagging: reads(getObjectTagging, OBJECT),
    CreateMultipartUpload: changes(createMultipartUpload, [
        ...OBJECT,
        "ChecksumAlgorithm",
        "ChecksumType",
        "ContentType",
        "Metadata",
        "Tagging",
    ]),
    UploadPart: changes(uploadPart, [...OBJECT, ...BODY, "UploadId", "PartNumber"]),
    CompleteMultipartUpload: changes(completeMultipartUpload, [
        ...OBJECT,
        "UploadId",
        "MultipartUpload",
        "IfNoneMatch",
        "ChecksumType",
    ]),
    AbortMultipartUpload: changes(abortMultipartUpload, [...OBJECT, "UploadId"]),
    ListMultipartUploads: reads(listMultipartUploads, [
        ...BUCKET,
        "Prefix",
        "MaxUploads",
        "KeyMarker",
        "UploadIdMarker",
    ]),
    ListParts: reads(listParts, [...OBJECT, "UploadId", "MaxParts", "PartNumberMarker"]),
};

export const existingObjects: StateOf = ({ tables }) => [
    ...[...tables.buckets.values()].map((bucket): [string, Resource, string] => ["bucket", bucket, "available"]),
    ...[...tables.objects.values()].map((object): [string, Resource, string] => ["object", object, "available"]),
    ...[...tables.uploads.values()].map((each): [string, Resource, string] => ["multipart-upload", each, "pending"]),
];
