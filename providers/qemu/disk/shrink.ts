export function shrinkReason(wanted: string, before: string): string {
    return `"${wanted}" is less than the "${before}" that the disk has, and its end would be cut off with what is there: declare "${before}" or more, or declare a second, smaller disk, copy the data over, and then remove this one`;
}
