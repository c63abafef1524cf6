import { LinuxKitError } from "../error";
import { isOpaque } from "../inputs";
import { member } from "../read/findings";
import { isObject } from "../read/reader";

/**
 * Refuses values that are there only later: in a file they would be missing, or lie open.
 * @throws LinuxKitError `not-plain`, naming the path of each
 */
export function requirePlain(value: unknown): void {
    const paths = opaquePaths(value, "");
    if (paths.length > 0) {
        const reason = "a file holds plain values alone, and these are outputs (a secret would lie open in it)";
        throw new LinuxKitError("not-plain", [`${reason}:`, ...paths.map((path) => `  ${path}`)].join("\n"), { paths });
    }
}

function opaquePaths(value: unknown, path: string): readonly string[] {
    if (isOpaque(value)) {
        return [path];
    }
    if (Array.isArray(value)) {
        return value.flatMap((item, index) => opaquePaths(item, `${path}[${index}]`));
    }
    return isObject(value) ? Object.entries(value).flatMap(([key, each]) => opaquePaths(each, member(path, key))) : [];
}
