import type { Input } from "@pulumi/pulumi";
import type { OciArchiveSource, OciImageSource, OciLayoutSource } from "../assembly/source-args";

/** How an image of a registry is kept. */
export type OciImageArgs = Omit<OciImageSource, "type" | "from" | "reference">;

/**
 * An image of a registry; a plain string means the same. Its tag is resolved once and recorded.
 * @param reference as Docker and LinuxKit write it: "redis:7-alpine", "ghcr.io/org/name@sha256:<hex>"
 */
export function image(reference: Input<string>, options: OciImageArgs = {}): OciImageSource {
    return { type: "oci", from: "registry", reference, ...options };
}

/**
 * An image of an OCI layout on the building machine; a change of it shows in the preview.
 * @param path of the layout's folder, or of a tar of it; relative to the program's folder, or absolute
 * @param name of the image in the layout; left out, the only image
 */
export function layout(path: Input<string>, name?: Input<string>): OciLayoutSource {
    return { type: "oci", from: "layout", path, ...(name === undefined ? {} : { reference: name }) };
}

/**
 * An image of a tar that `docker save` wrote; a change of it shows in the preview.
 * @param path of the tar; relative to the program's folder, or absolute
 * @param name of the image in the tar; left out, the only image
 */
export function archive(path: Input<string>, name?: Input<string>): OciArchiveSource {
    return { type: "oci", from: "archive", path, ...(name === undefined ? {} : { reference: name }) };
}
