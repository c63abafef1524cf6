import { createHash, randomBytes } from "node:crypto";
import type {
    AbortMultipartUploadRequest,
    CompletedPart,
    CompleteMultipartUploadOutput,
    CompleteMultipartUploadRequest,
    CreateMultipartUploadOutput,
    CreateMultipartUploadRequest,
    ListMultipartUploadsOutput,
    ListMultipartUploadsRequest,
    ListPartsOutput,
    ListPartsRequest,
    UploadPartOutput,
    UploadPartRequest,
} from "@aws-sdk/client-s3";
import { Failure } from "../protocol/failure.ts";
import type { Call } from "../world/call.ts";
import { newResource } from "../world/call.ts";
import type { MultipartUpload } from "../world/tables.ts";
import { checkDigests, md5 } from "./checksums.ts";
import { noSuchUpload, ownBucket, uploadOf } from "./find.ts";
import { checkAbsent, readTagging, setObject } from "./objects.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MOST_PARTS = 10_000;
const SMALLEST_PART = 5 * 1_048_576;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export function createMultipartUpload(call: Call, input: CreateMultipartUploadRequest): CreateMultipartUploadOutput {
    const { id: bucket } = ownBucket(call, input.Bucket!, input.ExpectedBucketOwner);
    const upload: MultipartUpload = {
        ...newResource(call, randomBytes(48).toString("base64url"), readTagging(input.Tagging)),
        bucket,
        key: input.Key!,
        contentType: input.ContentType ?? "binary/octet-stream",
        metadata: input.Metadata ?? {},
        parts: {},
    };
    call.world.tables.uploads.set(upload.id, upload);
    return { Bucket: bucket, Key: upload.key, UploadId: upload.id };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html: a part may be sent again. */
export async function uploadPart(
    call: Call,
    input: Omit<UploadPartRequest, "Body"> & { readonly Body: Buffer },
): Promise<UploadPartOutput> {
    const bucket = ownBucket(call, input.Bucket!, input.ExpectedBucketOwner);
    const number = input.PartNumber!;
    if (number < 1 || number > MOST_PARTS) {
        throw new Failure("InvalidArgument", `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`);
    }
    uploadOf(call, bucket, input.Key!, input.UploadId!);
    const checksums = checkDigests(input, input.Body);
    const file = await call.world.objects.keep(input.Body);
    // It may have been aborted while the part came.
    const upload = call.world.tables.uploads.get(input.UploadId!);
    if (upload === undefined) {
        call.world.objects.remove([file]);
        throw noSuchUpload(input.UploadId!);
    }
    const before = upload.parts[number];
    upload.parts[number] = { ...file, md5: md5(input.Body), at: call.now };
    call.world.objects.remove(before === undefined ? [] : [before]);
    return { ETag: `"${upload.parts[number].md5}"`, ...checksums };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export function completeMultipartUpload(
    call: Call,
    input: CompleteMultipartUploadRequest,
): CompleteMultipartUploadOutput {
    const bucket = ownBucket(call, input.Bucket!, input.ExpectedBucketOwner);
    const upload = uploadOf(call, bucket, input.Key!, input.UploadId!);
    const parts = chosen(upload, input.MultipartUpload?.Parts ?? []);
    checkAbsent(call, bucket, upload.key, input.IfNoneMatch);
    const digests = Buffer.concat(parts.map((part) => Buffer.from(part.md5, "hex")));
    const etag = `"${createHash("md5").update(digests).digest("hex")}-${parts.length}"`;
    const files = parts.map(({ name, size }) => ({ name, size }));
    const request = { ContentType: upload.contentType, Metadata: { ...upload.metadata }, tags: upload.tags };
    setObject(call, bucket, upload.key, request, etag, files);
    call.world.tables.uploads.delete(upload.id);
    call.world.objects.remove(Object.values(upload.parts).filter((part) => !parts.includes(part)));
    return { Bucket: bucket.id, Key: upload.key, ETag: etag, Location: `/${bucket.id}/${upload.key}` };
}

type Part = MultipartUpload["parts"][number];

function chosen(upload: MultipartUpload, given: readonly CompletedPart[]): Part[] {
    if (given.length === 0) {
        throw new Failure("MalformedXML", "You must specify at least one part");
    }
    const numbers = given.map(({ PartNumber = 0 }) => PartNumber);
    if (numbers.some((number, index) => index > 0 && number <= numbers[index - 1]!)) {
        throw new Failure("InvalidPartOrder", "The list of parts was not in ascending order.");
    }
    const parts = given.map(({ PartNumber = 0, ETag = "" }) => {
        const part = upload.parts[PartNumber];
        if (part === undefined || part.md5 !== ETag.replaceAll('"', "")) {
            const message = "One or more of the specified parts could not be found, or its entity tag does not match.";
            throw new Failure("InvalidPart", message, 400, { PartNumber: String(PartNumber) });
        }
        return part;
    });
    if (parts.slice(0, -1).some(({ size }) => size < SMALLEST_PART)) {
        throw new Failure("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
    }
    return parts;
}

export function abortMultipartUpload(call: Call, input: AbortMultipartUploadRequest): object {
    const bucket = ownBucket(call, input.Bucket!, input.ExpectedBucketOwner);
    const upload = uploadOf(call, bucket, input.Key!, input.UploadId!);
    call.world.objects.remove(Object.values(upload.parts));
    call.world.tables.uploads.delete(upload.id);
    return {};
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export function listMultipartUploads(call: Call, input: ListMultipartUploadsRequest): ListMultipartUploadsOutput {
    const { id } = ownBucket(call, input.Bucket!, input.ExpectedBucketOwner);
    const { Prefix = "", MaxUploads = 1_000, KeyMarker = "", UploadIdMarker = "" } = input;
    const place = ({ key, id: uploadId }: { key: string; id: string }): string => `${key}\0${uploadId}`;
    const after = KeyMarker === "" ? "" : `${KeyMarker}\0${UploadIdMarker === "" ? "\uffff" : UploadIdMarker}`;
    const found = [...call.world.tables.uploads.values()]
        .filter((upload) => upload.bucket === id && upload.key.startsWith(Prefix) && place(upload) > after)
        .toSorted((one, other) => (place(one) < place(other) ? -1 : 1));
    const page = found.slice(0, Math.min(MaxUploads, 1_000));
    const last = page.length < found.length ? page.at(-1) : undefined;
    return {
        Bucket: id,
        MaxUploads,
        IsTruncated: last !== undefined,
        ...(last !== undefined && { NextKeyMarker: last.key, NextUploadIdMarker: last.id }),
        Uploads: page.map(({ key, id: UploadId, createdAt }) => ({
            Key: key,
            UploadId,
            Initiated: new Date(createdAt),
            StorageClass: "STANDARD",
        })),
    };
}

export function listParts(call: Call, input: ListPartsRequest): ListPartsOutput {
    const bucket = ownBucket(call, input.Bucket!, input.ExpectedBucketOwner);
    const upload = uploadOf(call, bucket, input.Key!, input.UploadId!);
    const { MaxParts = 1_000, PartNumberMarker = "0" } = input;
    const found = Object.entries(upload.parts)
        .map(([number, part]) => ({ number: Number(number), ...part }))
        .filter(({ number }) => number > Number(PartNumberMarker));
    const page = found.slice(0, Math.min(MaxParts, 1_000));
    const isTruncated = page.length < found.length;
    return {
        Bucket: bucket.id,
        Key: upload.key,
        UploadId: upload.id,
        IsTruncated: isTruncated,
        ...(isTruncated && { NextPartNumberMarker: String(page.at(-1)?.number) }),
        Parts: page.map(({ number, size, md5: digest, at }) => ({
            PartNumber: number,
            Size: size,
            ETag: `"${digest}"`,
            LastModified: new Date(at),
        })),
    };
}
