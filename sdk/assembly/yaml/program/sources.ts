import { isObject, property } from "../../read/reader";
import { Call } from "./code";

type Raw = Readonly<Record<string, unknown>>;

/** A component's source as the call that makes it; the reference of an image as it is. */
export function sourceCode(source: unknown): unknown {
    if (!isObject(source)) {
        return source;
    }
    const { type, role, from, name, path, reference, packages, ...options } = source;
    switch (type) {
        case "debian":
            return role === "rootfs"
                ? new Call("linuxkit.debian.packages", [packages, ...filled(options)])
                : new Call(`linuxkit.debian.${String(role)}`, filled(options), ".image");
        case "folder":
            return new Call("linuxkit.folder", [path]);
        case "builtin":
            return new Call(`linuxkit.${camelCase(String(name))}`, filled(options), ".image");
        default: {
            const args = from === "registry" ? [reference, ...filled(options)] : [path, reference];
            const maker = from === "registry" ? "image" : String(from);
            return new Call(
                `linuxkit.oci.${maker}`,
                args.filter((arg) => arg !== undefined),
            );
        }
    }
}

/** `static-address` is what `staticAddress()` makes. */
function camelCase(name: string): string {
    return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** A component's own options, where there are any. */
function filled(options: Raw): readonly Raw[] {
    const given = Object.entries(options).filter(([key]) => property(options, key) !== undefined);
    return given.length === 0 ? [] : [Object.fromEntries(given)];
}
