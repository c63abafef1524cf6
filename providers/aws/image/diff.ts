import canonicalize from "canonicalize";
import type { Properties } from "../../lifecycle/handler";
import type { ImageEnvironment } from "./environment";
import { minuteOf } from "./reconcile";

/** What an image has for good. */
const fixed = ["region", "bootMode", "imdsSupport", "tpmSupport", "size", "encrypted", "kmsKey"];
const changeable = ["tagsAll", "description", "launchPermissions"];
/** Said of later operations, or, as another identity, marked; nothing else is done. */
const recorded = ["identity", "connection", "upload", "copyOf", "retain", "timeouts"];

/**
 * Another disk is another image, made before the old one goes; one whose name is given cannot be beside its successor. One
 * whose deletion was cut off is another one too, for there may be nothing left of it.
 */
export async function diff(
    { store }: ImageEnvironment,
    id: string,
    olds: Properties,
    news: Properties,
): Promise<{ changes: boolean; replaces: readonly string[]; deleteBeforeReplace: boolean }> {
    const differs = (key: string): boolean => canonicalize(olds[key]) !== canonicalize(news[key]);
    const adopted = (news["adopt"] as { readonly id?: unknown } | undefined)?.id;
    const replaces = [
        ...(olds["digest"] === news["digest"] ? [] : ["image"]),
        ...fixed.filter(differs),
        ...(news["isNamed"] === true && differs("name") ? ["name"] : []),
        ...((await store.isDeleting(id)) ? ["arn"] : []),
        ...(adopted === undefined || adopted === id ? [] : ["adopt"]),
    ];
    const isRedated =
        minuteOf(olds["deprecateAt"] as string | undefined) !== minuteOf(news["deprecateAt"] as string | undefined);
    return {
        changes: replaces.length > 0 || isRedated || [...changeable, ...recorded].some(differs),
        replaces,
        deleteBeforeReplace: replaces.length > 0 && news["isNamed"] === true && olds["name"] === news["name"],
    };
}
