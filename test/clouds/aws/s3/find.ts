import { Failure } from "../protocol/failure.ts";
import type { Call } from "../world/call.ts";
import type { Bucket, MultipartUpload, StoredObject } from "../world/tables.ts";

/** @throws Failure for a bucket that is not there, not the caller's, or of another region than the signature's */
export function ownBucket(call: Call, name: string, owner?: string): Bucket {
    const bucket = call.world.tables.buckets.get(name);
    if (bucket === undefined) {
        throw new Failure("NoSuchBucket", "The specified bucket does not exist", 404, { BucketName: name });
    }
    if (bucket.account !== call.account || (owner !== undefined && owner !== bucket.account)) {
        throw new Failure("AccessDenied", "Access Denied", 403);
    }
    if (bucket.region !== call.region) {
        const message = `The authorization header is malformed; the region '${call.region}' is wrong; expecting '${bucket.region}'`;
        throw new Failure("AuthorizationHeaderMalformed", message, 400, { Region: bucket.region });
    }
    return bucket;
}

export function objectOf(call: Call, { id }: Bucket, key: string): StoredObject {
    const found = call.world.tables.objects.get(`${id}/${key}`);
    if (found === undefined) {
        throw new Failure("NoSuchKey", "The specified key does not exist.", 404, { Key: key });
    }
    return found;
}

export function uploadOf(call: Call, { id }: Bucket, key: string, uploadId: string): MultipartUpload {
    const found = call.world.tables.uploads.get(uploadId);
    if (found === undefined || found.bucket !== id || found.key !== key) {
        throw noSuchUpload(uploadId);
    }
    return found;
}

export function noSuchUpload(uploadId: string): Failure {
    const message =
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.";
    return new Failure("NoSuchUpload", message, 404, { UploadId: uploadId });
}
