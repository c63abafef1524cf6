import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { Failure, notEmulated } from "../protocol/failure.ts";

const DIGESTS: Readonly<Record<string, (data: Uint8Array) => string>> = {
    ContentMD5: (data) => createHash("md5").update(data).digest("base64"),
    ChecksumSHA1: (data) => createHash("sha1").update(data).digest("base64"),
    ChecksumSHA256: (data) => createHash("sha256").update(data).digest("base64"),
    ChecksumCRC32: (data) => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(crc32(data));
        return bytes.toString("base64");
    },
};

/** Members of an input that may have a digest of its body. */
export const CHECKSUMS = ["ContentMD5", "ChecksumSHA1", "ChecksumSHA256", "ChecksumCRC32"] as const;

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 * @returns those that were given, but for MD5, to be answered
 * @throws Failure where one is not the body's
 */
export function checkDigests(input: object, data: Uint8Array): Record<string, string> {
    const given = Object.entries(input).filter(
        ([name, value]) => (name in DIGESTS || /^Checksum[A-Z0-9]{2,}/.test(name)) && typeof value === "string",
    ) as [string, string][];
    for (const [name, value] of given) {
        const digest = DIGESTS[name];
        if (digest === undefined) {
            throw notEmulated(name);
        }
        if (digest(data) !== value) {
            throw new Failure("BadDigest", `The ${name} you specified did not match the calculated checksum.`);
        }
    }
    return Object.fromEntries(given.filter(([name]) => name !== "ContentMD5"));
}

export const md5 = (data: Uint8Array): string => createHash("md5").update(data).digest("hex");
