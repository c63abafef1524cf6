import { LinuxKitError } from "../../../../sdk/assembly/error";
import type { DownloadError } from "../../store/download";
import { formatReference, type Reference } from "../reference";

/**
 * What a registry's failure means for the image that was asked for, and what to do.
 * @param what tag or digest that was asked for
 */
export function unavailable(reference: Reference, what: string, who: string, cause: DownloadError): LinuxKitError {
    const image = formatReference(reference);
    const status = cause.code === "DownloadStatus" ? cause.fields["status"] : undefined;
    const fields = { ...cause.fields, image, registry: reference.registry };
    const failed = (code: string, reason: string) => new LinuxKitError(code, `${image}: ${reason}`, fields, { cause });
    if (status === 401 || status === 403 || cause.code === "RegistryDenied") {
        return failed(
            "RegistryDenied",
            `${reference.registry} does not give it out, asked ${who} (${plain(cause)}). It is private or does not exist; log ` +
                `in with "docker login ${reference.registry}", which keeps the credentials in Docker's config.json.`,
        );
    }
    if (status === 404) {
        return what === reference.tag || what === reference.digest
            ? failed(
                  "RegistryUnknown",
                  `${reference.registry} has no such image (asked ${who}). Check the name and the tag.`,
              )
            : failed(
                  "OciGone",
                  `${reference.registry} no longer has ${what}, which was recorded for it, and the store does not hold it ` +
                      `either. Set update: "always" to follow the tag, or push that version again.`,
              );
    }
    if (status === 429) {
        return failed(
            "RegistryLimit",
            `${plain(cause)}: too many requests. Log in with "docker login", wait, or set a mirror.`,
        );
    }
    const missing = `The store does not hold ${what}, so it cannot go on without the registry.`;
    return failed(cause.temporary ? "RegistryUnreachable" : cause.code, `${cause.message} ${missing}`);
}

function plain({ message }: DownloadError): string {
    return message.replace(/\.$/, "");
}
