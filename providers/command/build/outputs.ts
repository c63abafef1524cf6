import { LinuxKitError } from "../../../sdk/assembly/error";
import { requireFormat } from "../../image/formats";

/** Parts whose bytes are the same whatever format they are written for. */
const sharedParts: readonly string[] = ["kernel", "cmdline"];

interface Outputs {
    readonly formats: readonly string[];
    /** Of disks, where one was asked for. */
    readonly sizeBytes: number | undefined;
    /** What the files' names begin with, for errors. */
    readonly base: string;
}

/**
 * Refuses formats that do not exist or of which one would overwrite the other's file, and a size where nothing has one.
 * @throws LinuxKitError FormatUnknown, `size-unused`, `same-file`
 */
export function requireOutputs({ formats, sizeBytes, base }: Outputs): void {
    const isSized = formats.map((name) => requireFormat(name).isSized);
    if (sizeBytes !== undefined && !isSized.includes(true)) {
        const are = formats.length === 1 ? "is as large as what it holds" : "are as large as what they hold";
        throw new LinuxKitError(
            "size-unused",
            `--size: ${formats.join(", ")} ${are}: leave the size out, it is for disks`,
        );
    }
    requireDistinctFiles(formats, base);
}

function requireDistinctFiles(formats: readonly string[], base: string): void {
    const writers = new Map<string, string>();
    for (const format of formats) {
        for (const [part, suffix] of Object.entries(requireFormat(format).files)) {
            const other = writers.get(suffix) ?? format;
            if (other !== format && !sharedParts.includes(part)) {
                const file = base + suffix;
                const text = `--format: ${other} and ${format} are both written to ${file}: build them apart, one with another --name`;
                throw new LinuxKitError("same-file", text, { file });
            }
            writers.set(suffix, format);
        }
    }
}
