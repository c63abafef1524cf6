/** Why a volume is not made smaller. */
export function shrinkReason(wanted: string, before: string): string {
    return `"${wanted}" is less than the "${before}" that the volume has, and AWS cannot make one smaller: declare "${before}" or more, or declare a second, smaller volume, copy the data over, and then remove this one`;
}
