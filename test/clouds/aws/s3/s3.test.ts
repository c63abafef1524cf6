import { createHash } from "node:crypto";
import { request } from "node:http";
import { Readable } from "node:stream";
import {
    AbortMultipartUploadCommand,
    CompleteMultipartUploadCommand,
    CreateBucketCommand,
    CreateMultipartUploadCommand,
    DeleteBucketCommand,
    DeleteObjectCommand,
    GetObjectCommand,
    GetObjectTaggingCommand,
    HeadBucketCommand,
    HeadObjectCommand,
    ListBucketsCommand,
    ListMultipartUploadsCommand,
    ListObjectsV2Command,
    ListPartsCommand,
    PutObjectCommand,
    S3Client,
    UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { Existing } from "../control/leaks.ts";
import type { Running } from "../support/running.ts";
import { clientConfig, describeEmulator, end, running } from "../support/running.ts";
import { bucketOf, s3Of } from "../support/s3.ts";

const MIB = 1_048_576;

describeEmulator("S3", () => {
    let aws: Running;
    let s3: S3Client;
    let Bucket: string;
    beforeEach(async () => {
        aws = await running();
        s3 = s3Of(aws);
        Bucket = await bucketOf(s3);
    });
    afterEach(() => end(aws));

    const types = async (): Promise<string[]> =>
        ((await aws.side("GET", "existing")) as Existing[]).map(({ type }) => type).toSorted();
    const read = async (Key: string, Range?: string): Promise<string> => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...(Range !== undefined && { Range }) }));
        return Body!.transformToString();
    };

    test("an object is written, read whole and in part, listed, and removed", async () => {
        const Key = "a folder/disk & more+.raw";
        const put = { Bucket, Key, Body: "0123456789", Tagging: "a=b&c=d%20e", Metadata: { by: "test" } };
        expect((await s3.send(new PutObjectCommand(put))).ETag).toBe(
            `"${createHash("md5").update("0123456789").digest("hex")}"`,
        );
        expect(await s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
            ContentLength: 10,
            Metadata: { by: "test" },
        });
        expect(
            await Promise.all([read(Key), read(Key, "bytes=2-4"), read(Key, "bytes=-2"), read(Key, "bytes=8-")]),
        ).toEqual(["0123456789", "234", "89", "89"]);
        await expect(read(Key, "bytes=10-")).rejects.toMatchObject({ name: "InvalidRange" });
        const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
        expect(TagSet).toEqual([
            { Key: "a", Value: "b" },
            { Key: "c", Value: "d e" },
        ]);
        const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "a folder/" }));
        expect(Contents).toMatchObject([{ Key, Size: 10 }]);
        expect(await types()).toEqual(["bucket", "object"]);
        await s3.send(new DeleteObjectCommand({ Bucket, Key }));
        await s3.send(new DeleteObjectCommand({ Bucket, Key }));
        await expect(s3.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({ name: "NotFound" });
        await expect(read(Key)).rejects.toMatchObject({ name: "NoSuchKey" });
        await s3.send(new DeleteBucketCommand({ Bucket }));
        expect(await types()).toEqual([]);
    });

    test("a stream comes in chunks with a checksum behind it", async () => {
        const Body = Readable.from([Buffer.from("hello "), Buffer.from("world")]);
        await s3.send(new PutObjectCommand({ Bucket, Key: "stream", Body, ContentLength: 11 }));
        expect(await read("stream")).toBe("hello world");
    });

    test("parts make an object in their order, and those that wait are told", async () => {
        const Key = "parts";
        const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
        const part = async (PartNumber: number, Body: Buffer): Promise<{ PartNumber: number; ETag: string }> => {
            const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
            return { PartNumber, ETag: ETag! };
        };
        const second = await part(2, Buffer.from("end"));
        await part(1, Buffer.from("short"));
        const first = await part(1, Buffer.alloc(5 * MIB, "a"));
        const { Uploads } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
        expect(Uploads).toMatchObject([{ Key, UploadId }]);
        const { Parts } = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
        expect(Parts?.map(({ Size }) => Size)).toEqual([5 * MIB, 3]);
        expect(await types()).toEqual(["bucket", "multipart-upload"]);
        const complete = (parts: object[]): Promise<unknown> =>
            s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts: parts } }));
        await expect(complete([second, first])).rejects.toMatchObject({ name: "InvalidPartOrder" });
        await expect(complete([{ ...first, ETag: second.ETag }])).rejects.toMatchObject({ name: "InvalidPart" });
        await complete([first, second]);
        await expect(complete([first, second])).rejects.toMatchObject({ name: "NoSuchUpload" });
        expect(await read(Key, `bytes=${5 * MIB - 1}-`)).toBe("aend");
        expect(await types()).toEqual(["bucket", "object"]);
    });

    test("small parts before the last are refused, and an aborted upload leaves nothing", async () => {
        const Key = "small";
        const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
        const Parts = await Promise.all(
            [1, 2].map(async (PartNumber) => {
                const Body = Buffer.from("small");
                const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
                return { PartNumber, ETag };
            }),
        );
        await expect(
            s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } })),
        ).rejects.toMatchObject({ name: "EntityTooSmall" });
        await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
        await expect(
            s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: "late" })),
        ).rejects.toMatchObject({ name: "NoSuchUpload" });
        expect(await types()).toEqual(["bucket"]);
    });

    test("a checksum that is not the body's is refused, and what the emulator has not is told", async () => {
        const put = { Bucket, Key: "x", Body: "x" };
        const ChecksumSHA256 = createHash("sha256").update("y").digest("base64");
        await expect(s3.send(new PutObjectCommand({ ...put, ChecksumSHA256 }))).rejects.toMatchObject({
            name: "BadDigest",
        });
        await expect(s3.send(new PutObjectCommand({ ...put, StorageClass: "GLACIER" }))).rejects.toMatchObject({
            name: "EmulatorNotImplemented",
        });
        await s3.send(new PutObjectCommand(put));
        await expect(s3.send(new PutObjectCommand({ ...put, IfNoneMatch: "*" }))).rejects.toMatchObject({
            name: "PreconditionFailed",
        });
        await expect(s3.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: "BucketNotEmpty" });
    });

    test("a bucket is one account's, in one region", async () => {
        const there = { Bucket: "another-bucket" };
        await expect(s3.send(new HeadBucketCommand(there))).rejects.toMatchObject({ name: "NotFound" });
        const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" as const };
        await expect(s3.send(new CreateBucketCommand({ ...there, CreateBucketConfiguration }))).rejects.toMatchObject({
            name: "IllegalLocationConstraintException",
        });
        const other = s3Of(aws, { account: 1 });
        await expect(bucketOf(other, Bucket)).rejects.toMatchObject({ name: "BucketAlreadyExists" });
        await expect(other.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({ name: "AccessDenied" });
        const elsewhere = s3Of(aws, { region: "us-east-1" });
        await expect(elsewhere.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
            name: "AuthorizationHeaderMalformed",
        });
        expect((await s3.send(new ListBucketsCommand({}))).Buckets).toMatchObject([{ Name: Bucket }]);
        expect((await other.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
        const wrong = s3Of(aws, { secretAccessKey: "wrong" });
        await expect(wrong.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    });

    test("a bucket in the host's name is a bucket in the path", async () => {
        await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "by host" }));
        const { port } = new URL(aws.endpoint);
        const byHost = new S3Client({
            ...clientConfig(aws.endpoint),
            endpoint: `http://localhost:${port}`,
            forcePathStyle: false,
            requestHandler: {
                // A name below localhost is not everywhere known.
                handle: async ({ method, path, query, headers }: Handled) => ({
                    response: await send(aws.endpoint, method, path, query, headers),
                }),
            },
        });
        const hosts: string[] = [];
        byHost.middlewareStack.add(
            (next) => async (args) => {
                hosts.push((args.request as Handled).headers.host!);
                return next(args);
            },
            { step: "finalizeRequest", priority: "low" },
        );
        const { Body } = await byHost.send(new GetObjectCommand({ Bucket, Key: "k" }));
        expect(await Body!.transformToString()).toBe("by host");
        expect(hosts).toEqual([`${Bucket}.localhost:${port}`]);
    });
});

interface Handled {
    readonly method: string;
    readonly path: string;
    readonly query: Record<string, string>;
    readonly headers: Record<string, string>;
}

function send(
    endpoint: string,
    method: string,
    path: string,
    query: Handled["query"],
    headers: object,
): Promise<object> {
    const url = new URL(`${path}?${new URLSearchParams(query).toString()}`, endpoint);
    return new Promise((resolve, reject) => {
        request(url, { method, headers: { ...headers } }, (body) =>
            resolve({ statusCode: body.statusCode, headers: body.headers, body }),
        )
            .once("error", reject)
            .end();
    });
}
