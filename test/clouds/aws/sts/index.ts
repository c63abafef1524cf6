import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from "@aws-sdk/client-sts";
import type { Call, Operations } from "../world/call.ts";
import { reads } from "../world/call.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
function getCallerIdentity({ account, caller }: Call, _input: GetCallerIdentityRequest): GetCallerIdentityResponse {
    return { Account: account, Arn: caller, UserId: `AIDA${account}` };
}

export const stsOperations: Operations = {
    GetCallerIdentity: reads(getCallerIdentity, []),
};
