import { compareOrder } from "./compare-order";
import { compareContents, compareTrees, type Difference } from "./compare";
import type { Item } from "./item";
import { readInitrd } from "./read-initrd";
import { readTar } from "./read-tar";

export const formatNames = ["tar", "docker", "kernel+initrd"] as const;

export type FormatName = (typeof formatNames)[number];

/** The files of a format, by part; one that was not written is missing. */
export type Built = Readonly<Record<string, Buffer>>;

/** All that differs in what two builds wrote in one format. */
export function compareBuilt(theirs: Built, ours: Built): Difference[] {
    return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].flatMap((part) => {
        const [left, right] = [theirs[part], ours[part]];
        if (left === undefined || right === undefined) {
            const show = (bytes: Buffer | undefined) => (bytes === undefined ? "absent" : `${bytes.length} bytes`);
            return [{ path: `(${part})`, aspect: "presence" as const, theirs: show(left), ours: show(right) }];
        }
        return comparePart(part, left, right);
    });
}

function comparePart(part: string, theirs: Buffer, ours: Buffer): Difference[] {
    if (part === "tar") {
        return compareItems(readTar(theirs), readTar(ours));
    }
    if (part !== "initrd") {
        return compareContents(`(${part})`, theirs, ours);
    }
    const [left, right] = [readInitrd(theirs), readInitrd(ours)];
    const early = compareTrees(left.early, right.early).map((each) => ({ ...each, path: `(early)/${each.path}` }));
    return [...early, ...compareItems(left.items, right.items)];
}

function compareItems(theirs: readonly Item[], ours: readonly Item[]): Difference[] {
    return [...compareTrees(theirs, ours), ...compareOrder(theirs, ours)];
}
