import { LinuxKitError } from "../../../sdk/assembly/error";
import { awsCode } from "../client/errors";

/** A volume or its instance has come into another state since it was looked at, or is not known yet. */
const raced =
    /^(IncorrectState|IncorrectInstanceState|VolumeInUse|InvalidAttachment\.NotFound|InvalidInstanceID\.NotFound)$/;

/** Calls for what was looked at; what was done in between shows at the next look. */
export async function unlessRaced(
    volume: string,
    call: () => Promise<void>,
    look?: (error: Error) => Promise<void>,
): Promise<void> {
    try {
        await call();
    } catch (error) {
        if (!(error instanceof Error) || !raced.test(awsCode(error))) {
            throw explained(error, volume);
        }
        await look?.(error);
    }
}

const reasons: readonly (readonly [RegExp, string, string])[] = [
    [
        /^InvalidVolume\.ZoneMismatch$/,
        "volume-elsewhere",
        "a volume and its instance must be in one availability zone: give the instance a subnet of the volume's availabilityZone",
    ],
    [/^InvalidVolume\.NotFound$/, "volume-gone", "run `pulumi refresh`, then `pulumi up`"],
    [
        /^(AttachmentLimitExceeded|InvalidParameterValue|InvalidParameterCombination|UnsupportedOperation|InvalidParameter)$/,
        "volume-not-attached",
        "give it another device, or the instance fewer volumes or another type",
    ],
];

/** An error of AttachVolume or DetachVolume with what to do; others as they are. */
function explained(error: unknown, volume: string): unknown {
    const [, code, way] = reasons.find(([pattern]) => pattern.test(awsCode(error))) ?? [];
    if (code === undefined || !(error instanceof Error)) {
        return error;
    }
    return new LinuxKitError(
        code,
        `the volume ${volume} could not be attached: ${error.message}; ${way}`,
        { volume },
        { cause: error },
    );
}
