import type { IamInstanceProfileSpecification } from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";

/** Profiles are IAM's, which is not emulated: any name of the caller's account is one. */
export function profileArn({ account }: Call, given: IamInstanceProfileSpecification | undefined): string | undefined {
    if (given === undefined) {
        return undefined;
    }
    if (given.Arn === undefined) {
        return `arn:aws:iam::${account}:instance-profile/${given.Name}`;
    }
    if (given.Name !== undefined) {
        throw new Failure("InvalidParameterCombination", "An instance profile has either its name or its ARN");
    }
    if (!given.Arn.startsWith(`arn:aws:iam::${account}:instance-profile/`)) {
        const message = `Value (${given.Arn}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN`;
        throw new Failure("InvalidParameterValue", message);
    }
    return given.Arn;
}
