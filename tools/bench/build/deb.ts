import { ToolError } from "../../process/report.ts";

const MAGIC = "!<arch>\n";
const HEADER_BYTES = 60;

/** The still compressed data.tar.xz of a Debian package, which is an ar archive: deb(5). */
export function dataTarXz(deb: Buffer): Buffer {
    if (deb.toString("latin1", 0, MAGIC.length) !== MAGIC) {
        throw new ToolError("a package in the store is no ar archive");
    }
    const seen: string[] = [];
    for (let offset = MAGIC.length; offset + HEADER_BYTES <= deb.length;) {
        const name = deb.toString("latin1", offset, offset + 16).trim();
        const sizeBytes = Number(deb.toString("latin1", offset + 48, offset + 58));
        const start = offset + HEADER_BYTES;
        if (name.replace(/\/$/, "") === "data.tar.xz") {
            return deb.subarray(start, start + sizeBytes);
        }
        seen.push(name);
        offset = start + sizeBytes + (sizeBytes % 2);
    }
    throw new ToolError(`a package holds ${seen.join(", ")}, but no data.tar.xz for xz to unpack`);
}
