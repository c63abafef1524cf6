import type {
    DeleteObjectRequest,
    GetObjectRequest,
    GetObjectTaggingOutput,
    GetObjectTaggingRequest,
    HeadObjectOutput,
    HeadObjectRequest,
    PutObjectOutput,
    PutObjectRequest,
} from "@aws-sdk/client-s3";
import { Failure } from "../protocol/failure.ts";
import type { Call } from "../world/call.ts";
import { newResource } from "../world/call.ts";
import type { Bucket, StoredFile, StoredObject } from "../world/tables.ts";
import { checkDigests, md5 } from "./checksums.ts";
import { objectOf, ownBucket } from "./find.ts";

/** What a request for a new object has beside its content. */
export interface ObjectRequest {
    readonly ContentType?: string | undefined;
    readonly Metadata?: Record<string, string> | undefined;
    readonly Tagging?: string | undefined;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export async function putObject(
    call: Call,
    input: Omit<PutObjectRequest, "Body"> & { readonly Body: Buffer },
): Promise<PutObjectOutput> {
    const bucket = ownBucket(call, input.Bucket!, input.ExpectedBucketOwner);
    const checksums = checkDigests(input, input.Body);
    const tags = readTagging(input.Tagging);
    const file = await call.world.objects.keep(input.Body);
    const etag = `"${md5(input.Body)}"`;
    try {
        checkAbsent(call, bucket, input.Key!, input.IfNoneMatch);
    } catch (error) {
        call.world.objects.remove([file]);
        throw error;
    }
    setObject(call, bucket, input.Key!, { ...input, tags }, etag, [file]);
    return { ETag: etag, ...checksums };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function checkAbsent(call: Call, { id }: Bucket, key: string, ifNoneMatch: string | undefined): void {
    if (ifNoneMatch !== undefined && call.world.tables.objects.has(`${id}/${key}`)) {
        throw new Failure("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
    }
}

/** The object that was there before goes. */
export function setObject(
    call: Call,
    { id: bucket }: Bucket,
    key: string,
    request: ObjectRequest & { readonly tags: Record<string, string> },
    etag: string,
    files: readonly StoredFile[],
): void {
    const { objects } = call.world.tables;
    const id = `${bucket}/${key}`;
    call.world.objects.remove(objects.get(id)?.files ?? []);
    objects.set(id, {
        ...newResource(call, id, request.tags),
        ...{ bucket, key, etag, files },
        contentType: request.ContentType ?? "binary/octet-stream",
        metadata: request.Metadata ?? {},
    });
}

/** As in a query of a URL. */
export function readTagging(text: string | undefined): Record<string, string> {
    const pairs = [...new URLSearchParams(text ?? "")];
    if (pairs.length > 10) {
        throw new Failure("BadRequest", "Object tags cannot be greater than 10");
    }
    return Object.fromEntries(pairs);
}

export const sizeOf = ({ files }: Pick<StoredObject, "files">): number =>
    files.reduce((total, { size }) => total + size, 0);

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html: without a body there is no code of an error. */
export function headObject(call: Call, input: HeadObjectRequest): HeadObjectOutput {
    const object = objectOf(call, ownBucket(call, input.Bucket!, input.ExpectedBucketOwner), input.Key!);
    return { ...described(object), ContentLength: sizeOf(object) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export async function getObject(
    call: Call,
    input: GetObjectRequest,
): Promise<HeadObjectOutput & { readonly Body: Buffer }> {
    const object = objectOf(call, ownBucket(call, input.Bucket!, input.ExpectedBucketOwner), input.Key!);
    if (input.IfMatch !== undefined && input.IfMatch !== object.etag) {
        throw new Failure("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);
    }
    const size = sizeOf(object);
    const [start, end] = readRange(input.Range, size);
    const Body = await call.world.objects.read(object.files, start, end - start);
    return {
        ...described(object),
        ContentLength: Body.length,
        ...(input.Range !== undefined && { ContentRange: `bytes ${start}-${end - 1}/${size}` }),
        Body,
    };
}

function described({ etag, createdAt, contentType, metadata }: StoredObject): HeadObjectOutput {
    const LastModified = new Date(createdAt);
    return { AcceptRanges: "bytes", ETag: etag, LastModified, ContentType: contentType, Metadata: { ...metadata } };
}

/** First byte, and the one after the last: https://www.rfc-editor.org/rfc/rfc9110#name-byte-ranges */
function readRange(range: string | undefined, size: number): readonly [start: number, end: number] {
    if (range === undefined) {
        return [0, size];
    }
    const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
    const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
    const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
    if ((first === "" && last === "") || start >= end) {
        throw new Failure("InvalidRange", "The requested range is not satisfiable", 416);
    }
    return [start, end];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html: of nothing, it succeeds too. */
export function deleteObject(call: Call, input: DeleteObjectRequest): object {
    const { id: bucket } = ownBucket(call, input.Bucket!, input.ExpectedBucketOwner);
    const id = `${bucket}/${input.Key}`;
    call.world.objects.remove(call.world.tables.objects.get(id)?.files ?? []);
    call.world.tables.objects.delete(id);
    return {};
}

export function getObjectTagging(call: Call, input: GetObjectTaggingRequest): GetObjectTaggingOutput {
    const { tags } = objectOf(call, ownBucket(call, input.Bucket!, input.ExpectedBucketOwner), input.Key!);
    return { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}
