import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";

/** The rules of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html, Name. */
const NAME = /^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/;

/** @throws Failure for a name that cannot be one, or that an image of the account has in this region */
export function checkName({ world, account, region }: Call, name: string): void {
    if (!NAME.test(name)) {
        const message =
            "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, and only the following characters: ( ) . - / _ ' @ [ ]";
        throw new Failure("InvalidAMIName.Malformed", message);
    }
    const taken = [...world.tables.images.values()].find(
        (image) =>
            image.name === name &&
            image.account === account &&
            image.region === region &&
            image.deregisteredAt === undefined,
    );
    if (taken !== undefined) {
        throw new Failure("InvalidAMIName.Duplicate", `AMI name ${name} is already in use by AMI ${taken.id}`);
    }
}
