import canonicalize from "canonicalize";
import type { Properties } from "../../lifecycle/handler";
import type { VolumeEnvironment } from "./environment";
import { adoptedIdOf, gibibytesOf, readSettings } from "./settings";

/** What a volume has for good. */
const fixed = ["availabilityZone", "encrypted", "kmsKey"];
const changeable = ["type", "iops", "throughput", "tagsAll"];
/** Said of later operations, or, as another identity, marked; nothing else is done. */
const recorded = ["identity", "connection", "snapshot", "finalSnapshot", "timeouts"];

const differs = (olds: Properties, news: Properties, key: string): boolean =>
    canonicalize(olds[key]) !== canonicalize(news[key]);

/** Properties that make it another volume. A snapshot that is no longer named is one that it was made from all the same. */
export function replacing(olds: Properties, news: Properties): readonly string[] {
    const isOther = (key: string): boolean => differs(olds, news, key);
    return [
        ...fixed.filter(isOther),
        ...(news["snapshot"] !== undefined && isOther("snapshot") ? ["snapshot"] : []),
        ...(adoptedIdOf(news) !== undefined && adoptedIdOf(news) !== adoptedIdOf(olds) ? ["adopt"] : []),
    ];
}

/**
 * What AWS can change is changed in place, and the data stays. Another volume is made before the old one goes with its data,
 * and the preview says so. One whose deletion was cut off is looked at: it may be gone.
 */
export async function diff(
    environment: VolumeEnvironment,
    id: string,
    olds: Properties,
    news: Properties,
): Promise<{ changes: boolean; replaces: readonly string[]; deleteBeforeReplace: boolean }> {
    const cutOff = await environment.journal.isDeleting(id);
    const isGone = cutOff && (await isAbsent(environment, id, olds));
    const others = replacing(olds, news).filter((key) => key !== "adopt" || adoptedIdOf(news) !== id);
    const replaces = [...others, ...(isGone ? ["arn"] : [])];
    if (others.length > 0 && !isGone) {
        environment.note(farewell(id, olds, news));
    }
    const isResized = gibibytesOf(olds["size"]) !== gibibytesOf(news["size"]) && news["size"] !== undefined;
    const isChanged = [...changeable, ...recorded].some((key) => differs(olds, news, key));
    return { changes: cutOff || replaces.length > 0 || isResized || isChanged, replaces, deleteBeforeReplace: false };
}

/** Another account's credentials do not show it, and the update that follows refuses them. */
async function isAbsent({ calls }: VolumeEnvironment, id: string, olds: Properties): Promise<boolean> {
    const { connection, region } = readSettings(olds);
    const own = calls(connection, region);
    return (await own.account()) === olds["account"] && (await own.volumes({ ids: [id] })).length === 0;
}

function farewell(id: string, olds: Properties, news: Properties): string {
    const { snapshot } = news as { readonly snapshot?: string };
    const next = adoptedIdOf(news) ?? (snapshot === undefined ? "an empty one" : `one of ${snapshot}`);
    const after =
        olds["finalSnapshot"] === true
            ? "goes with its data, of which a final snapshot stays"
            : "is deleted with its data: set finalSnapshot: true and run `pulumi up` before this change to keep a snapshot, or protect or retainOnDelete to keep the volume";
    return `the volume ${id} is replaced by ${next}, and then ${after}`;
}
