import canonicalize from "canonicalize";
import type { Properties } from "../../lifecycle/handler";
import { minuteOf } from "./reconcile";

/** What an image has for good. */
const fixed = ["region", "name", "bootMode", "imdsSupport", "tpmSupport", "size", "encrypted", "kmsKey"];
const changeable = ["tagsAll", "description", "launchPermissions"];
/** Said of later operations; recorded, and nothing is done. */
const recorded = ["connection", "upload", "retain", "timeouts"];

/** Another disk is another image, made before the old one goes; one whose name is given cannot be beside its successor. */
export function diff(
    id: string,
    olds: Properties,
    news: Properties,
): { changes: boolean; replaces: readonly string[]; deleteBeforeReplace: boolean } {
    const differs = (key: string): boolean => canonicalize(olds[key]) !== canonicalize(news[key]);
    const adopted = (news["adopt"] as { readonly id?: unknown } | undefined)?.id;
    const replaces = [
        ...(olds["digest"] === news["digest"] ? [] : ["image"]),
        ...fixed.filter(differs),
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
