import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { ClientOptions, Running } from "./running.ts";
import { clientConfig } from "./running.ts";

export function s3Of(aws: Running, options?: ClientOptions): S3Client {
    return new S3Client(clientConfig(aws.endpoint, options));
}

/** A new bucket's name. */
export async function bucketOf(s3: S3Client, Bucket = "linuxkit-test"): Promise<string> {
    const LocationConstraint = "eu-central-1";
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
    return Bucket;
}
