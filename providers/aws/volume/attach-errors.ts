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

type Explain = (text: string, fields: { readonly volume: string }, options: ErrorOptions) => LinuxKitError;

const meanings: readonly (readonly [RegExp, Explain])[] = [
    [
        /^InvalidVolume\.ZoneMismatch$/,
        (text, fields, options) =>
            new LinuxKitError(
                "volume-elsewhere",
                `${text}; a volume and its instance must be in one availability zone: give the instance a subnet of the volume's`,
                fields,
                options,
            ),
    ],
    [
        /^InvalidVolume\.NotFound$/,
        (text, fields, options) =>
            new LinuxKitError("volume-gone", `${text}; run \`pulumi refresh\`, then \`pulumi up\``, fields, options),
    ],
    [
        /^(AttachmentLimitExceeded|InvalidParameterValue|InvalidParameterCombination|UnsupportedOperation|InvalidParameter)$/,
        (text, fields, options) =>
            new LinuxKitError(
                "volume-not-attached",
                `${text}; give it another device, or the instance fewer volumes or another type`,
                fields,
                options,
            ),
    ],
];

/** An error of AttachVolume or DetachVolume with what to do; others as they are. */
function explained(error: unknown, volume: string): unknown {
    const [, explain] = meanings.find(([pattern]) => pattern.test(awsCode(error))) ?? [];
    return explain === undefined || !(error instanceof Error)
        ? error
        : explain(`the volume ${volume} could not be attached: ${error.message}`, { volume }, { cause: error });
}
