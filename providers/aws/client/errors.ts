import { LinuxKitError } from "../../../sdk/assembly/error";

/** The name that AWS gives an error: `InvalidAMIID.NotFound`; "" of an error that is not AWS's. */
export function awsCode(error: unknown): string {
    if (error instanceof LinuxKitError) {
        return typeof error.fields["code"] === "string" ? error.fields["code"] : "";
    }
    const { name, Code } = (error ?? {}) as { readonly name?: unknown; readonly Code?: unknown };
    return typeof Code === "string" ? Code : typeof name === "string" ? name : "";
}

/** Whether the call was refused since there is no such thing. */
export const isAbsent = (error: unknown): boolean =>
    /^(Invalid(AMIID|InstanceID|NetworkInterfaceID|Snapshot|Volume)\.NotFound|InvalidAMIID\.Unavailable|NoSuchUpload|ResourceNotFoundException)$/.test(
        awsCode(error),
    );

const denied = /^(UnauthorizedOperation|AccessDenied(Exception)?)$/;
const credentials =
    /^(CredentialsProviderError|AuthFailure|InvalidClientTokenId|UnrecognizedClientException|ExpiredToken(Exception)?|RequestExpired|SignatureDoesNotMatch|TokenProviderError|InvalidSignatureException)$/;
const throttled = /^(RequestLimitExceeded|RequestThrottledException|ThrottlingException|Throttling)$/;
const unreachable = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/;
const quota =
    /^(ServiceQuotaExceededException|ConcurrentLimitExceededException|SnapshotLimitExceeded|AMIQuotaExceeded|PendingSnapshotLimitExceeded)$/;

const ways: readonly (readonly [RegExp, string, string])[] = [
    [denied, "aws-denied", "allow it in the policy of these credentials; docs/aws.md has the least that is needed"],
    [
        credentials,
        "aws-credentials",
        "give the SDK's chain credentials that are good: environment, profile, single sign-on, role",
    ],
    [throttled, "aws-throttled", "the account makes too many calls at once: run the command again later"],
    [quota, "aws-quota", "the account's quota is used up: delete what is not needed, or have it raised"],
    [
        unreachable,
        "aws-error",
        "nothing answers there: look at the network, at the region's name, and at aws:endpoints and AWS_ENDPOINT_URL where they are set",
    ],
];

interface Answered {
    readonly message?: unknown;
    /** Node's own name of what kept a connection from being made. */
    readonly code?: unknown;
    readonly $metadata?: { readonly requestId?: string; readonly httpStatusCode?: number };
}

/** Whether AWS answered that it will not do it: then nothing was made, as it may have been where no answer came. */
export function isRefusal(error: unknown): boolean {
    const status =
        error instanceof LinuxKitError
            ? error.fields["status"]
            : (error as Answered | undefined)?.$metadata?.httpStatusCode;
    return typeof status === "number" && status >= 400 && status < 500 && !throttled.test(awsCode(error));
}

/** An error of AWS with what was done, its code and what to do; others as they are. */
export function explained(error: unknown, action: string): unknown {
    const { message, $metadata, code: reason } = (error ?? {}) as Answered;
    const code = typeof reason === "string" && unreachable.test(reason) ? reason : awsCode(error);
    if (error instanceof LinuxKitError || ($metadata === undefined && !credentials.test(code))) {
        return error;
    }
    const [, kind, way] = ways.find(([pattern]) => pattern.test(code)) ?? [undefined, "aws-error", undefined];
    const request = $metadata?.requestId === undefined ? "" : ` (request ${$metadata.requestId})`;
    return new LinuxKitError(
        kind,
        `${action} failed: ${code}: ${String(message)}${request}${way === undefined ? "" : `; ${way}`}`,
        { action, code, status: $metadata?.httpStatusCode },
        { cause: error },
    );
}
