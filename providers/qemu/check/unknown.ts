/** Pulumi's stand-in for a value that is not known before `up`. */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function holdsUnknown(value: unknown): boolean {
    if (typeof value === "object" && value !== null) {
        return Object.values(value).some(holdsUnknown);
    }
    return value === unknownValue;
}
