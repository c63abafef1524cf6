import type { RunInstancesRequest } from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { instanceState } from "../../world/instance-state.ts";
import type { Image } from "../../world/tables.ts";
import { typeFacts } from "./types.ts";

const USER_DATA_BYTES = 16_384;

/**
 * Holds an image against a type, as AWS does before it launches:
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ComponentsAMIs.html
 */
export function checkFit(
    image: Pick<Image, "architecture" | "virtualizationType" | "enaSupport" | "bootMode">,
    name: string,
): void {
    const { architectures, ena, bootModes } = typeFacts(name);
    const { architecture, virtualizationType, enaSupport, bootMode } = image;
    if (!architectures.some((each) => each === architecture)) {
        const types = architectures.join(", ");
        throw new Failure(
            "InvalidParameterValue",
            `The architecture '${types}' of the specified instance type does not match the architecture '${architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again.`,
        );
    }
    if (virtualizationType !== "hvm") {
        const message = `Virtualization type 'hvm' is required for instances of type '${name}'. Ensure that you are using an AMI with virtualization type 'hvm'.`;
        throw new Failure("InvalidParameterCombination", message);
    }
    if (ena === "required" && !enaSupport) {
        const message = `Enhanced networking with the Elastic Network Adapter (ENA) is required for the '${name}' instance type. Ensure that you are using an AMI that is enabled for ENA.`;
        throw new Failure("InvalidParameterCombination", message);
    }
    if (bootMode !== undefined && bootMode !== "uefi-preferred" && !bootModes.includes(bootMode)) {
        const message = `The instance type '${name}' does not support the boot mode '${bootMode}' of the AMI.`;
        throw new Failure("InvalidParameterCombination", message);
    }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html: 16 KB before encoding. */
export function checkUserData(base64: string | undefined): void {
    if (base64 === undefined) {
        return;
    }
    const raw = Buffer.from(base64, "base64");
    if (raw.toString("base64").replace(/=+$/, "") !== base64.replace(/\s/g, "").replace(/=+$/, "")) {
        throw new Failure("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data");
    }
    if (raw.length > USER_DATA_BYTES) {
        throw new Failure("InvalidParameterValue", `User data is limited to ${USER_DATA_BYTES} bytes`);
    }
}

export function checkCount(call: Call, { MinCount, MaxCount }: RunInstancesRequest): number {
    if (MinCount! < 1 || MaxCount! < MinCount!) {
        throw new Failure("InvalidParameterValue", `Value (${MinCount}) for parameter minCount is invalid.`);
    }
    const { world, account, region, now } = call;
    const count = [...world.tables.instances.values()].filter(
        (each) => each.account === account && each.region === region && instanceState(each, now) !== "terminated",
    ).length;
    const room = world.settings.instances - count;
    if (room < MinCount!) {
        throw new Failure(
            "InstanceLimitExceeded",
            `There are ${count} instances already; ${MinCount} more are too many.`,
        );
    }
    return Math.min(room, MaxCount!);
}
