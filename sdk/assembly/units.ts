import { LinuxKitError } from "./error";
import { shown } from "./read/findings";

/** A unit of size. "MB" and "MiB" are the same 2^20 bytes, as in QEMU's `-m` and Docker's `--memory`. */
export type SizeUnit = "KB" | "MB" | "GB" | "KiB" | "MiB" | "GiB";

/** A size with its unit: "256 MB". */
export type Size = `${number} ${SizeUnit}`;

/** A unit of time: milliseconds, seconds, minutes, hours. */
export type DurationUnit = "ms" | "s" | "m" | "h";

/** A length of time with its unit: "10s", "500ms", "2m". */
export type Duration = `${number}${DurationUnit}`;

const bytesPerUnit: Readonly<Record<SizeUnit, number>> = {
    KB: 2 ** 10,
    KiB: 2 ** 10,
    MB: 2 ** 20,
    MiB: 2 ** 20,
    GB: 2 ** 30,
    GiB: 2 ** 30,
};

const millisecondsPerUnit: Readonly<Record<DurationUnit, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

export const sizeForms =
    'a size such as "256 MB" or "1.5 GB", with KB, MB or GB (powers of 1024; KiB, MiB and GiB mean the same)';
export const durationForms = 'a length of time such as "500ms", "10s", "2m" or "1h"';

/**
 * Bytes of a size: "256 MB" is 268435456. The space may be left out; a fraction must come to whole bytes.
 * @throws LinuxKitError `invalid-size` when it is not a size, or not above zero
 */
export function parseBytes(size: string): number {
    const match = matched(/^(\d+(?:\.\d+)?) *([KMG]i?B)$/, size);
    const bytes = match === null ? NaN : Number(match[1]) * bytesPerUnit[match[2] as SizeUnit];
    if (!Number.isSafeInteger(bytes) || bytes <= 0) {
        throw new LinuxKitError("invalid-size", `${shown(size)} ${sizeProblem(bytes)}`, { value: size });
    }
    return bytes;
}

function sizeProblem(bytes: number): string {
    if (bytes === 0) {
        return 'is zero: give a size above it, such as "256 MB"';
    }
    if (bytes > Number.MAX_SAFE_INTEGER) {
        return `is too large: the largest size is "${Math.floor(Number.MAX_SAFE_INTEGER / bytesPerUnit.GB)} GB"`;
    }
    return Number.isNaN(bytes) ? `is not ${sizeForms}` : "does not come to whole bytes: give it in a smaller unit";
}

/** JavaScript may bring what is no text, which is shown as it is. */
function matched(form: RegExp, value: unknown): RegExpExecArray | null {
    return typeof value === "string" ? form.exec(value.trim()) : null;
}

/**
 * Seconds of a duration: "500ms" is 0.5. Whole milliseconds; zero is a duration.
 * @throws LinuxKitError `invalid-duration` when it is not one
 */
export function parseDuration(duration: string): number {
    const match = matched(/^(\d+(?:\.\d+)?) *(ms|s|m|h)$/, duration);
    const exact = match === null ? NaN : Number(match[1]) * millisecondsPerUnit[match[2] as DurationUnit];
    const milliseconds = Math.round(exact);
    // 1.1 * 1000 is not 1100 in binary floating point.
    if (!Number.isSafeInteger(milliseconds) || Math.abs(exact - milliseconds) > 1e-6) {
        throw new LinuxKitError("invalid-duration", `${shown(duration)} is not ${durationForms}`, {
            value: duration,
        });
    }
    return milliseconds / 1000;
}
