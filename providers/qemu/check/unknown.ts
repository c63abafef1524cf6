import { unknownValue } from "../../../sdk/assembly/inputs";

export function holdsUnknown(value: unknown): boolean {
    if (typeof value === "object" && value !== null) {
        return Object.values(value).some(holdsUnknown);
    }
    return value === unknownValue;
}
