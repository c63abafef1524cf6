import { LinuxKitError } from "../../../../sdk/assembly/error";
import { parseReference } from "../../../../sdk/assembly/normalize/reference";

interface Named<T> {
    /** Its digest: an image that stands there twice, under two names, is one. */
    readonly id: string;
    readonly names: readonly string[];
    readonly entry: T;
}

/**
 * The entries that have the wanted name, as it stands or as a reference ("redis:7" is "docker.io/library/redis:7");
 * for "", all of them where they are of one image.
 * @throws LinuxKitError OciName, which lists the names that are there
 */
export function choose<T>(entries: readonly Named<T>[], wanted: string, place: string): readonly T[] {
    const found = wanted === "" ? theOnly(entries) : matching(entries, wanted);
    if (found.length > 0) {
        return found;
    }
    const there = [...new Set(entries.flatMap(({ names }) => names.slice(0, 1)))];
    const list = there.length === 0 ? "images without a name" : there.slice(0, 20).join(", ");
    const reason =
        entries.length === 0
            ? "holds no image"
            : wanted === ""
              ? `holds several images, so say which one by its name: ${list}`
              : `holds no image of the name ${JSON.stringify(wanted)}, but ${list}`;
    throw new LinuxKitError("OciName", `${place} ${reason}.`, { place, name: wanted, names: there });
}

function theOnly<T>(entries: readonly Named<T>[]): readonly T[] {
    const [first] = entries;
    if (first !== undefined && entries.every(({ id }) => id === first.id)) {
        return [first.entry];
    }
    const titles = new Set(entries.map(({ names }) => names.map(canonical).toSorted().join(" ")));
    return titles.size === 1 ? entries.map(({ entry }) => entry) : [];
}

function matching<T>(entries: readonly Named<T>[], wanted: string): readonly T[] {
    const exact = entries.filter(({ names }) => names.includes(wanted));
    const alike = entries.filter(({ names }) => names.some((name) => canonical(name) === canonical(wanted)));
    return (exact.length > 0 ? exact : alike).map(({ entry }) => entry);
}

function canonical(name: string): string {
    const parsed = parseReference(name);
    return "reference" in parsed ? parsed.reference : name;
}
