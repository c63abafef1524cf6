import { createHash, timingSafeEqual } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Credentials } from "./accounts.ts";
import type { RestRequest } from "../protocol/rest-json-request.ts";
import { Sha256 } from "./sha256.ts";

export interface Scope {
    readonly accessKeyId: string;
    readonly region: string;
    readonly service: string;
    readonly signedHeaders: readonly string[];
    readonly signature: string;
}

const AUTHORIZATION =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

/** What the Authorization header says; undefined where it is not one of Signature Version 4. */
export function readScope(authorization: string | undefined): Scope | undefined {
    const [, accessKeyId, region, service, headers, signature] = AUTHORIZATION.exec(authorization ?? "") ?? [];
    return accessKeyId === undefined || region === undefined || service === undefined || signature === undefined
        ? undefined
        : { accessKeyId, region, service, signedHeaders: headers!.split(";"), signature };
}

export type Verdict = "good" | "expired" | "wrong";

/** AWS's own limit. */
const SKEW_MS = 5 * 60_000;
const UNSIGNED = ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"];
const REQUIRED = ["host", "x-amz-date"];

/** Signs the request anew and compares; by the real clock, as the clients do. */
export async function verify(request: RestRequest, scope: Scope, credentials: Credentials): Promise<Verdict> {
    const date = readAmzDate(request.headers["x-amz-date"]);
    if (date === undefined || REQUIRED.some((name) => !scope.signedHeaders.includes(name))) {
        return "wrong";
    }
    if (Math.abs(Date.now() - date.getTime()) > SKEW_MS) {
        return "expired";
    }
    const claimed = request.headers["x-amz-content-sha256"];
    if (claimed !== undefined && !UNSIGNED.includes(claimed) && claimed !== sha256Hex(request.body)) {
        return "wrong";
    }
    const expected = await sign(request, scope, credentials, date);
    return timingSafeEqual(Buffer.from(expected), Buffer.from(scope.signature)) ? "good" : "wrong";
}

async function sign(request: RestRequest, scope: Scope, credentials: Credentials, date: Date): Promise<string> {
    const signer = new SignatureV4({
        credentials,
        region: scope.region,
        service: scope.service,
        sha256: Sha256,
        applyChecksum: false,
        // S3's keys are escaped once: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
        uriEscapePath: scope.service !== "s3",
    });
    const headers = Object.fromEntries(scope.signedHeaders.map((name) => [name, request.headers[name] ?? ""]));
    const claimed = request.headers["x-amz-content-sha256"];
    const signed = await signer.sign(
        {
            method: request.method,
            protocol: "http:",
            hostname: "",
            path: request.path,
            query: Object.fromEntries(request.query),
            headers: { ...headers, ...(claimed !== undefined && { "x-amz-content-sha256": claimed }) },
            body: request.body,
        },
        { signingDate: date, signableHeaders: new Set(scope.signedHeaders), unsignableHeaders: unsigned(scope) },
    );
    return /Signature=([0-9a-f]{64})$/.exec(signed.headers.authorization ?? "")![1]!;
}

/** The payload's digest counts whether its header is signed or not; as a header only where it is. */
function unsigned({ signedHeaders }: Scope): Set<string> {
    return signedHeaders.includes("x-amz-content-sha256") ? new Set() : new Set(["x-amz-content-sha256"]);
}

function readAmzDate(text: string | undefined): Date | undefined {
    const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? "");
    return parts === null
        ? undefined
        : new Date(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`);
}

const sha256Hex = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");
