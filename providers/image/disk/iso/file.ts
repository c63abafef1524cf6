import { LinuxKitError } from "../../../../sdk/assembly/error";
import type { Payload } from "../input";
import { totalBytes } from "../payload";

export const CD_SECTOR_BYTES = 2048;

/** A file of an ISO 9660 volume. */
export interface IsoFile {
    /** `/`-separated, without a leading slash; each name 8.3, as every reader takes it. */
    readonly path: string;
    readonly parts: readonly Payload[];
}

const MAX_FILE_BYTES = 2 ** 32 - 1;

/** What a volume calls a file or directory (ECMA-119, 7.5 and 7.6, at level 1). */
export function identifierOf(name: string, isDirectory: boolean): string {
    const upper = name.toUpperCase();
    if (!(isDirectory ? /^[A-Z0-9_]{1,8}$/ : /^[A-Z0-9_]{1,8}(\.[A-Z0-9_]{1,3})?$/).test(upper)) {
        throw new LinuxKitError("DiskName", `The name "${name}" cannot stand on an ISO 9660 volume: it is not 8.3.`, {
            name,
        });
    }
    return isDirectory ? upper : `${upper.includes(".") ? upper : `${upper}.`};1`;
}

/** @throws LinuxKitError FileTooLarge */
export function checkSize({ path, parts }: IsoFile): void {
    const sizeBytes = totalBytes(parts);
    if (sizeBytes > MAX_FILE_BYTES) {
        throw new LinuxKitError(
            "FileTooLarge",
            `/${path} is ${sizeBytes} bytes large, and an ISO 9660 volume takes files under 4 GiB (${MAX_FILE_BYTES} bytes).`,
            { file: path, sizeBytes },
        );
    }
}
