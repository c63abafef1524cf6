import type { Properties } from "../../lifecycle/handler";
import { nameOf } from "../journal/entry";
import { thisHost } from "../operations/host";
import type { DiskEnvironment } from "./environment";
import { isGone } from "./operations";
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
    if (gone) {
        const name = nameOf(readDisk(olds).identity);
        environment.note(
            `the file of disk "${name}" (${id}) is gone from this host: an empty disk is made in its place`,
        );
    }
    const replaces = [...(olds["format"] === news["format"] ? [] : ["format"]), ...(gone ? ["status"] : [])];
    const changed = olds["sizeBytes"] !== news["sizeBytes"] || olds["size"] !== news["size"];
    const adrift = isOurs && (await isAdrift(environment, id, news));
    return { changes: replaces.length > 0 || changed || adrift, replaces, deleteBeforeReplace: false };
}

/** An update or a deletion was cut off, or the entry was removed by hand. */
async function isAdrift({ journal }: DiskEnvironment, id: string, news: Properties): Promise<boolean> {
    const entry = await journal.find(id);
    return entry === undefined || entry.attempt !== undefined || entry.sizeBytes !== news["sizeBytes"];
}
