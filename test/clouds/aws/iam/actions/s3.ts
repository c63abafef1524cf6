import { need } from "../resources.ts";
import type { Call } from "../../world/call.ts";
import type { Need } from "../evaluate.ts";
import type { Needs } from "./ec2.ts";

interface Place {
    readonly Bucket?: string;
    readonly Key?: string;
    readonly Tagging?: string;
    readonly Prefix?: string;
}

const onObject =
    (action: string) =>
    (call: Call, { Bucket, Key, Tagging }: Place): Need[] => {
        const resource = `arn:aws:s3:::${Bucket}/${Key}`;
        return [action, ...(Tagging === undefined ? [] : ["PutObjectTagging"])].map((each) =>
            need(call, `s3:${each}`, resource),
        );
    };

const onBucket =
    (action: string) =>
    (call: Call, { Bucket, Prefix }: Place): Need[] => [
        need(call, `s3:${action}`, `arn:aws:s3:::${Bucket}`, { "s3:prefix": Prefix }),
    ];

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions */
export const S3_NEEDS: Readonly<Record<string, Needs>> = {
    CreateBucket: onBucket("CreateBucket"),
    DeleteBucket: onBucket("DeleteBucket"),
    HeadBucket: onBucket("ListBucket"),
    ListObjectsV2: onBucket("ListBucket"),
    ListMultipartUploads: onBucket("ListBucketMultipartUploads"),
    ListBuckets: (call) => [need(call, "s3:ListAllMyBuckets", "*")],
    PutObject: onObject("PutObject"),
    CreateMultipartUpload: onObject("PutObject"),
    UploadPart: onObject("PutObject"),
    CompleteMultipartUpload: onObject("PutObject"),
    AbortMultipartUpload: onObject("AbortMultipartUpload"),
    ListParts: onObject("ListMultipartUploadParts"),
    GetObject: onObject("GetObject"),
    HeadObject: onObject("GetObject"),
    DeleteObject: onObject("DeleteObject"),
    GetObjectTagging: onObject("GetObjectTagging"),
};
