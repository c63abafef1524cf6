import type {
    DecodeAuthorizationMessageRequest,
    DecodeAuthorizationMessageResponse,
    GetCallerIdentityRequest,
    GetCallerIdentityResponse,
} from "@aws-sdk/client-sts";
import { decoded } from "../iam/authorize.ts";
import type { Call, Operations } from "../world/call.ts";
import { reads } from "../world/call.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
function getCallerIdentity({ account, caller }: Call, _input: GetCallerIdentityRequest): GetCallerIdentityResponse {
    return { Account: account, Arn: caller, UserId: `AIDA${account}` };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html */
function decodeAuthorizationMessage(
    _call: Call,
    { EncodedMessage }: DecodeAuthorizationMessageRequest,
): DecodeAuthorizationMessageResponse {
    return { DecodedMessage: decoded(EncodedMessage!) };
}

export const stsOperations: Operations = {
    GetCallerIdentity: reads(getCallerIdentity, []),
    DecodeAuthorizationMessage: reads(decodeAuthorizationMessage, ["EncodedMessage"]),
};
