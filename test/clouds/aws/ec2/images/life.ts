import type {
    DisableImageDeprecationRequest,
    DisableImageDeregistrationProtectionRequest,
    DisableImageDeregistrationProtectionResult,
    DisableImageRequest,
    EnableImageDeprecationRequest,
    EnableImageDeregistrationProtectionRequest,
    EnableImageDeregistrationProtectionResult,
    EnableImageRequest,
} from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { ownImage } from "./find.ts";

const MINUTE_MS = 60_000;
const YEARS_MS = 10 * 365.25 * 24 * 60 * MINUTE_MS;
const COOLDOWN_MS = 24 * 60 * MINUTE_MS;

type Returned = { Return: true };

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeprecation.html: seconds are rounded away. */
export function enableImageDeprecation(call: Call, input: EnableImageDeprecationRequest): Returned {
    const at = Math.round(input.DeprecateAt!.getTime() / MINUTE_MS) * MINUTE_MS;
    const image = ownImage(call, input.ImageId!);
    if (at < call.now - MINUTE_MS || at > call.now + YEARS_MS) {
        const message = `The deprecation time ${input.DeprecateAt!.toISOString()} is past, or more than 10 years ahead`;
        throw new Failure("InvalidParameterValue", message);
    }
    image.deprecationTime = at;
    return { Return: true };
}

export function disableImageDeprecation(call: Call, input: DisableImageDeprecationRequest): Returned {
    delete ownImage(call, input.ImageId!).deprecationTime;
    return { Return: true };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImage.html: nobody else may use it any more. */
export function disableImage(call: Call, input: DisableImageRequest): Returned {
    const image = ownImage(call, input.ImageId!);
    image.disabled = true;
    image.sharedWith = [];
    return { Return: true };
}

export function enableImage(call: Call, input: EnableImageRequest): Returned {
    ownImage(call, input.ImageId!).disabled = false;
    return { Return: true };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deregistration-protection.html */
export function protect(
    call: Call,
    { ImageId, WithCooldown }: EnableImageDeregistrationProtectionRequest,
): EnableImageDeregistrationProtectionResult {
    const image = ownImage(call, ImageId!);
    image.protection = WithCooldown === true ? "enabled-with-cooldown" : "enabled-without-cooldown";
    return { Return: image.protection };
}

export function unprotect(
    call: Call,
    { ImageId }: DisableImageDeregistrationProtectionRequest,
): DisableImageDeregistrationProtectionResult {
    const image = ownImage(call, ImageId!);
    if (image.protection === "enabled-with-cooldown") {
        image.protectedUntil = call.now + COOLDOWN_MS;
    }
    image.protection = "disabled";
    return { Return: "disabled" };
}
