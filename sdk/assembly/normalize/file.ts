import { isOpaque } from "../inputs";
import type { Findings } from "../read/findings";
import { flag, isAbsent, isObject, oneOf, property, type Reader, text } from "../read/reader";
import { defaulted, optional, shape } from "../read/shape";
import type { FileSpec } from "../spec";
import { type Context, fileIdentity, mode, secretText } from "./leaves";

/** `etc/motd` and `/etc/motd` are the same file; undefined when it is no path in an image. */
export function filePath(path: string): string | undefined {
    const absolute = path.startsWith("/") ? path : `/${path}`;
    const segments = absolute.slice(1).split("/");
    const wrong = segments.some((segment) => segment === "" || segment === "." || segment === "..");
    return wrong || path.includes("\0") || !path.isWellFormed() ? undefined : absolute;
}

export const filePathForm = 'a path in the image without "..", such as "/etc/motd"';

const pathText = text({ what: "a path" }, (value) => value !== "" && !value.includes("\0"));

const kinds = ["contents", "source", "symlink", "directory", "metadata"] as const;

/** Reads a file, less its path, which is its key. */
export function file(context: Context): Reader<FileSpec> {
    const id = fileIdentity(context);
    const read = shape("a file", {
        contents: optional(secretText),
        encoding: defaulted(oneOf(["utf8", "base64"]), "utf8"),
        source: optional(pathText),
        symlink: optional(pathText),
        directory: defaulted(flag, false),
        metadata: optional(oneOf(["json", "yaml"])),
        optional: defaulted(flag, false),
        mode: optional(mode),
        uid: defaulted(id, 0),
        gid: defaulted(id, 0),
    });
    return (value, path, findings) => {
        const found = read(value, path, findings);
        const before = findings.problems.length;
        checkFile(value, path, findings);
        return found && before === findings.problems.length
            ? { ...found, mode: found.mode ?? defaultMode(found) }
            : undefined;
    };
}

function defaultMode(found: { readonly directory: boolean; readonly symlink?: string }): string {
    if (found.symlink !== undefined) {
        return "0777";
    }
    return found.directory ? "0700" : "0600";
}

/** What keys of one file demand of each other. */
function checkFile(value: unknown, path: string, findings: Findings): void {
    if (!isObject(value)) {
        return;
    }
    const given = kinds.filter((kind) => !isAbsent(property(value, kind)) && property(value, kind) !== false);
    // A `directory` that is there only later may turn out false.
    if (given.length !== 1 && !isOpaque(property(value, "directory"))) {
        const found = given.length === 0 ? "has none" : `has ${given.join(" and ")}`;
        findings.reject(path, `must have exactly one of ${kinds.join(", ")}, but ${found}`);
    }
    if (property(value, "optional") === true && !given.includes("source")) {
        findings.reject(`${path}.optional`, "goes with source only: what it says is that the source may be missing");
    }
    const contents = property(value, "contents");
    if (property(value, "encoding") === "base64" && typeof contents === "string" && !isBase64(contents)) {
        findings.reject(
            `${path}.contents`,
            "must be base64, as encoding says; the value is not shown, as it may be a secret",
        );
    }
}

function isBase64(value: string): boolean {
    return /^[A-Za-z0-9+/]*={0,2}$/.test(value) && value.length % 4 === 0;
}
