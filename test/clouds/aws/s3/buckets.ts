import type {
    CreateBucketOutput,
    CreateBucketRequest,
    DeleteBucketRequest,
    HeadBucketOutput,
    HeadBucketRequest,
    ListBucketsOutput,
    ListBucketsRequest,
    ListObjectsV2Output,
    ListObjectsV2Request,
} from "@aws-sdk/client-s3";
import { Failure } from "../protocol/failure.ts";
import type { Call } from "../world/call.ts";
import { newResource } from "../world/call.ts";
import { ownBucket } from "./find.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const NAME = /^(?!xn--|sthree-|\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html: us-east-1 is the one that is not named. */
export function createBucket(call: Call, input: CreateBucketRequest): CreateBucketOutput {
    const { buckets } = call.world.tables;
    const name = input.Bucket!;
    if (!NAME.test(name)) {
        throw new Failure("InvalidBucketName", "The specified bucket is not valid.");
    }
    if ((input.CreateBucketConfiguration?.LocationConstraint ?? "us-east-1") !== call.region) {
        const message = `The ${input.CreateBucketConfiguration?.LocationConstraint ?? "unspecified"} location constraint is incompatible for the region specific endpoint this request was sent to.`;
        throw new Failure("IllegalLocationConstraintException", message);
    }
    const taken = buckets.get(name);
    if (taken !== undefined) {
        throw taken.account === call.account
            ? new Failure("BucketAlreadyOwnedByYou", "You already own it.", 409)
            : new Failure("BucketAlreadyExists", "The requested bucket name is not available.", 409);
    }
    buckets.set(name, newResource(call, name, {}));
    return { Location: `/${name}` };
}

export function headBucket(call: Call, input: HeadBucketRequest): HeadBucketOutput {
    return { BucketRegion: ownBucket(call, input.Bucket!, input.ExpectedBucketOwner).region };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html; uploads that wait go with it. */
export function deleteBucket(call: Call, input: DeleteBucketRequest): object {
    const { id } = ownBucket(call, input.Bucket!, input.ExpectedBucketOwner);
    const { buckets, objects, uploads } = call.world.tables;
    if ([...objects.values()].some(({ bucket }) => bucket === id)) {
        throw new Failure("BucketNotEmpty", "The bucket you tried to delete is not empty", 409);
    }
    for (const upload of [...uploads.values()].filter(({ bucket }) => bucket === id)) {
        call.world.objects.remove(Object.values(upload.parts));
        uploads.delete(upload.id);
    }
    buckets.delete(id);
    return {};
}

export function listBuckets(call: Call, _input: ListBucketsRequest): ListBucketsOutput {
    const own = [...call.world.tables.buckets.values()].filter(({ account }) => account === call.account);
    return {
        Buckets: own.map(({ id, createdAt, region }) => ({
            Name: id,
            CreationDate: new Date(createdAt),
            BucketRegion: region,
        })),
    };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html: by key, so many at a time. */
export function listObjectsV2(call: Call, input: ListObjectsV2Request): ListObjectsV2Output {
    const { id } = ownBucket(call, input.Bucket!, input.ExpectedBucketOwner);
    const { Prefix = "", MaxKeys = 1_000, StartAfter = "", ContinuationToken } = input;
    const after = ContinuationToken === undefined ? StartAfter : Buffer.from(ContinuationToken, "base64").toString();
    const found = [...call.world.tables.objects.values()]
        .filter(({ bucket, key }) => bucket === id && key.startsWith(Prefix) && key > after)
        .toSorted((one, other) => (one.key < other.key ? -1 : 1));
    const page = found.slice(0, Math.min(MaxKeys, 1_000));
    const isTruncated = page.length < found.length;
    return {
        Name: id,
        Prefix,
        MaxKeys,
        KeyCount: page.length,
        IsTruncated: isTruncated,
        ...(isTruncated && { NextContinuationToken: Buffer.from(page.at(-1)?.key ?? after).toString("base64") }),
        Contents: page.map(({ key, etag, files, createdAt }) => ({
            Key: key,
            ETag: etag,
            Size: files.reduce((total, { size }) => total + size, 0),
            LastModified: new Date(createdAt),
            StorageClass: "STANDARD",
        })),
    };
}
