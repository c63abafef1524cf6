import type { Properties } from "../../lifecycle/handler";
import { nameOf } from "../journal/entry";
import { thisHost } from "../operations/host";
import type { DiskEnvironment } from "./environment";
import { isGone, otherOwner } from "./operations";
import { readDisk } from "./settings";

/**
 * Another size is the same disk grown; another format is another disk. One whose file is gone is another one too, so that
 * the machines that have it hear of it and are started with the new one.
 */
export async function diff(
    environment: DiskEnvironment,
    id: string,
    olds: Properties,
    news: Properties,
): Promise<{ changes: boolean; replaces: readonly string[]; deleteBeforeReplace: boolean }> {
    const isOurs = olds["hostHash"] === (await thisHost(environment));
    const gone = isOurs && (await isGone(environment, id, olds));
    const { adoptedId } = readDisk(news);
    if (gone) {
        const name = nameOf(readDisk(olds).identity);
        const way = adoptedId === id ? "put it back from a copy, or remove adopt, and " : "";
        environment.note(
            `the file of disk "${name}" (${id}) is gone from this host: ${way}an empty disk is made in its place`,
        );
    }
    const replaces = [
        ...(olds["format"] === news["format"] ? [] : ["format"]),
        ...(adoptedId === undefined || adoptedId === id ? [] : ["adopt"]),
        ...(gone ? ["status"] : []),
    ];
    const changed = olds["sizeBytes"] !== news["sizeBytes"] || olds["size"] !== news["size"];
    const adrift = isOurs && (await isAdrift(environment, id, olds, news));
    return { changes: replaces.length > 0 || changed || adrift, replaces, deleteBeforeReplace: false };
}

/** An update or a deletion was cut off, the entry was removed by hand, or another resource has adopted the disk. */
async function isAdrift(
    environment: DiskEnvironment,
    id: string,
    olds: Properties,
    news: Properties,
): Promise<boolean> {
    const entry = await environment.journal.find(id);
    return (
        entry === undefined ||
        entry.attempt !== undefined ||
        entry.sizeBytes !== news["sizeBytes"] ||
        (await otherOwner(environment, id, olds, news)) !== undefined
    );
}
