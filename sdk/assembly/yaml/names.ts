import { isOpaque } from "../inputs";
import { isObject, property } from "../read/reader";

/**
 * A name for an entry of `init`, which has none in LinuxKit: what its image is called, "init" of "linuxkit/init:<tag>", and
 * a number where an entry before has that name.
 */
export function initName(image: unknown, taken: ReadonlySet<string>): string {
    const wanted = wordOf(image)
        .toLowerCase()
        .replace(/[^a-z0-9_-]+/g, "-")
        .replace(/^-+|-+$/g, "")
        .slice(0, 56);
    const base = wanted === "" ? "image" : wanted;
    let name = base;
    for (let count = 2; taken.has(name); count += 1) {
        name = `${base}-${count}`;
    }
    return name;
}

function wordOf(image: unknown): string {
    if (typeof image === "string") {
        return lastWord(image);
    }
    if (isOpaque(image) || !isObject(image)) {
        return "";
    }
    const packages = property(image, "packages");
    const words = [property(image, "reference"), property(image, "path"), Array.isArray(packages) ? packages[0] : ""];
    const word = words.find((each) => typeof each === "string" && each !== "" && !isOpaque(each));
    return property(image, "role") === "base" ? "base" : lastWord(typeof word === "string" ? word : "");
}

/** "redis" of "registry.example/library/redis:7-alpine@sha256:<hex>", and of "./images/redis.tar". */
function lastWord(text: string): string {
    const [name = ""] = text.split("@");
    const word = name.split("/").findLast((each) => each !== "") ?? "";
    return word.replace(/:.*$/, "").replace(/\.tar$/, "");
}
