import type { Item } from "./item";

/** One thing in which two images differ. */
export interface Difference {
    readonly path: string;
    readonly aspect: Aspect;
    readonly theirs: string;
    readonly ours: string;
}

export type Aspect =
    | "presence"
    | "type"
    | "mode"
    | "mode of a link"
    | "owner"
    | "mtime"
    | "target"
    | "device"
    | "content"
    | "record"
    | "order";

/** What differs in the trees that two archives leave when they are unpacked: an entry replaces an earlier one of its path. */
export function compareTrees(theirs: readonly Item[], ours: readonly Item[]): Difference[] {
    const [left, right] = [unpacked(theirs), unpacked(ours)];
    const paths = [...new Set([...left.keys(), ...right.keys()])].toSorted();
    return paths.flatMap((path) => compareItems(path, left.get(path), right.get(path)));
}

function unpacked(items: readonly Item[]): ReadonlyMap<string, Item> {
    return new Map(items.map((item) => [item.path, item]));
}

function compareItems(path: string, theirs: Item | undefined, ours: Item | undefined): Difference[] {
    if (theirs === undefined || ours === undefined) {
        return [{ path, aspect: "presence", theirs: theirs?.type ?? "absent", ours: ours?.type ?? "absent" }];
    }
    const facets: readonly (readonly [Aspect, (item: Item) => string])[] = [
        ["type", ({ type }) => type],
        [ours.type === "symlink" ? "mode of a link" : "mode", ({ mode }) => mode.toString(8).padStart(4, "0")],
        ["owner", ({ uid, gid }) => `${uid}:${gid}`],
        ["mtime", ({ mtime }) => String(mtime)],
        ["target", ({ target }) => target],
        ["device", ({ device }) => device],
    ];
    const differing = facets.flatMap(([aspect, of]) =>
        of(theirs) === of(ours) ? [] : [{ path, aspect, theirs: of(theirs), ours: of(ours) }],
    );
    return [
        ...differing,
        ...compareContents(path, theirs.content, ours.content),
        ...compareRecords(path, theirs, ours),
    ];
}

/** Line by line where both are text; else by digest. */
export function compareContents(path: string, theirs: Buffer, ours: Buffer): Difference[] {
    if (theirs.equals(ours)) {
        return [];
    }
    if ([theirs, ours].some((content) => content.includes(0))) {
        return [{ path, aspect: "content", theirs: `${theirs.length} bytes`, ours: `${ours.length} bytes` }];
    }
    return linePairs(theirs.toString().split("\n"), ours.toString().split("\n")).map((pair) => ({
        path,
        aspect: "content",
        ...pair,
    }));
}

interface LinePair {
    readonly theirs: string;
    readonly ours: string;
}

/** The runs of lines that stand in one of two texts only, each beside what stands in its place in the other. */
function linePairs(theirs: readonly string[], ours: readonly string[]): LinePair[] {
    const common = commonLines(theirs, ours);
    const pairs: LinePair[] = [];
    let [left, right] = [0, 0];
    for (const [nextLeft, nextRight] of [...common, [theirs.length, ours.length] as const]) {
        if (nextLeft > left || nextRight > right) {
            const text = (lines: readonly string[]) => lines.map((line) => line.trim()).join("\n");
            pairs.push({ theirs: text(theirs.slice(left, nextLeft)), ours: text(ours.slice(right, nextRight)) });
        }
        [left, right] = [nextLeft + 1, nextRight + 1];
    }
    return pairs;
}

/** Pairs of indexes of a longest common subsequence. */
function commonLines(theirs: readonly string[], ours: readonly string[]): (readonly [number, number])[] {
    const lengths = Array.from({ length: theirs.length + 1 }, () => new Uint32Array(ours.length + 1));
    const at = (left: number, right: number) => lengths[left]?.[right] ?? 0;
    for (let left = theirs.length - 1; left >= 0; left--) {
        for (let right = ours.length - 1; right >= 0; right--) {
            const row = lengths[left] ?? [];
            const isSame = theirs[left] === ours[right];
            row[right] = isSame ? at(left + 1, right + 1) + 1 : Math.max(at(left + 1, right), at(left, right + 1));
        }
    }
    const found: (readonly [number, number])[] = [];
    for (let [left, right] = [0, 0]; left < theirs.length && right < ours.length;) {
        if (theirs[left] === ours[right]) {
            found.push([left++, right++]);
        } else if (at(left + 1, right) >= at(left, right + 1)) {
            left += 1;
        } else {
            right += 1;
        }
    }
    return found;
}

function compareRecords(path: string, theirs: Item, ours: Item): Difference[] {
    const keys = [...new Set([...Object.keys(theirs.records), ...Object.keys(ours.records)])].toSorted();
    return keys.flatMap((key) => {
        const [left, right] = [theirs.records[key], ours.records[key]];
        const show = (value: string | undefined) => (value === undefined ? `no ${key}` : `${key}=${value}`);
        return left === right ? [] : [{ path, aspect: "record", theirs: show(left), ours: show(right) }];
    });
}
